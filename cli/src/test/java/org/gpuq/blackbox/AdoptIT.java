package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that runs outside the queue becomes a job. */
@Timeout(180)
class AdoptIT {
    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        box.simulate(2);
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private Running outsider(int gpu) {
        Running load = box.start("CUDA_VISIBLE_DEVICES=" + gpu + " exec gpuq-sim-load 21GiB 300");
        untilGpu(gpu, "foreign");
        return load;
    }

    private void untilGpu(int index, String state) {
        Sandbox.until(
                "GPU " + index + " is " + state,
                () -> box.gpu(index).text("state").equals(state));
    }

    private int adopt(Running outsider) {
        return Integer.parseInt(box.ok("q adopt " + outsider.process().pid()).strip());
    }

    @Test
    void itIsItsOwnersJobUntilItEnds() {
        Running outsider = outsider(0);
        int job = adopt(outsider);
        Json shown = box.job(job);
        assertThat(shown.text("state")).isEqualTo("running");
        assertThat(shown.text("user")).isEqualTo(System.getProperty("user.name"));
        assertThat(shown.text("adopted")).isEqualTo("true");
        assertThat(shown.number("pid")).isEqualTo(outsider.process().pid());
        assertThat(shown.texts("gpus")).containsExactly(Simulation.uuid(0));
        assertThat(shown.texts("command")).containsExactly("gpuq-sim-load", "21GiB", "300");
        assertThat(shown.text("output")).isEqualTo("null");
        assertThat(box.ok("q show " + job)).contains("adopted    it ran outside the queue, for ");
        assertThat(box.ok("q -l")).contains("running    (adopted)");
        Sandbox.until(
                "it is seen as the job's",
                () -> box.gpu(0).list("processes").getFirst().text("owner").equals("job"));
        assertThat(box.gpu(0).text("state")).isEqualTo("leased");
        assertThat(box.gpu(0).number("job")).isEqualTo(job);

        int next = box.run("--gpu 2 true");
        Running waiter = box.start("exec q wait " + job);
        outsider.process().destroy();
        Result waited = waiter.end();
        assertThat(waited.status()).isZero();
        assertThat(waited.err()).contains("it has ended; how is not known");
        Json over = box.job(job);
        assertThat(over.text("state")).isEqualTo("finished");
        assertThat(over.text("exit_code")).isEqualTo("null");
        assertThat(over.text("reason")).contains("how is not known");
        assertThat(over.texts("notes")).isEmpty();
        assertThat(box.sh("q wait " + next).status()).isZero();
    }

    @Test
    void itIsStillThereAfterARestartAndItsEndMeanwhileIsNoticed() {
        Running outsider = outsider(0);
        int job = adopt(outsider);
        box.ok("q daemon stop");
        assertThat(box.state(job)).isEqualTo("running");
        untilGpu(0, "leased");
        box.ok("q daemon stop");
        outsider.process().destroyForcibly();
        outsider.end();
        assertThat(box.ended(job).text("state")).isEqualTo("finished");
        assertThat(box.job(job).text("reason")).contains("how is not known");
        untilGpu(0, "free");
    }

    @Test
    void aParentIsAdoptedWithItsChildrenAndWhatItLeavesKeepsTheGpu() {
        Running parent = box.start("CUDA_VISIBLE_DEVICES=0 gpuq-sim-load 1GiB 300 &"
                + " CUDA_VISIBLE_DEVICES=1 gpuq-sim-load 1GiB 300 & wait");
        untilGpu(0, "foreign");
        untilGpu(1, "foreign");
        int job = adopt(parent);
        assertThat(box.job(job).texts("gpus")).containsExactly(Simulation.uuid(0), Simulation.uuid(1));
        Sandbox.until(
                "both are the job's",
                () -> box.json("q gpu --json").list("gpus").stream()
                        .allMatch(gpu ->
                                gpu.list("processes").getFirst().text("owner").equals("job")));
        List<ProcessHandle> children = parent.process().children().toList();
        parent.process().destroyForcibly();
        assertThat(box.ended(job).text("state")).isEqualTo("finished");
        untilGpu(0, "cooldown");
        assertThat(box.gpu(0).text("reason")).contains("of job " + job + " is still on it");
        children.forEach(ProcessHandle::destroy);
        untilGpu(0, "free");
        untilGpu(1, "free");
    }

    @Test
    void whatCannotBeAdoptedIsRefusedWithTheReason() {
        Running idle = box.start("exec sleep 300");
        Result none = box.sh("q adopt " + idle.process().pid());
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("is on no GPU", "q gpu");
        assertThat(box.sh("q adopt 999999999").status()).isEqualTo(3);
        assertThat(box.sh("q adopt 12x").status()).isEqualTo(2);
        assertThat(box.sh("q adopt").status()).isEqualTo(2);

        int own = box.run("--gpu gpuq-sim-load 1GiB 300");
        box.untilState(own, "running");
        Sandbox.until("it is on its GPU", () -> !box.gpu(0).list("processes").isEmpty());
        Result ofJob = box.sh("q adopt " + box.job(own).number("pid"));
        assertThat(ofJob.status()).isEqualTo(1);
        assertThat(ofJob.err()).contains("is of job " + own + " already");

        Running intruder = box.start("CUDA_VISIBLE_DEVICES=0 exec gpuq-sim-load 1GiB 300");
        Sandbox.until("it is beside the job", () -> box.gpu(0).list("processes").size() == 2);
        Result taken = box.sh("q adopt " + intruder.process().pid());
        assertThat(taken.status()).isEqualTo(1);
        assertThat(taken.err()).contains("is leased to job " + own);
        assertThat(box.json("q list --all --json").list("jobs")).hasSize(1);
    }

    @Test
    void whoeverAdoptedItMayCancelIt() {
        Running outsider = outsider(1);
        int job = adopt(outsider);
        Result again = box.sh("q adopt " + outsider.process().pid());
        assertThat(again.err()).contains("is of job " + job + " already");
        box.ok("q cancel " + job);
        assertThat(box.sh("q wait " + job).status()).isEqualTo(255);
        assertThat(box.job(job).text("state")).isEqualTo("cancelled");
        assertThat(outsider.end().status()).isEqualTo(128 + 15);
        untilGpu(1, "free");
    }
}
