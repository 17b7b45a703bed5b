package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {

    private static Ledger taking(long base, int records) {
        Ledger ledger = new Ledger(base);
        for (int i = 0; i < records; i++) {
            assertThat(ledger.take(base + i)).isTrue();
        }
        return ledger;
    }

    @Test
    void commitsUpToTheOldestThatIsNotDone() {
        Ledger ledger = taking(100, 5);

        ledger.done(101);
        ledger.done(103);
        assertThat(ledger.committable()).isEqualTo(100);
        ledger.done(100);

        assertThat(ledger.committable()).isEqualTo(102);
        assertThat(ledger.open()).isEqualTo(2);
        assertThat(ledger.ahead()).isEqualTo(3);
    }

    @Test
    void whatWasDoneBeyondTheCommitIsNotTakenAgainAfterARestart() {
        Ledger before = taking(100, 5);
        before.done(102);
        before.done(104);

        Ledger after = Ledger.restored(before.committable(), before.metadata());

        assertThat(after.take(100)).isTrue();
        assertThat(after.take(101)).isTrue();
        assertThat(after.take(102)).isFalse();
        assertThat(after.take(103)).isTrue();
        assertThat(after.take(104)).isFalse();
        after.done(100);
        after.done(101);
        assertThat(after.committable()).isEqualTo(103);
        after.done(103);
        assertThat(after.committable()).isEqualTo(105);
        assertThat(after.metadata()).isEmpty();
    }

    @Test
    void metadataOfAnotherOffsetOrOfSomebodyElseIsIgnored() {
        assertThat(Ledger.restored(7, "6:AQ==").take(7)).isTrue();
        assertThat(Ledger.restored(7, "7:no base64!").take(7)).isTrue();
        assertThat(Ledger.restored(7, "").take(7)).isTrue();
    }

    @Test
    void offsetsWithoutARecordHoldNothingUp() {
        Ledger ledger = new Ledger(10);
        ledger.take(10);
        ledger.take(13);
        ledger.done(10);
        ledger.done(13);
        assertThat(ledger.committable()).isEqualTo(14);

        ledger.take(5_000_000_000L);
        assertThat(ledger.committable()).isEqualTo(5_000_000_000L);
        assertThat(ledger.ahead()).isEqualTo(1);
    }

    @Test
    void aFullLeadStillFitsIntoTheMetadata() {
        Ledger ledger = taking(1_000_000_000_000L, TopicReader.MAX_AHEAD + 500);

        ledger.done(1_000_000_000_000L + TopicReader.MAX_AHEAD + 499);

        assertThat(ledger.metadata()).isNotEmpty().hasSizeLessThan(4_000);
    }

    @Test
    void whatIsToldAfterThePartitionIsGoneCountsForNothing() {
        Ledger ledger = taking(0, 2);
        ledger.close();

        ledger.done(0);

        assertThat(ledger.committable()).isZero();
    }
}
