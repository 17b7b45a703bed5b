package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of tables does not grow with the warehouse. */
class CatalogTest {

    @TempDir
    Path directory;

    @Test
    void tablesNotUsedForLongestAreForgottenAndReadAgain() throws Exception {
        // Given
        try (Loading loading = new Loading(TestDatabase.DUCKDB, directory)) {
            for (String event : new String[] {"One", "Two", "Three"}) {
                loading.load(loading.track(event, "{\"a\":1,\"b\":\"x\"}"));
            }
            try (Session session = loading.warehouse.connect(null)) {
                Catalog catalog = new Catalog(session, loading.warehouse.limits(), Selection.ALL, 30);
                Table one = catalog.event("website", "one");
                Table two = catalog.event("website", "two");
                Table three = catalog.event("website", "three");
                catalog.use(one);

                // When
                catalog.trim();

                // Then
                assertThat(catalog.event("website", "one")).isSameAs(one);
                assertThat(catalog.event("website", "three")).isSameAs(three);
                Table again = catalog.event("website", "two");
                assertThat(again).isNotSameAs(two);
                assertThat(again.columns()).extracting(column -> column.name)
                        .isEqualTo(two.columns().stream().map(column -> column.name).toList());
                assertThat(again.isStored()).isTrue();
            }
        }
    }
}
