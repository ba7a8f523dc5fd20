package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every state of a GPU and what leads in and out of it, on the simulated driver through the real daemon. */
@Timeout(180)
class GpuStatesIT {
    private static final String HOLD = "sh -c 'while [ ! -e go ]; do sleep 0.05; done'";

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private void untilGpu(int index, String state) {
        Sandbox.until(
                "GPU " + index + " is " + state,
                () -> box.gpu(index).text("state").equals(state));
    }

    private Running outsider(int gpu) {
        return box.start("CUDA_VISIBLE_DEVICES=" + gpu + " exec gpuq-sim-load 21GiB 300");
    }

    @Test
    void aDrainedGpuIsGivenToNobodyAlsoAfterARestart() throws IOException {
        box.simulate(1);
        box.ok("q gpu drain 0 --reason 'loud fan'");
        Json gpu = box.gpu(0);
        assertThat(gpu.text("state")).isEqualTo("drained");
        assertThat(gpu.text("reason")).contains("drained by").contains("loud fan");
        assertThat(gpu.text("since")).contains("T");
        assertThat(gpu.text("ends")).contains("q gpu resume 0");
        box.ok("q daemon stop");
        int waiting = box.run("--gpu true");
        untilGpu(0, "drained");
        assertThat(box.job(waiting).text("reason")).contains("needs 1 GPU, and 0 are fit to be used");
        assertThat(box.ok("q why " + waiting)).contains("GPU 0    no: it is drained");
        box.ok("q gpu resume 0");
        assertThat(box.sh("q wait " + waiting).status()).isZero();
        assertThat(box.sh("q gpu resume 0").status()).isEqualTo(1);
        assertThat(box.sh("q gpu drain 7").status()).isEqualTo(3);
    }

    @Test
    void aRunningJobOutlivesTheDrainOfItsGpu() throws IOException {
        box.simulate(1);
        int job = box.run("--gpu " + HOLD);
        box.untilState(job, "running");
        box.ok("q gpu drain 0");
        assertThat(box.gpu(0).text("state")).isEqualTo("leased");
        assertThat(box.gpu(0).text("ends")).contains("drained after that");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        untilGpu(0, "drained");
    }

    @Test
    void anIgnoredProcessDoesNotKeepItsGpuAndTheNextOfThemDoes() throws IOException {
        box.simulate(1);
        Running notebook = outsider(0);
        untilGpu(0, "foreign");
        Json process = box.gpu(0).list("processes").getFirst();
        assertThat(process.number("age")).isNotNegative();
        assertThat(process.get("utilization").value()).isNotNull();
        int waiting = box.run("--gpu true");
        assertThat(box.ok("q why " + waiting)).contains("GPU 0    no: it is foreign");
        box.ok("q gpu ignore " + notebook.process().pid() + " --for 2h --reason 'idle notebook'");
        assertThat(box.sh("q wait " + waiting).status()).isZero();
        untilGpu(0, "free");
        assertThat(box.gpu(0).list("processes").getFirst().get("ignored").text("reason"))
                .isEqualTo("idle notebook");
        assertThat(box.ok("q gpu")).contains("is ignored by").contains("idle notebook");
        assertThat(box.text("queue/daemon.log"))
                .contains("has process " + notebook.process().pid() + " ignored");
        Running other = outsider(0);
        untilGpu(0, "foreign");
        other.process().destroy();
        untilGpu(0, "free");
        assertThat(box.sh("q gpu ignore 999999999").status()).isEqualTo(3);
    }

    @Test
    void aCriticalXidSetsItsGpuAsideUntilSomebodyResumesIt() throws IOException {
        Simulation machine = box.simulate(2);
        int job = box.run("--gpu 2 " + HOLD);
        box.untilState(job, "running");
        machine.add("xid gpu=0 code=79");
        machine.add("xid gpu=1 code=31");
        untilGpu(0, "quarantined");
        assertThat(box.gpu(0).text("reason")).contains("XID 79");
        assertThat(box.gpu(0).number("job")).isEqualTo(job);
        assertThat(box.gpu(1).text("state")).isEqualTo("leased");
        assertThat(box.job(job).texts("notes")).singleElement().asString().contains("XID 79");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        assertThat(box.ended(box.run("--gpu true")).texts("gpus")).containsExactly(Simulation.uuid(1));
        box.ok("q daemon stop");
        Sandbox.until("it is still set aside", () -> box.gpu(0).text("state").equals("quarantined"));
        box.ok("q gpu resume 0 --reason 'seen to'");
        untilGpu(0, "free");
        assertThat(box.sh("q wait " + box.run("--gpu 2 true")).status()).isZero();
    }

