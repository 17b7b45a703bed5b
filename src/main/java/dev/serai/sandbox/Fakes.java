package dev.serai.sandbox;

import dev.serai.sandbox.destination.DestinationFakes;
import dev.serai.sandbox.salesforce.SalesforceFake;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.util.ArrayList;
import java.util.List;

/** The fakes of all partners, with the same people and companies in each. */
public final class Fakes {

    public static final long SEED = 7;
    public static final int PEOPLE = 200;

    private Fakes() {
    }

    /** @param people how many; what they own is in proportion */
    public static List<Fake> all(long seed, int people, SandboxClock clock, Faults faults) {
        Population population = new Population(seed);
        List<Fake> all = new ArrayList<>(List.of(new StripeFake(population, clock, faults, people),
                new ZendeskFake(population, clock, faults, people), new SalesforceFake(population, clock, faults, people)));
        all.addAll(DestinationFakes.all(clock));
        return all;
    }
}
