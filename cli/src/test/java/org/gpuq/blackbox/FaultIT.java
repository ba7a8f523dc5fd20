package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** kill -9 of our own processes: jobs are unharmed, nothing is lost, and it all goes on by itself. */
@Timeout(180)
class FaultIT {
    private static final String UNTIL_GO = "sh -c 'echo up; while [ ! -e go ]; do sleep 0.05; done; exit 42'";

    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    /** Who is killed. */
    enum Victims {
        DAEMON("pid"),
        LAUNCHER("launcher_pid"),
        DAEMON_THEN_LAUNCHER("pid", "launcher_pid"),
        LAUNCHER_THEN_DAEMON("launcher_pid", "pid");

        @SuppressWarnings("ImmutableEnumChecker") // what List.of makes is immutable
        private final List<String> names;

        Victims(String... names) {
            this.names = List.of(names);
        }

        /** All at once, as far as two calls can be. */
        void kill(Json daemon) {
            names.stream()
                    .map(daemon::number)
                    .map(ProcessHandle::of)
                    .forEach(process -> process.ifPresent(ProcessHandle::destroyForcibly));
        }

        boolean alive(Json daemon) {
            return names.stream()
                    .map(daemon::number)
                    .anyMatch(pid -> ProcessHandle.of(pid).isPresent());
        }

        boolean both() {
            return names.size() == 2;
        }
    }

    /** Another daemon with a q-launch; nobody types q for it, {@code status} does not start one. */
    private void untilANewOneIsUp(Json old, Victims victims) {
        Sandbox.until("a new daemon", () -> {
            Result status = box.sh("q daemon status --json");
            return status.status() == 0 && changed(old, Json.of(status.out()).get("daemon"), victims);
        });
    }

    private static boolean changed(Json old, Json now, Victims victims) {
        return !now.text("launcher_pid").equals("null")
                && victims.names.stream().allMatch(name -> !now.text(name).equals(old.text(name)));
    }

