package org.gpuq.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built q against the real control socket: what it says, prints and returns. */
@Timeout(120)
class TalkTest {

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

    @Test
    void sendsWordsAndEnvironmentByteForByte() throws Exception {
        relay.run("exec env -i GPUQ_SOCKET=$PWD/q.sock X=$'\\xff\\x01\\n' $Q exit 0 '' $'\\xe9\\n \\x80' 'a b'");

        Request request = daemon.requests.take();
        assertThat(request.arguments())
                .extracting(RawBytes::latin1)
                .containsExactly("exit", "0", "", "\u00e9\n \u0080", "a b");
        assertThat(request.environment())
                .extracting(RawBytes::latin1)
                .containsExactly("GPUQ_SOCKET=" + relay.socket(), "X=\u00ff\u0001\n");
    }

    @Test
    void sendsDirectoryUmaskAndLimits() throws Exception {
        relay.run("mkdir sub; cd sub; umask 027; ulimit -S -n 123; exec $Q exit 0");

        Request request = daemon.requests.take();
        assertThat(request.directory().text())
                .isEqualTo(directory.toRealPath().resolve("sub").toString());
        assertThat(request.umask()).isEqualTo(027);
        assertThat(request.limits().get(7).soft()).isEqualTo(123);
        assertThat(request.terminal().stdout()).isFalse();
    }

    @Test
    void aDirectoryThatIsGoneIsEmpty() throws Exception {
        relay.run("mkdir sub; cd sub; rmdir ../sub; exec $Q exit 0");

        assertThat(daemon.requests.take().directory().isEmpty()).isTrue();
    }

    @Test
    void sendsNearlyAMegabyteOfArguments() throws Exception {
        // The kernel's bound for a single string is 128 KiB, for all of them together a quarter of the stack.
        relay.run(
                "x=$(head -c 120000 /dev/zero | tr '\\0' x); ulimit -s unlimited; exec $Q exit 0 $x $x $x $x $x $x $x $x");

        assertThat(daemon.requests.take().arguments().stream()
                        .mapToInt(RawBytes::length)
                        .sum())
                .isGreaterThan(900_000);
    }

    @Test
    void returnsTheStatus() throws Exception {
        for (int status : new int[] {0, 1, 5, 200, 255}) {
            assertThat(relay.run("exec $Q exit " + status).status()).isEqualTo(status);
        }
    }

    @Test
    void printsOnBothStreams() throws Exception {
        Relay.Result result = relay.run("exec $Q both $'out\\xff\\n' err");
        assertThat(result.out()).isEqualTo("out\u00ff\n");
        assertThat(result.err()).isEqualTo("err");
    }

    @Test
    void printsMuchThroughAPipe() throws Exception {
        assertThat(relay.run("$Q out 5000000 | (sleep 0.2; wc -c)").out().strip())
                .isEqualTo("5000000");
    }

