package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void namesATableAfterItsEvent() {
        assertThat(Names.table("Order Completed")).isEqualTo("order_completed");
        assertThat(Names.table("CString Parsed")).isEqualTo("cstring_parsed");
    }

    @Test
    void prefixesALeadingDigitAndReservedWords() {
        assertThat(Names.table("3doctors")).isEqualTo("_3doctors");
        assertThat(Names.table("Group")).isEqualTo("_group");
        assertThat(Names.table("open")).isEqualTo("_open");
    }

    @Test
    void keepsAnEventOutOfTheFixedTables() {
        for (String table : List.of("Tracks", "users", "Identifies", "pages", "Screens", "groups", "accounts", "aliases")) {
            assertThat(Names.table(table)).isEqualTo("_" + SnakeCase.of(table));
        }
    }

    @Test
    void givesAVanishingNameAStandInThatIsItsOwn() {
        assertThat(Names.table("注文")).matches("_x[0-9a-f]{6}").isEqualTo(Names.table("注文"));
        assertThat(Names.table("商品")).isNotEqualTo(Names.table("注文"));
    }

    @Test
    void cutsLongNamesAndStillTellsThemApart() {
        String common = "a very long name ".repeat(10);

        assertThat(Names.table(common + "one")).hasSize(63).isNotEqualTo(Names.table(common + "two"))
                .isEqualTo("a_very_long_name_a_very_long_name_a_very_long_name_a_v_"
                        + Names.table(common + "one").substring(55));
    }

    @Test
    void namesASchemaAfterItsSource() {
        assertThat(Names.schema("my-site")).isEqualTo("my_site");
        assertThat(Names.schema("main")).isEqualTo("_main");
        assertThat(Names.schema("2go")).isEqualTo("_2go");
    }
}
