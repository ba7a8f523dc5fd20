package org.gpuq.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.Test;

/** How long jobs are thought to run. */
class PredictionsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static JobSpec spec(User user, int gpus, String label, String... command) {
        return new JobSpec(
                user,
                Arrays.stream(command).map(RawBytes::utf8).toList(),
                RawBytes.utf8("/home"),
                new EnvironmentId("e3b0"),
                022,
                List.of(),
                Optional.of(label).filter(text -> !text.isEmpty()).map(RawBytes::utf8),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                false);
    }

    private static JobSpec train(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "python3";
        command[1] = "train.py";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return spec(Specs.ANN, 1, "", command);
    }

    private static Job queued(JobSpec spec) {
        return new Job(new JobId(9), spec, Machine.EPOCH, new JobState.Queued());
    }

    private static Job ran(JobSpec spec, long minutes) {
        return ended(spec, new End.Finished(usage(minutes)));
    }

    private static Usage usage(long minutes) {
        return new Usage(0, 0, 0, minutes * 60_000_000);
    }

    private static Job ended(JobSpec spec, End end) {
        return new Job(new JobId(1), spec, Machine.EPOCH, new JobState.Ended(end, Optional.empty(), Machine.EPOCH));
    }

    private static Span minutes(double least, double most) {
        return Span.of(seconds(least), seconds(most));
    }

    private static Duration seconds(double minutes) {
        return Duration.ofSeconds(Math.round(minutes * 60));
    }

    private static Span length(JobSpec spec, Job... ended) {
        return new Predictions(List.of(ended)).length(queued(spec));
    }

    @Test
    void theLastTwoAlikeSayHowLong() {
        assertThat(length(train("--lr", "3"), ran(train("--lr", "1"), 20), ran(train(), 10), ran(train(), 500)))
                .isEqualTo(minutes(9, 22));
    }

    @Test
    void oneAloneSaysLess() {
        assertThat(length(train(), ran(train(), 10))).isEqualTo(minutes(5, 20));
    }

    @Test
    void whatIsNotAlikeSaysNothing() {
        assertThat(length(
                        train(),
                        ran(spec(Specs.BOB, 1, "", "python3", "train.py"), 10),
                        ran(spec(Specs.ANN, 2, "", "python3", "train.py"), 10),
                        ran(spec(Specs.ANN, 1, "", "python3", "-u", "eval.py"), 10),
                        ended(train(), new End.Cancelled(Specs.ANN, Optional.empty(), usage(3))),
                        ended(train(), new End.Lost("gone"))))
                .isEqualTo(Span.UNKNOWN);
    }

    @Test
    void aLabelSaysMoreThanTheProgram() {
        JobSpec sweep = spec(Specs.ANN, 1, "sweep", "python3", "train.py");
        assertThat(length(sweep, ran(train(), 100), ran(train(), 100), ran(sweep, 10)))
                .isEqualTo(minutes(5, 20));
        assertThat(length(spec(Specs.ANN, 1, "first", "python3", "train.py"), ran(train(), 10)))
                .as("one with a label of its own is known by its program")
                .isEqualTo(minutes(5, 20));
    }

    @Test
    void aFailureCountsAsItRan() {
        End failed = new End.Failed(new ExitStatus.Exited(1), usage(2));
        assertThat(length(train(), ended(train(), failed), ended(train(), failed)))
                .isEqualTo(minutes(1.8, 2.2));
    }

    @Test
    void aLimitBoundsWhatIsThought() {
        Terms hour = new Terms(Optional.of(new TimeLimit(Duration.ofMinutes(15), Optional.empty())), Retries.NONE);
        assertThat(length(train().on(hour))).isEqualTo(minutes(0, 15));
        assertThat(length(train().on(hour), ran(train(), 10))).isEqualTo(minutes(5, 15));
        assertThat(length(train().on(hour), ran(train(), 100), ran(train(), 100)))
                .isEqualTo(minutes(15, 15));
    }

    @Test
    void whoeverRunsLongerIsThoughtToRunTwiceAsLong() {
        Predictions ten = new Predictions(List.of(ran(train(), 10), ran(train(), 10)));
        Job job = queued(train());
        assertThat(ten.left(job, MINUTE)).isEqualTo(minutes(8, 10));
        assertThat(ten.left(job, MINUTE.multipliedBy(10))).isEqualTo(minutes(0, 1));
        assertThat(ten.left(job, MINUTE.multipliedBy(11))).isEqualTo(minutes(0, 11));
        assertThat(ten.left(job, MINUTE.multipliedBy(30))).isEqualTo(minutes(0, 14));
        assertThat(new Predictions(List.of()).left(job, MINUTE)).isEqualTo(Span.UNKNOWN);
    }
}
