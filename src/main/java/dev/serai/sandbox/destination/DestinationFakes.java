package dev.serai.sandbox.destination;

import dev.serai.sandbox.SandboxClock;
import java.util.List;

/** The fakes of all partners that events go out to. */
public final class DestinationFakes {

    private DestinationFakes() {
    }

    public static List<RecordingFake> all(SandboxClock clock) {
        return List.of(new AmplitudeFake(clock), new BrazeFake(), new CustomerIoFake(), new FacebookFake(clock),
                new GoogleFake(clock), new HubSpotFake(), new IterableFake(), new MixpanelFake(clock), new SlackFake(clock),
                new WebhookFake());
    }
}
