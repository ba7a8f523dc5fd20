package org.gpuq.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.gpuq.core.engine.Event.FollowUp.Kind;
import org.gpuq.core.engine.Input;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.Test;

/** Telling of a job's end is a start of its own. */
class FollowUpTest {
    private final Rig rig;

    FollowUpTest() throws Exception {
        rig = new Rig(new FakeJournal());
    }

    private static Delivery telling(String program) {
        return new Delivery(
                Optional.of(RawBytes.utf8("/tmp")),
                false,
                false,
                Optional.of(RawBytes.utf8(program)),
                Optional.of(RawBytes.utf8("ann\nBcc: eve")),
                Optional.empty());
    }

    @Test
    void theProgramIsStartedOnceInTheSubmittersEnvironmentAndForgottenWhenItIsGone() throws Exception {
        JobSpec spec = rig.spec(0, false).with(telling("/bin/tell"));
        CompletableFuture<JobId> answer = rig.ask(() -> rig.loop.submit(spec));
        rig.step();
        answer.get();
        rig.launched(1);
        rig.exited(1);

        assertThat(rig.launcher.said).containsExactly("start 0", "start 0", "start 0", "forget 1");
        FakeLauncher.Start told = rig.launcher.starts.get(1);
        assertThat(told.output()).isEqualTo(RawBytes.utf8(""));
        assertThat(told.environment()).containsAll(Rig.ENVIRONMENT);
        rig.inbox.fact(new Input.ProcessesGone(told.token()));
        rig.step();
        assertThat(rig.launcher.said).last().isEqualTo("forget " + told.token().low());
    }

    private Job ended(End end) throws Exception {
        JobSpec spec = rig.spec(0, false).with(telling("/bin/tell"));
        return new Job(
                new JobId(4),
                spec,
                rig.now().wall(),
                new JobState.Ended(end, Optional.empty(), rig.now().wall()));
    }

    @Test
    void theProgramHearsWhatTaskSpoolersDoes() throws Exception {
        Job job = ended(new End.Failed(new ExitStatus.Exited(200), Usage.NONE));

        JobSpec spec = FollowUpSpec.of(job, Kind.FINISH, Optional.of(RawBytes.utf8("/tmp/out")));

        assertThat(spec.command()).containsExactlyElementsOf(words("/bin/tell", "4", "200", "/tmp/out", "true"));
        assertThat(spec.delivery()).isEqualTo(Delivery.PLAIN);
    }

    @Test
    void aJobWithoutACodeOfItsOwnHasTheErrorMinusOne() throws Exception {
        Job killed = ended(new End.Failed(new ExitStatus.Killed(15, false), Usage.NONE));

        assertThat(FollowUpSpec.of(killed, Kind.FINISH, Optional.empty()).command())
                .containsExactlyElementsOf(words("/bin/tell", "4", "-1", "", "true"));
    }

    @Test
    void whatAUserTypedIsNoHeaderAndNoScript() throws Exception {
        List<RawBytes> words = FollowUpSpec.of(ended(new End.Finished(Usage.NONE)), Kind.MAIL, Optional.empty())
                .command();

        assertThat(words.subList(4, words.size()))
                .containsExactlyElementsOf(
                        words("/usr/sbin/sendmail", "ann Bcc: eve", "the task 4 finished with error 0.", "true", ""));
    }

    private static List<RawBytes> words(String... words) {
        return List.of(words).stream().map(RawBytes::utf8).toList();
    }
}
