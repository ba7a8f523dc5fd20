package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills everything of ours at every named step and at random ones while jobs come, run and end, and then asks what became
 * of each. {@code -Dgpuq.torture.rounds=N} kills N times instead of a few; {@code bench/torture} does that.
 */
@Timeout(3600)
class TortureIT {
    private static final List<String> POINTS = List.of(
            "request-read",
            "decided",
            "durable",
            "answered",
            "start-due",
            "start-ordered",
            "start-heard",
            "exit-heard",
            "empty-heard",
            "forget-due",
            "adopt-due");
    private static final int ROUNDS = Integer.getInteger("gpuq.torture.rounds", 4);
    private static final int SUBMITTERS = 2;

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        box.simulate(2);
        box.configure("[jobs]\nslots = 3");
        box.set("GPUQ_JVM_FLAGS", "-Dgpuq.crash=" + armed());
        box.ok("mkdir marks acknowledged gpus.held");
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    private Path armed() {
        return box.directory().resolve("armed");
    }

    /**
     * Each submission has a number, and its job leaves a mark of that number each time it runs; what q printed is kept
     * beside it. A job for a GPU sees whether somebody else is on it.
     */
    private Running submit(int who) {
        return box.start("""
                n=0
                while [ ! -e enough ]; do
                    n=$((n + 1)); name=%d.$n; code=$((n %% 7))
                    gpu=; [ $((n %% 3)) = 0 ] && gpu=--gpu
                    q run $gpu sh -c "echo ran >> marks/$name
                        if [ -n '$gpu' ]; then
                            mkdir gpus.held/\\$CUDA_VISIBLE_DEVICES || echo $name >> twice
                            sleep 0.02
                            rmdir gpus.held/\\$CUDA_VISIBLE_DEVICES
                        fi
                        exit $code" > acknowledged/$name 2>> said || sleep 0.05
                    sleep 0.05
                done""".formatted(who));
    }

    private void settled() {
        Sandbox.until("a daemon", () -> box.sh("q list --json").status() == 0);
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void nothingIsLostAndNothingRunsTwice() throws IOException {
        int steady = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done; exit 42'");
        box.untilState(steady, "running");
        long pid = box.job(steady).number("pid");
        List<Running> submitters = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            submitters.add(submit(i));
        }
        for (String point : POINTS) {
            crashAt(point);
        }
        killAtRandom();
        box.ok("touch enough");
        submitters.forEach(Running::end);
        settled();
        box.ok("touch go");
        check(steady, pid);
    }

    private void crashAt(String point) throws IOException {
        Path next = armed().resolveSibling("armed.new");
        Files.writeString(next, point);
        Files.move(next, armed());
        if (point.equals("adopt-due")) {
            kill(box.daemon().number("pid")); // it is on the way of a daemon that comes after another
        }
        Sandbox.until("it dies at " + point, () -> Files.notExists(armed()));
        settled();
    }

    private void killAtRandom() {
        long seed = Long.getLong("gpuq.torture.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Json daemon = box.daemon();
            boolean both = random.nextInt(3) == 0;
            if (both || random.nextBoolean()) {
                kill(daemon.number("pid"));
            }
            if (both || random.nextBoolean()) {
                kill(daemon.number("launcher_pid"));
            }
            settled();
        }
    }

    private void check(int steady, long pid) throws IOException {
        TreeMap<Long, Json> jobs = new TreeMap<>();
        for (Json job : box.json("q list --all --json").list("jobs")) {
            jobs.put(job.number("id"), job);
        }
        box.sh("q wait $(seq 0 " + jobs.lastKey() + ")");
        for (Json job : box.json("q list --all --json").list("jobs")) {
            jobs.put(job.number("id"), job);
        }
        assertThat(box.job(steady).number("pid")).isEqualTo(pid);
        assertThat(box.job(steady).number("exit_code")).isEqualTo(42);
        assertThat(box.text("twice"))
                .as("jobs that found somebody on their GPU")
                .isEmpty();
        List<String> wrong = new ArrayList<>();
        int acknowledged = 0;
        for (Path file : files("acknowledged")) {
            String name = file.getFileName().toString();
            String id = Files.readString(file).strip();
            int ran = (int) box.text("marks/" + name).lines().count();
            if (ran > 1) {
                wrong.add(name + " ran " + ran + " times");
            }
            if (!id.isEmpty()) {
                acknowledged++;
                Json job = jobs.get(Long.parseLong(id));
                int code = Integer.parseInt(name.substring(name.indexOf('.') + 1)) % 7;
                if (job == null || ran != 1 || !job.text("exit_code").equals(Integer.toString(code))) {
                    wrong.add(name + ", job " + id + ", ran " + ran + " times, ought to exit with " + code + ": "
                            + Optional.ofNullable(job).map(Json::value).orElse("it is not there"));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(acknowledged).isGreaterThan(POINTS.size());
        Sandbox.until(
                "no exit record is left but spare ones",
                () -> files("queue/run").stream()
                        .allMatch(file -> file.getFileName().toString().startsWith("spare-")));
        Optional<String> cgroup = Optional.of(box.daemon().text("cgroup")).filter(path -> !path.equals("null"));
        assertThat(box.sh("for log in queue/logs/*.log; do ls -d " + cgroup.orElse("/none")
                                + "/gpuq-job-$(basename $log .log)* 2>/dev/null; done")
                        .line())
                .as("control groups that are left")
                .isEmpty();
    }

    private List<Path> files(String directory) throws IOException {
        try (var all = Files.list(box.directory().resolve(directory))) {
            return all.sorted().toList();
        }
    }
}
