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
        assertThat(Ledger.restored(7, "7:gICA").take(7)).isTrue();
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
    void readingMayRunAheadOfAWaitingRecordAsFarAsItLikes() {
        Ledger before = new Ledger(0);
        for (long offset = 0; offset < 5_000_000; offset++) {
            before.take(offset);
            if (offset != 7 && offset != 4_000_000) {
                before.done(offset);
            }
        }

        Ledger after = Ledger.restored(before.committable(), before.metadata());

        assertThat(before.committable()).isEqualTo(7);
        assertThat(before.isCrowded()).isFalse();
        assertThat(after.take(7)).isTrue();
        assertThat(after.take(8)).isFalse();
        assertThat(after.take(3_999_999)).isFalse();
        assertThat(after.take(4_000_000)).isTrue();
        assertThat(after.take(4_999_999)).isFalse();
        assertThat(after.take(5_000_000)).isTrue();
    }

    @Test
    void aNoteGoesWithItsRecordOverARestart() {
        Ledger before = taking(10, 4);
        before.note(11, 29_000_000);
        before.note(13, 29_000_240);
        before.done(10);

        Ledger after = Ledger.restored(before.committable(), before.metadata());
        for (long offset = 11; offset < 14; offset++) {
            after.take(offset);
        }

        assertThat(after.noted(11)).isEqualTo(29_000_000);
        assertThat(after.noted(12)).isZero();
        assertThat(after.noted(13)).isEqualTo(29_000_240);
        after.done(11);
        assertThat(after.noted(11)).isZero();
    }

    @Test
    void moreUndoneRecordsThanACommitCanTellAreCrowdedAndAtWorstTakenAgain() {
        long base = 1_000_000_000_000L;
        Ledger before = new Ledger(base);
        for (int i = 0; i < 5_000; i++) {
            before.take(base + i);
            if (i % 2 == 1) {
                before.done(base + i);
            }
        }

        assertThat(before.metadata()).hasSizeLessThan(4_096);
        assertThat(before.isCrowded()).isTrue();
        Ledger after = Ledger.restored(before.committable(), before.metadata());
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            boolean again = after.take(base + i);
            assertThat(again || i % 2 == 1).as("the undone record %s is taken", i).isTrue();
            taken += again ? 1 : 0;
        }
        assertThat(taken).isBetween(2_500, 4_500);
    }

    @Test
    void whatIsToldAfterThePartitionIsGoneCountsForNothing() {
        Ledger ledger = taking(0, 2);
        ledger.close();

        ledger.done(0);

        assertThat(ledger.committable()).isZero();
    }
}
