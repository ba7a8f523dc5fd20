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
import org.jspecify.annotations.Nullable;
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
    private static final List<String> LAUNCHER_POINTS =
            List.of("order-taken", "record-made", "supervisor-forked", "note-heard", "end-heard");
    private static final List<String> SUPERVISOR_POINTS = List.of(
            "supervisor-born",
            "cgroup-made",
            "start-not-recorded",
            "start-recorded",
            "start-not-told",
            "note-due",
            "exit-not-recorded",
            "exit-recorded",
            "exit-told",
            "last-one-gone");
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
    private int supervisorsKilled;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        box.simulate(2);
        box.configure("[jobs]\nslots = 3");
        Path crashing = box.directory().resolve("crashing");
        OtherBuild.crashing(crashing);
        box.use(crashing);
        box.set("GPUQ_JVM_FLAGS", "-Dgpuq.crash=" + armed());
        box.set("GPUQ_CRASH", armed().toString());
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
        // One whose q-launch is gone may still answer, but not for long.
        Sandbox.until("a daemon", () -> {
            Sandbox.Result status = box.sh("q list > answer 2>&1; q daemon status --json");
            return status.status() == 0 && launcherLives(Json.of(status.out()).get("daemon"));
        });
    }

    private static boolean launcherLives(Json daemon) {
        return !daemon.text("launcher_pid").equals("null")
                && ProcessHandle.of(daemon.number("launcher_pid")).isPresent();
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
        for (String point : LAUNCHER_POINTS) {
            crashAt(point);
        }
        for (String point : SUPERVISOR_POINTS) {
            crashAt(point);
            supervisorsKilled++;
        }
        killAtRandom(steady);
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

    private void killAtRandom(int steady) {
        long seed = Long.getLong("gpuq.torture.seed", System.nanoTime());
        System.out.println("torture: " + ROUNDS + " rounds at random, seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Json daemon = box.daemon();
            if (random.nextInt(3) == 0) {
                killSupervisor(steady);
            }
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

    /** Of some job that runs just now; the steady one's is kept for the end. */
    private void killSupervisor(int steady) {
        for (Json job : box.json("q list --json").list("jobs")) {
            if (job.number("id") != steady && job.text("state").equals("running")) {
                long launcher = box.daemon().number("launcher_pid");
                Optional<ProcessHandle> supervisor = Optional.of(
                                box.job((int) job.number("id")).text("pid"))
                        .filter(pid -> !pid.equals("null"))
                        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                        .flatMap(ProcessHandle::parent)
                        .filter(parent -> parent.pid() != launcher && parent.pid() != 1);
                supervisor.ifPresent(ProcessHandle::destroyForcibly);
                supervisorsKilled += supervisor.isPresent() ? 1 : 0;
                return;
            }
        }
    }

    /**
     * A job whose supervisor was killed may not have run: the process that was to become its program then ends with 127, or
     * it is not started at all. Or nobody knows how it ended, and it says so.
     */
    private static boolean excused(@Nullable Json job, int ran) {
        return job != null
                && ran <= 1
                && (job.text("state").equals("lost")
                        || (job.text("state").equals("failed")
                                && ran == 0
                                && List.of("null", "126", "127").contains(job.text("exit_code"))));
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
        int excused = 0;
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
                if (excused(job, ran)) {
                    excused++;
                } else if (job == null || ran != 1 || !job.text("exit_code").equals(Integer.toString(code))) {
                    wrong.add(name + ", job " + id + ", ran " + ran + " times, ought to exit with " + code + ": "
                            + Optional.ofNullable(job).map(Json::value).orElse("it is not there"));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(excused).as("jobs that were lost with their supervisors").isLessThanOrEqualTo(supervisorsKilled);
        System.out.println("torture: " + acknowledged + " jobs acknowledged, none lost, none twice; "
                + supervisorsKilled + " supervisors killed, " + excused + " of their jobs lost with the reason");
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
