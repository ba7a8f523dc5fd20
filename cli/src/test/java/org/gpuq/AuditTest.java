package org.gpuq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.gpuq.cli.FakeQueue;
import org.gpuq.cli.Sample;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    private static final User ADMIN = new User(1009, 1009, "adm");
    private static final User ROOT = new User(0, 0, "root");

    private final FakeQueue queue = new FakeQueue();

    @TempDir
    Path directory;

    @BeforeEach
    void jobsOfAnnBobAndTheAdministrator() throws Exception {
        for (User user : List.of(Sample.ANN, Sample.ANN, Sample.BOB, ADMIN, Sample.ANN, Sample.ANN)) {
            queue.submit(Sample.job(user, 0, "true"));
        }
    }

    private List<String> words(Input.Wish wish) throws Exception {
        State before = queue.view().state();
        queue.ask(wish);
        return AuditWords.of(wish, before, queue.view().state());
    }

    private static List<JobId> ids(int... ids) {
        return java.util.Arrays.stream(ids).mapToObj(JobId::new).toList();
    }

    @Test
    void saysWhoseJobsItWasDoneTo() throws Exception {
        assertThat(words(new Input.Swap(new JobId(1), new JobId(2), ADMIN, true)))
                .containsExactly("swap job 1 of ann(1001)", "swap job 2 of bob(1002)");
        assertThat(words(new Input.Advance(new JobId(5), ROOT, true)))
                .containsExactly("move to the front job 5 of ann(1001)");
        queue.launched(new JobId(0));
        assertThat(words(new Input.Signal(new JobId(0), 15, ROOT, true)))
                .containsExactly("send signal 15 to job 0 of ann(1001)");
        assertThat(words(new Input.Remove(ids(2), ROOT, true))).containsExactly("remove job 2 of bob(1002)");
        assertThat(words(new Input.Cancel(ids(0, 1, 3, 4, 5), ADMIN, true)))
                .containsExactly("cancel jobs 0-1,4-5 of ann(1001)");
        assertThat(words(new Input.Forget(Set.of(), ROOT, true)))
                .containsExactly(
                        "clear from the list jobs 1,4-5 of ann(1001)", "clear from the list job 3 of adm(1009)");
        assertThat(words(new Input.Clear(ROOT, true))).containsExactly("end the queue with job 0 of ann(1001)");
    }

    @Test
    void whatIsOnesOwnIsNobodysBusiness() throws Exception {
        assertThat(words(new Input.Cancel(ids(4), Sample.ANN, false))).isEmpty();
        assertThat(words(new Input.Cancel(ids(3), ADMIN, true))).isEmpty();
        assertThat(words(new Input.Forget(Set.of(), Sample.ANN, false))).isEmpty();
    }

    @Test
    void putsDownWhoGetsBeforeEverybodyByBeingAnAdministrator() throws Exception {
        assertThat(words(new Input.Advance(new JobId(3), ADMIN, true)))
                .containsExactly("move to the front job 3 of adm(1009)");
        assertThat(words(new Input.Advance(new JobId(5), Sample.ANN, false))).isEmpty();
    }

    @Test
    void saysWhatIsDoneToTheMachine() throws Exception {
        assertThat(words(new Input.SetSlots(8, ROOT, true))).containsExactly("set the CPU slots to 8");
        assertThat(AuditWords.of(new GpuWish.Drain(Sample.gpuId(1), ROOT, true, "fan")))
                .isEqualTo("drain GPU " + Sample.gpuId(1) + ": fan");
        assertThat(AuditWords.of(new GpuWish.Resume(Sample.gpuId(1), ROOT, true, "")))
                .isEqualTo("resume GPU " + Sample.gpuId(1));
        assertThat(AuditWords.of(new GpuWish.Ignore(77, Duration.ofHours(2), ROOT, true, "carl agrees")))
                .isEqualTo("ignore process 77 for 7200 s: 'carl agrees'");
    }

    @Test
    void nothingThatSomebodyTypedBreaksALine() throws Exception {
        Path file = directory.resolve("audit.log");
        Audit audit = Audit.to(file);
        audit.granted(
                new GpuWish.Drain(Sample.gpuId(1), new User(1009, 1, "a b\n"), true, "x\n2026 root(0) \033[2J 'y'"));
        audit.stopped(ROOT);
        audit.close();
        Audit again = Audit.to(file);
        again.stopped(ADMIN);
        again.close();

        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        drained -> assertThat(drained)
                                .matches("[-0-9T:.]+Z a_b\\\\n\\(1009\\) drain GPU GPU-\\S+ 'x.*'")
                                .contains("x\\n2026 root(0) \\x1b[2J")
                                .doesNotContain("\033"),
                        stopped -> assertThat(stopped).endsWith("Z root(0) stop the daemon"),
                        later -> assertThat(later).endsWith("Z adm(1009) stop the daemon"));
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }
}
