package dev.serai.sandbox;

import dev.serai.sandbox.destination.AmplitudeFake;
import dev.serai.sandbox.destination.BrazeFake;
import dev.serai.sandbox.destination.CustomerioFake;
import dev.serai.sandbox.destination.FacebookFake;
import dev.serai.sandbox.destination.GoogleFake;
import dev.serai.sandbox.destination.HubspotFake;
import dev.serai.sandbox.destination.IterableFake;
import dev.serai.sandbox.destination.MixpanelFake;
import dev.serai.sandbox.destination.SlackFake;
import dev.serai.sandbox.destination.WebhookFake;
import dev.serai.sandbox.salesforce.SalesforceFake;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.util.List;

/** The fakes of all partners: sources with the same people and companies in each, and destinations that are empty. */
public final class Fakes {

    public static final long SEED = 7;
    public static final int PEOPLE = 200;

    private Fakes() {
    }

    /** @param people how many; what they own is in proportion */
    public static List<Fake> all(long seed, int people, SandboxClock clock, Faults faults) {
        Population population = new Population(seed);
        return List.of(new StripeFake(population, clock, faults, people), new ZendeskFake(population, clock, faults, people),
                new SalesforceFake(population, clock, faults, people),
                new AmplitudeFake(clock, faults), new BrazeFake(clock, faults), new CustomerioFake(clock, faults),
                new FacebookFake(clock, faults), new GoogleFake(clock, faults), new HubspotFake(clock, faults),
                new IterableFake(clock, faults), new MixpanelFake(clock, faults), new SlackFake(clock, faults),
                new WebhookFake(clock, faults));
    }
}