    @Test
    void whatIsWrongWithAGpuSetsItAsideUntilItIsPutRight() throws IOException {
        Simulation machine = box.simulate(2);
        box.ok("q gpu");
        for (String broken : List.of("recovery=reset", "remap_failed=true", "ecc_uncorrected=3")) {
            machine.replace("gpu index=0", Simulation.gpu(0) + " " + broken);
            untilGpu(0, "quarantined");
            assertThat(box.gpu(1).text("state")).isEqualTo("free");
            machine.replace("gpu index=0", Simulation.gpu(0));
            untilGpu(0, "free");
        }
        machine.replace("gpu index=0", Simulation.gpu(0) + " clock_reasons=0x40");
        Sandbox.until("the heat is remarked", () -> box.gpu(0).texts("remarks").contains("slowed down by heat"));
        assertThat(box.gpu(0).text("state")).isEqualTo("free");
    }

    @Test
    void whatAnAdministratorAcceptsIsGivenAwayAndMoreOfItIsNot() throws IOException {
        Simulation machine = box.simulate(1);
        machine.replace("gpu index=0", Simulation.gpu(0) + " ecc_uncorrected=1");
        untilGpu(0, "quarantined");
        box.ok("q gpu resume 0");
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
        machine.replace("gpu index=0", Simulation.gpu(0) + " ecc_uncorrected=2");
        untilGpu(0, "quarantined");
    }

    @Test
    void whoeverComesBesideARunningJobIsToldToItsOwner() throws IOException {
        box.simulate(1);
        int job = box.run("--gpu " + HOLD);
        box.untilState(job, "running");
        Running intruder = outsider(0);
        Sandbox.until("the owner is told", () -> !box.job(job).texts("notes").isEmpty());
        assertThat(box.job(job).texts("notes"))
                .singleElement()
                .asString()
                .contains("process " + intruder.process().pid(), "beside this job");
        assertThat(box.ok("q show " + job)).contains("note ");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        untilGpu(0, "foreign");
        int next = box.run("--gpu true");
        intruder.process().destroy();
        assertThat(box.sh("q wait " + next).status()).isZero();
    }

    @Test
    void aJobMakesWayForWhoeverWasOnItsGpuFirst() throws IOException {
        Simulation machine = box.simulate(2);
        int job =
                box.run("--gpu --requeue-on gpu-race sh -c 'echo run >> runs; while [ ! -e go ]; do sleep 0.05; done'");
        box.untilState(job, "running");
        String first = box.job(job).texts("gpus").getFirst();
        int index = first.equals(Simulation.uuid(0)) ? 0 : 1;
        Running intruder = box.start("exec sleep 300");
        machine.add("process gpu=" + index + " pid=" + intruder.process().pid() + " memory=1GiB");
        Sandbox.until(
                "it runs on the other",
                () -> box.job(job).list("attempts").size() == 1
                        && box.state(job).equals("running")
                        && !box.job(job).texts("gpus").contains(first));
        assertThat(box.job(job).list("attempts").getFirst().text("reason")).contains("made way");
        assertThat(box.job(job).texts("notes"))
                .singleElement()
                .asString()
                .contains("process " + intruder.process().pid(), "while this job started");
        assertThat(box.ok("q show " + job)).contains("attempt 1", "made way");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        assertThat(box.text("runs")).isEqualTo("run\nrun\n");
    }

