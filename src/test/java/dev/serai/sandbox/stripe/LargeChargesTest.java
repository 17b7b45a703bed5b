package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Charges that are computed page like those that are kept. */
class LargeChargesTest {

    private final StripeSandbox sandbox = new StripeSandbox(1_000L);

    @AfterEach
    void close() {
        sandbox.close();
    }

    private List<Charge> all(Map<String, Object> parameters) throws StripeException {
        List<Charge> charges = new ArrayList<>();
        Charge.list(parameters, sandbox.options()).autoPagingIterable().forEach(charges::add);
        return charges;
    }

    @Test
    void eachComesOnceNewestFirstWithSeveralInASecond() throws StripeException {
        List<Charge> charges = all(Map.of("limit", 100));
        assertThat(charges).hasSize(1000).extracting(Charge::getId).doesNotHaveDuplicates();
        assertThat(charges).extracting(Charge::getCreated).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(charges.stream().map(Charge::getCreated).distinct().count()).isEqualTo(250);
    }

    @Test
    void createdAndBothCursorsNarrowIt() throws StripeException {
        List<Charge> all = all(Map.of("limit", 100));
        long from = all.get(500).getCreated();
        long to = all.get(200).getCreated();
        assertThat(all(Map.of("limit", 30, "created", Map.of("gte", from, "lt", to)))).extracting(Charge::getId)
                .isEqualTo(all.stream().filter(one -> one.getCreated() >= from && one.getCreated() < to).map(Charge::getId)
                        .toList());
        var page = Charge.list(Map.of("limit", 3, "ending_before", all.get(10).getId()), sandbox.options());
        assertThat(page.getData()).extracting(Charge::getId)
                .isEqualTo(all.subList(7, 10).stream().map(Charge::getId).toList());
        assertThat(page.getHasMore()).isTrue();
        assertThatThrownBy(() -> all(Map.of("starting_after", "ch_1L999999999999999999")))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(all(Map.of("created", Map.of("gt", all.get(0).getCreated())))).isEmpty();
    }

    @Test
    void aChangedOneIsReadAsChangedAndTold() throws StripeException {
        String id = sandbox.stripe.changeLarge(600);
        assertThat(Charge.retrieve(id, sandbox.options()).getMetadata()).containsEntry("changes", "1");
        Event event = Event.list(Map.of("type", "charge.*"), sandbox.options()).getData().get(0);
        assertThat(event.getDataObjectDeserializer().getRawJson()).contains(id);
    }
}
