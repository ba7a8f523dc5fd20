package org.gpuq.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.gpuq.core.Specs;
import org.gpuq.core.job.StartFailure.Stage;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class EndTest {
    private static final ExitStatus TERMINATED = new ExitStatus.Killed(15, false);

    @Test
    void waitStatusIsTakenApart() {
        assertThat(ExitStatus.ofWaitStatus(0)).isEqualTo(new ExitStatus.Exited(0));
        assertThat(ExitStatus.ofWaitStatus(255 << 8)).isEqualTo(new ExitStatus.Exited(255));
        assertThat(ExitStatus.ofWaitStatus(9)).isEqualTo(new ExitStatus.Killed(9, false));
        assertThat(ExitStatus.ofWaitStatus(11 | 0x80)).isEqualTo(new ExitStatus.Killed(11, true));
    }

    @Test
    void aSignalCountsFrom128() {
        assertThat(TERMINATED.shellCode()).isEqualTo(143);
        assertThat(TERMINATED.success()).isFalse();
        assertThat(new ExitStatus.Exited(0).success()).isTrue();
        assertThat(new ExitStatus.Exited(3).shellCode()).isEqualTo(3);
    }

    @Test
    void waitReturnsTheJobsOwnCode() {
        assertThat(new End.Finished(Usage.NONE).shellCode()).isZero();
        assertThat(new End.Failed(TERMINATED, Usage.NONE).shellCode()).isEqualTo(143);
        assertThat(new End.Cancelled(Specs.ANN, Optional.of(TERMINATED), Usage.NONE).shellCode())
                .isEqualTo(143);
    }

    @Test
    void aProgramThatIsNotThereIs127AndOneThatCannotRun126() {
        assertThat(new End.NotStarted(new StartFailure(Stage.EXEC, 2)).shellCode())
                .isEqualTo(127);
        assertThat(new End.NotStarted(new StartFailure(Stage.EXEC, 13)).shellCode())
                .isEqualTo(126);
        assertThat(new End.NotStarted(new StartFailure(Stage.DIRECTORY, 2)).shellCode())
                .isEqualTo(126);
        assertThat(Stage.of(99)).isEqualTo(Stage.SUPERVISOR);
    }

    @Test
    void withoutACodeOfItsOwnItIs255() {
        assertThat(new End.Cancelled(Specs.ANN, Optional.empty(), Usage.NONE).shellCode())
                .isEqualTo(255);
        assertThat(new End.Skipped(new JobId(0)).shellCode()).isEqualTo(255);
        assertThat(new End.Lost("nobody saw it").shellCode()).isEqualTo(255);
    }
}
