package org.gpuq.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gpuq.daemon.port.ForegroundEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in the caller's terminal. */
@Timeout(120)
class ForegroundTest {

    @TempDir
    private Path directory;

    private Relay relay = new Relay(Path.of("/"), Relay.BUILT);
    private Daemon daemon;

    @BeforeEach
    void start() throws Exception {
        relay = new Relay(directory, Relay.BUILT);
        daemon = new Daemon(relay.socket());
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    /**
     * A job that says it runs, and waits until a signal's trap ends it. It waits in the shell itself: a child would get
     * the terminal's signals too, and how a shell ends whose child was interrupted is not what these tests are about. It
     * looks up often: a signal that comes just before it reads is only seen after.
     */
    private static String looping(String traps) {
        return "mkfifo never; exec $Q run bash -c \"" + traps
                + "; exec 3<> never; echo \\$\\$ > ready; while :; do read -r -t 0.1 -u 3; done\"";
    }

    private long jobPid() throws Exception {
        Relay.until("the job runs", () -> relay.text("ready").endsWith("\n"));
        return Long.parseLong(relay.text("ready").strip());
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void returnsTheJobsOwnStatus() throws Exception {
        assertThat(relay.run("exec $Q run true").status()).isZero();
        assertThat(relay.run("exec $Q run sh -c 'exit 200'").status()).isEqualTo(200);
        assertThat(relay.run("exec $Q run sh -c 'kill -9 $$'").status()).isEqualTo(137);
        assertThat(relay.run("exec $Q run sh -c 'kill -TERM $$'").status()).isEqualTo(143);
        assertThat(relay.run("exec $Q run no-such-command").status()).isEqualTo(127);
        assertThat(relay.run("exec $Q run /etc/passwd").status()).isEqualTo(126);
    }

    @Test
    void theJobHasTheCallersStreamsAndProcessGroup() throws Exception {
        Relay.Result result =
                relay.run("echo typed | $Q run sh -c 'cat; echo oops >&2; ps -o pgid= -p $$; ps -o pgid= -p $PPID'");
        assertThat(result.err()).isEqualTo("oops\n");
        List<String> lines = result.out().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("typed");
        assertThat(lines.get(1)).isEqualTo(lines.get(2));
    }

    @Test
    void reportsWhatTheJobUsed() throws Exception {
        relay.run("exec $Q run sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'");
        assertThat(daemon.events).anySatisfy(event -> {
            assertThat(event).isInstanceOf(ForegroundEvent.Ended.class);
            var ended = (ForegroundEvent.Ended) event;
            assertThat(ended.userTime().plus(ended.systemTime()).isPositive()).isTrue();
            assertThat(ended.peakMemoryBytes()).isGreaterThan(100_000);
        });
    }

    @Test
    void terminationIsPassedOn() throws Exception {
        Process q = relay.start(looping("trap 'exit 33' TERM"));
        jobPid();
        q.destroy();
        assertThat(relay.finish(q).status()).isEqualTo(33);
    }

    @Test
    void theDaemonSignalsTheJob() throws Exception {
        Process q = relay.start(looping("trap 'exit 34' USR1"));
        jobPid();
        daemon.clients.take().signal(10);
        assertThat(relay.finish(q).status()).isEqualTo(34);
    }

    @Test
    void killingItHangsUpTheJob() throws Exception {
        Process q = relay.start(looping("trap 'echo hung up > hup; exit' HUP"));
        jobPid();
        q.destroyForcibly();
        Relay.until("the job hears of it", () -> relay.text("hup").equals("hung up\n"));
        Relay.until("the daemon hears of it", () -> daemon.events.contains(new ForegroundEvent.Gone()));
    }

    @Test
    void theJobGoesOnWhileTheDaemonRestarts() throws Exception {
        Process q = relay.start(looping("trap 'exit 35' USR1"));
        long job = jobPid();
        daemon.close();
        daemon = new Daemon(relay.socket());

        assertThat(daemon.resumed.take()).isEqualTo(Daemon.TOKEN);
        Relay.until("it says that the job runs", () -> daemon.events.contains(new ForegroundEvent.Started((int) job)));
        signal("USR1", job);
        Relay.Result result = relay.finish(q);
        assertThat(result.status()).isEqualTo(35);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aJobThatEndsMeanwhileIsReportedLater() throws Exception {
        Process q = relay.start(looping("trap 'exit 36' USR1"));
        long job = jobPid();
        daemon.close();
        signal("USR1", job);
        Relay.until("the job ends", () -> !Files.exists(Path.of("/proc/" + job)));
        daemon = new Daemon(relay.socket());

        assertThat(relay.finish(q).status()).isEqualTo(36);
        assertThat(daemon.resumed.take()).isEqualTo(Daemon.TOKEN);
    }

    @Test
    void controlCReachesTheJobAndNotQ() throws Exception {
        Process terminal = terminal(looping("trap 'exit 37' INT"));
        jobPid();
        type(terminal, "\u0003");
        assertThat(relay.finish(terminal).status()).isEqualTo(37);
        assertThat(daemon.events).anyMatch(event -> event instanceof ForegroundEvent.Ended);
    }

    @Test
    void controlZStopsBothAndFgContinuesBoth() throws Exception {
        Process terminal = terminal("exec bash --norc --noprofile -i");
        type(terminal, looping("trap 'exit 38' USR1").replaceFirst("exec ", "") + "\n");
        long job = jobPid();
        long q = ProcessHandle.of(job).orElseThrow().parent().orElseThrow().pid();
        type(terminal, "\u001a");
        Relay.until("both stop", () -> state(job) == 'T' && state(q) == 'T');
        type(terminal, "fg\n");
        Relay.until("both go on", () -> state(job) != 'T' && state(q) != 'T');
        signal("USR1", job);
        type(terminal, "echo status=$?\n");
        Relay.until("the shell sees the end", () -> relay.text("out").contains("status=38"));
        type(terminal, "exit\n");
        relay.finish(terminal);
    }

    @Test
    void aJobThatStopsItselfStopsQToo() throws Exception {
        Process terminal = terminal("exec bash --norc --noprofile -i");
        type(terminal, "$Q run bash -c 'echo $$ > ready; kill -TSTP $$; exit 39'\n");
        long job = jobPid();
        Relay.until("the shell is back", () -> relay.text("out").contains("Stopped"));
        type(terminal, "fg\n");
        Relay.until("the job goes on to its end", () -> !Files.exists(Path.of("/proc/" + job)));
        type(terminal, "echo again=$?\n");
        Relay.until("the shell sees the end", () -> relay.text("out").contains("again=39"));
        type(terminal, "exit\n");
        relay.finish(terminal);
    }

    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** Runs a line in a terminal of its own. */
    private Process terminal(String line) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script from util-linux (bsdutils)");
        Files.writeString(directory.resolve("line"), line + "\n");
        // script runs the line through SHELL, else sh, and a shell that stays as bash's parent is interrupted with it.
        return relay.start("exec script -qefc 'exec bash line' /dev/null");
    }

    private static void type(Process terminal, String keys) throws IOException {
        OutputStream keyboard = terminal.getOutputStream();
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }
}