    @Test
    void aJobThatOutlivesItsCancelIsPointedTo() throws IOException {
        box.configure("[gpu]\nresidual_after = \"1s\"");
        Simulation machine = box.simulate(1);
        int job = box.run("--gpu " + HOLD);
        box.untilState(job, "running");
        machine.replace("gpu index=0", Simulation.gpu(0) + " used=3GiB");
        box.ok("q cancel " + job);
        assertThat(box.ended(job).text("state")).isEqualTo("cancelled");
        Sandbox.until("it is pointed to", () -> !box.job(job).list("concerns").isEmpty());
        assertThat(box.job(job).list("concerns").getFirst().text("kind")).isEqualTo("outlives_cancel");
        assertThat(box.ok("q show " + job)).contains("attention").contains("GPU 0 is not clean of it");
        assertThat(box.ok("script -qec 'stty cols 200; q' /dev/null < /dev/null"))
                .contains("not gone after KILL: " + job);
        machine.replace("gpu index=0", Simulation.gpu(0));
        untilGpu(0, "free");
        assertThat(box.job(job).list("concerns")).isEmpty();
        assertThat(box.job(job).texts("notes")).hasSize(1);
    }

    @Test
    void aJobOnAGpuThatItHasNotGotIsAStray() throws IOException {
        box.simulate(2);
        int job = box.run("--gpu sh -c 'unset CUDA_VISIBLE_DEVICES; exec gpuq-sim-load 1GiB 300'");
        Sandbox.until(
                "it is on both",
                () -> box.json("q gpu --json").list("gpus").stream()
                        .allMatch(gpu -> gpu.list("processes").size() == 1));
        String own = box.job(job).texts("gpus").getFirst();
        for (Json gpu : box.json("q gpu --json").list("gpus")) {
            assertThat(gpu.list("processes").getFirst().text("stray"))
                    .isEqualTo(Boolean.toString(!gpu.text("uuid").equals(own)));
        }
        Sandbox.until("its owner is told", () -> !box.job(job).texts("notes").isEmpty());
        assertThat(box.job(job).list("concerns").getFirst().text("kind")).isEqualTo("stray");
        assertThat(box.ok("script -qec 'stty cols 200; q' /dev/null < /dev/null"))
                .contains("on GPUs they have not got: " + job);
        box.sh("q cancel " + job);
        untilGpu(0, "free");
        untilGpu(1, "free");
    }

    @Test
    void memoryThatNobodyOwnsIsResidualAndAfterAJobItIsThatJobs() throws IOException {
        box.configure("[gpu]\nresidual_after = \"1s\"");
        Simulation machine = box.simulate(1);
        machine.replace("gpu index=0", Simulation.gpu(0) + " used=3GiB");
        untilGpu(0, "residual");
        assertThat(box.gpu(0).text("reason")).contains("3.0 GiB are in use by no process that is known");
        machine.replace("gpu index=0", Simulation.gpu(0));
        int job = box.run("--gpu " + HOLD);
        box.untilState(job, "running");
        machine.replace("gpu index=0", Simulation.gpu(0) + " used=2GiB");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isZero();
        untilGpu(0, "residual");
        assertThat(box.gpu(0).number("job")).isEqualTo(job);
        machine.replace("gpu index=0", Simulation.gpu(0));
        untilGpu(0, "free");
    }

    @Test
    void aProcessWithoutMemoryAndOneThatIsNotInProcKeepTheirGpus() throws IOException {
        Simulation machine = box.simulate(2);
        Running sleeper = box.start("exec sleep 300");
        machine.add("process gpu=0 pid=" + sleeper.process().pid() + " memory=0B");
        machine.add("process gpu=1 pid=4194303 memory=unavailable stale=true");
        untilGpu(0, "foreign");
        untilGpu(1, "foreign");
        assertThat(box.gpu(1).list("processes").getFirst().text("owner")).isEqualTo("unknown");
        assertThat(box.gpu(1).list("processes").getFirst().text("memory")).isEqualTo("null");
        int waiting = box.run("--gpu 2 true");
        assertThat(box.state(waiting)).isEqualTo("queued");
        machine.remove(line -> line.startsWith("process"));
        assertThat(box.sh("q wait " + waiting).status()).isZero();
    }

    @Test
    void aDesktopNeverBlocks() throws IOException {
        Simulation machine = box.simulate(1);
        Running compositor = box.start("exec sleep 300");
        machine.add("process gpu=0 pid=" + compositor.process().pid() + " memory=200MiB kind=graphics");
        Sandbox.until("it is seen", () -> !box.gpu(0).list("processes").isEmpty());
        assertThat(box.gpu(0).text("state")).isEqualTo("free");
        assertThat(box.gpu(0).list("processes").getFirst().text("owner")).isEqualTo("display");
        assertThat(box.sh("q wait " + box.run("--gpu true")).status()).isZero();
    }

