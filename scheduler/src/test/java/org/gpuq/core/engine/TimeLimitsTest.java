package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class TimeLimitsTest {
    private static final Terms TWO_MINUTES = new Terms(
            Optional.of(new TimeLimit(
                    Duration.ofMinutes(2), Optional.of(new TimeLimit.Warning(10, Duration.ofSeconds(30))))),
            Retries.NONE);

    private final Machine machine = Machine.withGpus(0);

    /** Its process has run for {@code age} when the daemon hears of it. */
    private JobId running(Duration age) {
        JobId id = machine.submit(Specs.cpu().on(TWO_MINUTES));
        long ticks = (machine.now().monotonicNanos() - age.toNanos()) / 10_000_000;
        machine.give(new Input.Launched(
                machine.token(id),
                new JobProcess(4000, ticks, ""),
                machine.now().wall()));
        return id;
    }

    private List<Event> tick(Duration after) {
        machine.pass(after);
        return machine.give(new Input.Tick()).events();
    }

    @Test
    void itIsWarnedOnceThenEndedThenKilled() {
        JobId id = running(Duration.ZERO);
        assertThat(tick(Duration.ofSeconds(89))).isEmpty();
        assertThat(tick(Duration.ofSeconds(1))).containsExactly(new Event.Warned(id, 10));
        assertThat(tick(Duration.ofSeconds(29))).isEmpty();
        assertThat(tick(Duration.ofSeconds(1))).contains(new Event.SignalSent(id, 15));
        assertThat(tick(Duration.ofSeconds(10))).containsExactly(new Event.SignalSent(id, 9));
    }

    @Test
    void whatItRanBeforeTheDaemonHeardOfItCounts() {
        JobId id = running(Duration.ofSeconds(119));
        assertThat(tick(Duration.ofSeconds(1))).contains(new Event.SignalSent(id, 15));
    }

    @Test
    void oneThatIsAskedAfterIsWarnedOnceMore() {
        JobId id = running(Duration.ofSeconds(90));
        assertThat(tick(Duration.ofSeconds(1))).containsExactly(new Event.Warned(id, 10));
        assertThat(machine.give(new Input.Launched(
                                machine.token(id),
                                new JobProcess(4000, 1, ""),
                                machine.now().wall()))
                        .events())
                .containsExactly(new Event.Warned(id, 10));
    }

    @Test
    void itsEndSaysSo() {
        JobId id = running(Duration.ofMinutes(2));
        tick(Duration.ofSeconds(1));
        machine.exited(id, 0);
        assertThat(machine.word(id)).isEqualTo("failed");
        assertThat(machine.job(id).state()).isInstanceOfSatisfying(JobState.Ended.class, ended -> {
            assertThat(ended.end()).isInstanceOf(End.TimedOut.class);
            assertThat(ended.end().shellCode()).isEqualTo(124);
        });
    }

    @Test
    void aWishToEndItComesFirst() {
        JobId id = running(Duration.ofSeconds(100));
        machine.cancel(Specs.ANN, id);
        assertThat(tick(Duration.ofSeconds(1))).isEmpty();
        machine.exited(id, 1);
        assertThat(machine.word(id)).isEqualTo("cancelled");
    }
}
