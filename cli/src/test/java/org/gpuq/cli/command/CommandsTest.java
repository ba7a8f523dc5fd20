package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.gpuq.cli.FakeClient;
import org.gpuq.cli.Sample;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything but run: what is said, and the exit code. */
final class CommandsTest {
    private static final String ESC = "\u001b";

    private final Session session = new Session();

    @BeforeEach
    void aBusyMachine() throws Exception {
        Scene.busy(session);
    }

    @ParameterizedTest(name = "q {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "show 99            | 3 | there is no job 99",
                "logs 99            | 3 | there is no job 99",
                "wait 1 99          | 3 | there is no job 99",
                "cancel 99          | 3 | there is no job 99",
                "run --after 99 x   | 3 | there is no job 99 to run after",
                "cancel 4           | 4 | job 4 is not yours to cancel: it belongs to bob",
                "cancel 1           | 1 | job 1 has already ended (failed)",
                "daemon stop        | 4 | the daemon is not yours to stop",
                "logs 5             | 1 | job 5 has not started: needs 2 GPUs",
                "show               | 2 | q show needs ID",
                "show 1 2           | 2 | q show does not know '2'",
                "show x             | 2 | 'x' is not a job id",
                "show -1            | 2 | '-1' is not a job id",
                "wait               | 2 | q wait needs ID",
                "cancel             | 2 | q cancel needs ID",
                "list x             | 2 | q list does not know 'x'",
                "list --frob        | 2 | q list does not know '--frob'",
                "--frob             | 2 | q list does not know '--frob'",
                "list --limit x     | 2 | Invalid value for option '--limit'",
                "list --limit -1    | 2 | --limit -1 is negative",
                "list --color maybe | 2 | Invalid value for option '--color'",
                "logs -n 0 1        | 2 | -n 0 shows nothing",
                "daemon             | 2 | q daemon needs ACTION",
                "daemon frob        | 2 | the daemon can start, stop, status, config, backup and salvage, not 'frob'",
                "help frob          | 2 | q has no verb 'frob'",
                "demo               | 2 | the demo does not run inside a daemon"
            })
    void errorsSayWhatAndWhy(String words, int exit, String message) throws InterruptedException {
        Session.Result result = session.q(words.split(" "));
        assertThat(result.err()).startsWith("q: " + message);
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(exit);
    }

    @Test
    void withJsonErrorsAreJson() throws InterruptedException {
        Session.Result result = session.q("show", "99", "--json");
        assertThat(result.out())
                .isEqualTo("{\"v\":1,\"error\":{\"code\":\"not_found\",\"message\":\"there is no job 99\","
                        + "\"hint\":\"'q list --all' shows the jobs there are\"}}\n");
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isEqualTo(3);
        assertThat(session.q("list", "--frob", "--json").out()).startsWith("{\"v\":1,\"error\":{\"code\":\"usage\",");
        assertThat(session.q("run", "--gpu", "0", "x", "--json").err())
                .as("that is a word of the job's command")
                .startsWith("q: ");
    }

    @Test
    void noWordsMeanTheList() throws InterruptedException {
        assertThat(session.q(Sample.ANN, Session.terminal(80)).out())
                .isEqualTo(session.q(Sample.ANN, Session.terminal(80), "list").out());
        assertThat(session.q("--json").out())
                .isEqualTo(session.q("list", "--json").out());
    }

    @Test
    void helpIsThereForEverythingWithExamples() throws InterruptedException {
        String root = session.q("--help").out();
        assertThat(root).contains("Examples:").contains("demo");
        for (String verb : List.of("run", "list", "gpu", "show", "logs", "wait", "cancel", "daemon")) {
            assertThat(root).contains("\n  " + verb);
            assertThat(session.q(verb, "--help").out()).contains("q " + verb).contains("Examples:");
            assertThat(session.q("help", verb).out())
                    .isEqualTo(session.q(verb, "--help").out());
        }
        assertThat(session.q("help").out()).isEqualTo(root);
        assertThat(session.q("--version").out()).isEqualTo("q 0.1.0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "gpu", "show 1", "--help"})
    void coloursOnlyWhereTheyAreWanted(String words) throws InterruptedException {
        String[] plain = words.split(" ");
        assertThat(session.q(plain).out()).doesNotContain(ESC);
        assertThat(session.q(Sample.ANN, Session.terminal(80), plain).out()).contains(ESC);
        assertThat(session.q(Sample.ANN, Session.terminal(80), (words + " --color=never").split(" "))
                        .out())
                .doesNotContain(ESC);
        session.environment = List.of(RawBytes.utf8("NO_COLOR=1"));
        assertThat(session.q(Sample.ANN, Session.terminal(80), plain).out()).doesNotContain(ESC);
        assertThat(session.q(Sample.ANN, Session.terminal(80), (words + " --color=always").split(" "))
                        .out())
                .contains(ESC);
        session.environment = List.of(RawBytes.utf8("TERM=dumb"));
        assertThat(session.q(Sample.ANN, Session.terminal(80), plain).out()).doesNotContain(ESC);
    }

    @Test
    void theListCanBeNarrowed() throws InterruptedException {
        assertThat(ids("list", "--mine")).containsExactly("3", "1", "2");
        assertThat(ids("list", "--limit", "1")).containsExactly("3", "4", "7", "5", "6", "2");
        assertThat(ids("list", "--limit", "0", "--mine")).containsExactly("3");
        assertThat(ids("list", "--mine", "--live")).containsExactly("3");
        assertThat(ids("list", "--head", "3")).containsExactly("3", "4", "7");
    }

    private List<String> ids(String... words) throws InterruptedException {
        return session.q(words)
                .out()
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
    }

    @Test
    void logsShowTheFile() throws InterruptedException {
        assertThat(session.q("logs", "1").client().steps()).containsExactly("show /state/output/1.log 0");
        assertThat(session.q("logs", "-n", "20", "1").client().steps()).containsExactly("show /state/output/1.log -20");
        assertThat(session.q("logs", "-f", "1").client().steps()).containsExactly("show /state/output/1.log 0");
        assertThat(session.q("logs", "3").client().steps()).containsExactly("show /state/output/3.log 0");
    }

    @Test
    void logsFollowUntilTheEnd() throws Exception {
        FakeClient client = new FakeClient(Sample.BOB);
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "logs", "-f", "4");
        session.queue.exited(new JobId(4), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        assertThat(call.get(30, TimeUnit.SECONDS).exit()).isZero();
        assertThat(client.steps().getFirst()).startsWith("show /state/output/4.log 0");
    }

    @Test
    void logsOfAJobThatNeverRanSayWhy() throws InterruptedException {
        assertThat(session.q(Sample.CARL, Session.PIPE, "cancel", "5").exit()).isZero();
        Session.Result result = session.q("logs", "5");
        assertThat(result.err())
                .isEqualTo("q: job 5 has no output, it never ran: cancelled by carl before it started\n");
        assertThat(result.exit()).isEqualTo(1);
    }

    @Test
    void waitReturnsTheHighestCode() throws Exception {
        assertThat(session.q("wait", "0").exit()).isZero();
        assertThat(session.q("wait", "0,1").exit()).isEqualTo(1);
        Session.Result result = session.q("wait", "0", "2", "1");
        assertThat(result.exit()).isEqualTo(139);
        assertThat(result.err()).contains("job 2 failed: killed by signal 11 (SIGSEGV), core dumped");

        CompletableFuture<Session.Result> call = session.start(new FakeClient(Sample.ANN), Session.PIPE, "wait", "4");
        session.queue.exited(new JobId(4), new ExitStatus.Exited(7), Duration.ofSeconds(1));
        assertThat(call.get(30, TimeUnit.SECONDS).exit()).isEqualTo(7);
    }

    @Test
    void aWaitEndsWithItsCaller() throws Exception {
        FakeClient client = new FakeClient(Sample.ANN);
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "wait", "4");
        client.leave();
        assertThat(call.get(30, TimeUnit.SECONDS).exit()).isEqualTo(1);
    }

    @Test
    void rootAndTheDaemonsOwnUserMayDoEverything() throws InterruptedException {
        User root = new User(0, 0, "root");
        User daemon = new User(Session.DAEMON_UID, 990, "gpuq");
        assertThat(session.q(root, Session.PIPE, "cancel", "5").exit()).isZero();
        assertThat(session.q(daemon, Session.PIPE, "cancel", "6").exit()).isZero();
        assertThat(session.q(daemon, Session.PIPE, "daemon", "stop").exit()).isZero();
        assertThat(session.daemon.stopped).isTrue();
    }

    @Test
    void onATerminalCancelSaysWhatHappens() throws InterruptedException {
        assertThat(session.q(Sample.BOB, Session.terminal(80), "cancel", "4,7").err())
                .isEqualTo("q: job 4 is asked to end, and killed if it has not within 10 s\nq: job 7 is cancelled\n");
    }

    @Test
    void theDaemonTellsAboutItself() throws InterruptedException {
        assertThat(session.q("daemon", "status", "--json").out())
                .isEqualTo(
                        "{\"v\":1,\"daemon\":{\"pid\":500,\"launcher_pid\":501,\"version\":\"0.1.0\",\"uptime\":192.0,"
                                + "\"mode\":\"embedded\",\"socket\":\"/run/user/1001/gpuq/q.sock\","
                                + "\"metrics\":\"http://127.0.0.1:9711/metrics\",\"driver\":\"580.159.04\",\"gpu_confinement\":\"off\",\"cgroup\":null,"
                                + "\"cgroup_mode\":\"process-group\",\"java\":\"25.0.1+8\",\"launcher_protocol\":4,"
                                + "\"supervisors\":3,\"journal_bytes\":1300000,\"journal_format\":1,"
                                + "\"last_crash\":{\"who\":\"daemon\",\"at\":\"2026-11-23T12:00:00.000Z\",\"how\":\"signal 9\"},"
                                + "\"limits\":[\"memory\",\"processes\",\"cpus\"]}}\n");
        assertThat(session.q("daemon", "status").out())
                .contains("pid         500\n")
                .contains("uptime      192\n")
                .contains("supervisors 3\n")
                .contains("journal     1.2 MiB, format 1\n")
                .contains(", the daemon: signal 9\n");
        assertThat(session.q("daemon", "config").out()).contains("jobs.slots = 4\n");
        assertThat(session.q("daemon", "start").exit()).isZero();
    }

    @Test
    void whatUsersTypedNeverReachesATerminalRaw() throws InterruptedException {
        String evil = "a\nb\t\u001b]0;owned\u0007\u007f\u009b31m\u202etxt\u2028\u200e";
        RawBytes word = RawBytes.utf8(evil);
        FakeClient client = new FakeClient(Sample.ANN);
        session.call(
                client,
                Session.PIPE,
                List.of(
                        RawBytes.utf8("run"),
                        RawBytes.utf8("-L"),
                        word,
                        RawBytes.utf8("--name"),
                        word,
                        RawBytes.utf8("--cwd"),
                        word,
                        word,
                        word));
        session.environment = List.of(RawBytes.utf8("NO_COLOR=1"));
        for (String words : List.of(
                "list --all",
                "show 8",
                "list --json",
                "show 8 --json",
                "list --frob" + evil,
                "show 1 " + evil,
                "daemon " + evil,
                "cancel " + evil)) {
            for (boolean terminal : new boolean[] {true, false}) {
                Session.Result result =
                        session.q(Sample.ANN, terminal ? Session.terminal(200) : Session.PIPE, words.split(" "));
                assertThat((result.out() + result.err()).replaceAll("[\n]", "").codePoints())
                        .as("q %s", words)
                        .noneMatch(c -> c != '\t' && org.gpuq.cli.render.Sanitize.unsafe(c));
                assertThat(result.out().lines().filter(line -> line.startsWith("b")))
                        .isEmpty();
            }
        }
        assertThat(session.q("show", "8").out())
                .contains("label      a\\nb\\t\\x1b]0;owned\\x07\\x7f\\x9b31m\\u202etxt\\u2028\\u200e\n");
    }
}