    @ParameterizedTest
    @EnumSource(Victims.class)
    void aKillHarmsNoJobAndLosesNothing(Victims victims) throws IOException {
        box.simulate(1);
        int cpu = box.run(UNTIL_GO);
        int gpu = box.run("--gpu " + UNTIL_GO);
        List<Integer> queued = List.of(box.run("true"), box.run("--gpu true"), box.run("sh -c 'exit 9'"));
        box.untilState(cpu, "running");
        box.untilState(gpu, "running");
        long pid = box.job(cpu).number("pid");

        Json daemon = box.daemon();
        victims.kill(daemon);
        if (victims.both()) {
            // Nobody is left who could bring one up: the next q does.
            Sandbox.until(
                    "both are gone",
                    () -> victims.names.stream()
                            .allMatch(name ->
                                    ProcessHandle.of(daemon.number(name)).isEmpty()));
            box.ok("q list");
        } else {
            untilANewOneIsUp(daemon, victims);
        }

        assertThat(box.state(cpu)).isEqualTo("running");
        assertThat(box.job(cpu).number("pid")).isEqualTo(pid);
        assertThat(box.state(gpu)).isEqualTo("running");
        assertThat(box.gpu(0).text("state")).isEqualTo("leased");
        assertThat(box.gpu(0).number("job")).isEqualTo(gpu);
        for (int id : queued) {
            assertThat(box.state(id)).isEqualTo("queued");
        }
        box.ok("touch go");
        assertThat(box.sh("q wait " + cpu).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + gpu).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + queued.get(0) + " " + queued.get(1))).isEqualTo(new Result(0, "", ""));
        assertThat(box.sh("q wait " + queued.get(2)).status()).isEqualTo(9);
        assertThat(box.ok("q logs " + cpu)).isEqualTo("up");
    }

    @ParameterizedTest
    @EnumSource(Victims.class)
    void anEndWhileNobodyLooksIsRecordedExactly(Victims victims) {
        int killed = box.run("bash -c 'echo $$ > pid; while [ ! -e go ]; do sleep 0.05; done; kill -USR1 $$'");
        int next = box.run("sh -c 'echo next > next'");
        box.untilState(killed, "running");
        victims.kill(box.daemon());
        box.ok("touch go");
        long pid = Long.parseLong(box.text("pid").strip());
        Sandbox.until("the job has ended", () -> ProcessHandle.of(pid).isEmpty());
        if (victims.both()) {
            box.ok("q list");
        }
        Sandbox.until(
                "the next one runs without anybody typing q",
                () -> !box.text("next").isEmpty());
        assertThat(box.sh("q wait " + next).status()).isZero();
        assertThat(box.sh("q wait " + killed).status()).isEqualTo(128 + 10);
        assertThat(box.job(killed).number("signal")).isEqualTo(10);
    }

    @Test
    void killsInARowHarmNoJobEither() {
        int job = box.run(UNTIL_GO);
        int next = box.run("true");
        box.untilState(job, "running");
        for (Victims victims : new Victims[] {Victims.DAEMON, Victims.LAUNCHER, Victims.DAEMON, Victims.LAUNCHER}) {
            Json daemon = box.daemon();
            victims.kill(daemon);
            untilANewOneIsUp(daemon, victims);
        }
        assertThat(box.state(job)).isEqualTo("running");
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + next).status()).isZero();
    }

    @Test
    void killsWhileJobsStartAndEndLoseAndDoubleNone() {
        box.run("true");
        Running submitting = box.start("for i in $(seq 1 40); do until q run sh -c \"echo $i >> ran\" 2>/dev/null;"
                + " do sleep 0.05; done; done");
        for (int i = 0; i < 3; i++) {
            int seen = i * 8;
            Sandbox.until("more have run", () -> box.text("ran").lines().count() > seen);
            victim(i).kill(box.daemon());
            Sandbox.until("it is back", () -> box.sh("q daemon status --json").status() == 0);
        }
        submitting.end();
        int last = Integer.parseInt(box.ok(
                "q list --all --json | grep -o '\"id\":[0-9]*' | sort -t : -k 2 -n | tail -1" + " | cut -d : -f 2"));
        assertThat(box.sh("q wait $(seq 0 " + last + ")").err()).isEmpty();
        List<String> ran = new ArrayList<>(box.text("ran").lines().toList());
        // A q that lost the daemon says that it does not know: the loop above then submits once more.
        assertThat(ran).hasSize(last);
        assertThat(ran.stream().distinct()).hasSize(40);
    }

    private static Victims victim(int round) {
        return round % 2 == 0 ? Victims.DAEMON : Victims.LAUNCHER;
    }

    @ParameterizedTest
    @EnumSource(
            value = Victims.class,
            names = {"DAEMON", "LAUNCHER"})
    void aForegroundJobOutlivesTheDaemon(Victims victims) {
        Running q = box.start("q run -f bash -c 'echo up; while [ ! -e go ]; do sleep 0.05; done; echo over; exit 42'");
        Sandbox.until("it runs", () -> q.out().equals("up\n"));
        box.untilState(0, "running");
        Json daemon = box.daemon();
        victims.kill(daemon);
        untilANewOneIsUp(daemon, victims);
        assertThat(box.state(0)).isEqualTo("running");
        box.ok("touch go");
        assertThat(q.end()).isEqualTo(new Result(42, "up\nover\n", ""));
        assertThat(box.ended(0).number("exit_code")).isEqualTo(42);
    }

    @Test
    void killingQEndsItsForegroundJobAndFreesTheLease() throws IOException {
        box.simulate(1);
        Running q = box.start("exec q run -f --gpu sleep 100");
        Sandbox.until("it runs", () -> box.sh("q show 0 --json").out().contains("\"state\":\"running\""));
        int next = box.run("--gpu true");
        assertThat(box.state(next)).isEqualTo("queued");
        q.process().destroyForcibly();
        assertThat(box.sh("q wait " + next).status()).isZero();
        assertThat(box.state(0)).isNotEqualTo("running");
        assertThat(box.job(0).text("reason")).isNotEqualTo("null");
    }

    @Test
    void killingASupervisorHarmsNoJobEither() {
        int job = box.run(UNTIL_GO);
        box.untilState(job, "running");
        ProcessHandle supervisor = ProcessHandle.of(box.job(job).number("pid"))
                .flatMap(ProcessHandle::parent)
                .orElseThrow();
        assertThat(supervisor.pid()).isNotEqualTo(box.daemon().number("launcher_pid"));
        supervisor.destroyForcibly();
        Sandbox.until("the supervisor is gone", () -> !supervisor.isAlive());
        box.ok("touch go");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(42);
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
    }
}