    @Test
    void aReaderThatStopsEndsItQuietly() throws Exception {
        Relay.Result result = relay.run("$Q out 5000000 | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}");
        assertThat(result.out().strip()).isEqualTo("141");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aClosedStandardOutputIsAnError() throws Exception {
        Relay.Result result = relay.run("exec $Q out 5 >&-");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("cannot be written");
    }

    @Test
    void aFullDiskIsAnError() throws Exception {
        Relay.Result result = relay.run("exec $Q out 5 >/dev/full");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("No space left");
    }

    @Test
    void printsAFileBetweenOtherOutput() throws Exception {
        Files.writeString(directory.resolve("log"), "one\ntwo\nthree\n");
        assertThat(relay.run("exec $Q file $PWD/log 0").out()).isEqualTo("before\none\ntwo\nthree\nafter\n");
        assertThat(relay.run("exec $Q file $PWD/log 4").out()).isEqualTo("before\ntwo\nthree\nafter\n");
        assertThat(relay.run("exec $Q file $PWD/log -1").out()).isEqualTo("before\nthree\nafter\n");
        assertThat(relay.run("exec $Q file $PWD/log -2").out()).isEqualTo("before\ntwo\nthree\nafter\n");
        assertThat(relay.run("exec $Q file $PWD/log -9").out()).isEqualTo("before\none\ntwo\nthree\nafter\n");
    }

    @Test
    void findsTheLastLinesOfALongFile() throws Exception {
        Files.writeString(directory.resolve("log"), "x".repeat(99) + "\n" + ("y".repeat(99) + "\n").repeat(5000));
        assertThat(relay.run("exec $Q file $PWD/log -3000").out()).hasSize(300_000 + "before\nafter\n".length());
    }

    @Test
    void whatIsNoReadableFileIsSaidAndFails() throws Exception {
        relay.run("mkdir dir; mkfifo fifo");
        for (String name : new String[] {"dir", "fifo", "missing"}) {
            Relay.Result result = relay.run("exec $Q file $PWD/" + name + " 0");
            assertThat(result.status()).as(name).isEqualTo(1);
            assertThat(result.err()).contains(name + " cannot be read");
            assertThat(result.out()).isEqualTo("before\nafter\n");
        }
    }

    @Test
    void followsAFileUntilItIsTold() throws Exception {
        Path log = Files.writeString(directory.resolve("log"), "one\n");
        Process following = relay.start("exec $Q follow $PWD/log");
        Relay.until("the first line", () -> relay.text("out").equals("one\n"));
        Files.writeString(log, "two\n", StandardOpenOption.APPEND);
        Relay.until("the second line", () -> relay.text("out").equals("one\ntwo\n"));
        Files.writeString(log, "three\n", StandardOpenOption.APPEND);
        daemon.clients.take().endFile();
        Relay.until("the third line", () -> relay.text("out").equals("one\ntwo\nthree\n"));
        following.destroy();
        relay.finish(following);
        Relay.until("the daemon sees it leave", () -> daemon.events.contains(new ForegroundEvent.Gone()));
    }

    @Test
    void saysSoWhenTheDaemonEnds() throws Exception {
        Files.writeString(directory.resolve("log"), "one\n");
        Process following = relay.start("exec $Q follow $PWD/log");
        Relay.until("the first line", () -> relay.text("out").equals("one\n"));
        daemon.close();

        Relay.Result result = relay.finish(following);
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.err()).contains("The daemon ended");
    }

    @Test
    void runsACommandForItsOutput() throws Exception {
        Relay.Result result = relay.run("mkdir sub; cd sub; export X=x; echo typed | $Q capture sh -c"
                + " 'echo out $X; echo err >&2; pwd; cat; readlink /proc/$$/fd/0; exit 3'");
        assertThat(result)
                .isEqualTo(new Relay.Result(0, "out x\nerr\n" + directory.toRealPath() + "/sub\n/dev/null\n", ""));
    }

    @Test
    void aCommandThatCannotBeRunSaysSoInItsOutput() throws Exception {
        assertThat(relay.run("exec $Q capture no-such-command").out())
                .isEqualTo("no-such-command cannot be run: No such file or directory\n");
    }

    @Test
    void ofALongOutputTheBeginningIsSentAndTheCommandEndsByItself() throws Exception {
        Relay.Result result = relay.run("exec $Q capture sh -c 'head -c 65536 /dev/zero; echo more; touch ended'");
        assertThat(result.status()).as("whether there was more").isEqualTo(1);
        assertThat(result.out()).hasSize(65536);
        assertThat(directory.resolve("ended")).exists();
        assertThat(relay.run("exec $Q capture sh -c 'head -c 65536 /dev/zero'").status())
                .isZero();
    }

    @Test
    void asksTheNextDaemonWhatTheLastOneSaid() throws Exception {
        Process q = relay.start("mkdir sub; cd sub; umask 027; exec $Q retry exit 9");
        Relay.until("it waits", () -> relay.text("out").equals("waits\n"));
        daemon.close();
        daemon = new Daemon(relay.socket());

        assertThat(relay.finish(q)).isEqualTo(new Relay.Result(9, "waits\n", ""));
        Request request = daemon.requests.take();
        assertThat(request.arguments()).extracting(RawBytes::text).containsExactly("exit", "9");
        assertThat(request.directory().text()).endsWith("/sub");
        assertThat(request.umask()).isEqualTo(027);
    }
}