    @Test
    void slicesOfAGpuAreDevicesOfTheirOwn() throws IOException {
        Simulation machine = box.simulate(1);
        machine.replace("gpu index=0", Simulation.gpu(0) + " mig=true");
        machine.add("mig gpu=0 slot=0 uuid=MIG-aaaaaaaa-0000-4000-8000-000000000000 memory=10GiB");
        machine.add("mig gpu=0 slot=1 uuid=MIG-bbbbbbbb-0000-4000-8000-000000000000 memory=20GiB");
        List<Json> slices = box.json("q gpu --json").list("gpus");
        assertThat(slices).extracting(gpu -> gpu.text("uuid")).allMatch(uuid -> uuid.startsWith("MIG-"));
        int small = box.run("--gpu sh -c 'echo $CUDA_VISIBLE_DEVICES'");
        assertThat(box.ended(small).texts("gpus")).containsExactly("MIG-aaaaaaaa-0000-4000-8000-000000000000");
        assertThat(box.ok("q logs " + small)).isEqualTo("MIG-aaaaaaaa-0000-4000-8000-000000000000");
        int large = box.run("--gpu-mem 15G gpuq-sim-load 15GiB 1");
        assertThat(box.ended(large).texts("gpus")).containsExactly("MIG-bbbbbbbb-0000-4000-8000-000000000000");
        assertThat(box.sh("q run --gpu-mem 30G true").status()).isEqualTo(1);
        assertThat(box.ok("q gpu")).contains("0:0").contains("0:1");
    }

    @Test
    void jobsAskForTheRightGpu() throws IOException {
        Simulation machine = box.simulate(3);
        machine.replace(
                "gpu index=1", "gpu index=1 uuid=" + Simulation.uuid(1) + " name=\"NVIDIA L4\" memory=23034MiB");
        Sandbox.until("the L4 is there", () -> box.gpu(1).text("name").contains("L4"));
        assertThat(box.ended(box.run("--gpu true")).texts("gpus"))
                .as("the smallest")
                .containsExactly(Simulation.uuid(1));
        assertThat(box.ended(box.run("--gpu-mem 40G true")).texts("gpus")).containsExactly(Simulation.uuid(0));
        Sandbox.until(
                "the first has cooled down", () -> box.gpu(0).text("state").equals("free"));
        assertThat(box.ended(box.run("--gpu-type h100 true")).texts("gpus")).containsExactly(Simulation.uuid(0));
        assertThat(box.ended(box.run("--gpu-index 2 true")).texts("gpus")).containsExactly(Simulation.uuid(2));
        assertThat(box.ended(box.run("--gpu-uuid " + Simulation.uuid(2) + " true"))
                        .texts("gpus"))
                .containsExactly(Simulation.uuid(2));
        for (String never : List.of(
                "--gpu-mem 100G", "--gpu-type B200", "--gpu 3 --gpu-type H100", "--gpu-index 9", "--gpu-type '('")) {
            assertThat(box.sh("q run " + never + " true").status()).as(never).isNotZero();
        }
    }

    @Test
    void smallJobsShareOneGpuAndNoneIsPutBesideAStranger() throws IOException {
        box.simulate(1);
        int one = box.run("--gpu 1/2 " + HOLD);
        int two = box.run("--share --gpu-mem 20G " + HOLD);
        box.untilState(one, "running");
        box.untilState(two, "running");
        assertThat(box.job(one).texts("gpus")).isEqualTo(box.job(two).texts("gpus"));
        int third = box.run("--share --gpu-mem 30G true");
        assertThat(box.job(third).text("reason")).contains("to share, 0 such free");
        assertThat(box.gpu(0).texts("jobs")).containsExactly(Integer.toString(one), Integer.toString(two));
        int whole = box.run("--gpu true");
        box.ok("touch go");
        assertThat(box.sh("q wait " + third).status()).isZero();
        assertThat(box.sh("q wait " + whole).status()).isZero();
    }
}
