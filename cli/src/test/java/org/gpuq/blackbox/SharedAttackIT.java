package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What somebody could try who wants more than is theirs, and what an accident does. */
class SharedAttackIT {
    private static final String ESCAPES = "$(printf '\\033]0;%%n$(id)`id`\\007\\n\"\\047')";

    private static SharedBox box;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("show_commands = false\n[jobs]\nslots = 64\n[cancel]\ngrace = \"1s\"");
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @Test
    void wordsAreWords() {
        int job = Integer.parseInt(
                box.ok("ann", "q run -L \"" + ESCAPES + "\" --name \"" + ESCAPES + "\" echo \"" + ESCAPES + "\""));
        box.as("ann", "q wait " + job);
        assertThat(box.ok("ann", "q logs " + job)).isEqualTo("\u001b]0;%n$(id)`id`\u0007\n\"'");
        for (String look : List.of("q list", "q show " + job, "q list --json", "q show --json " + job)) {
            assertThat(box.ok("ben", look)).as(look).doesNotContain("\u001b", "\u0007", "uid=");
        }
    }

    @Test
    void aPreloadedLibraryRunsAsItsOwnerAlone() throws IOException {
        Path library = box.root().resolve("evil.c");
        Files.writeString(library, """
                #include <stdio.h>
                #include <unistd.h>
                __attribute__((constructor)) static void run(void) {
                    char path[512];
                    snprintf(path, sizeof path, "/tmp/%d.preloaded.%d", (int)getuid(), (int)geteuid());
                    FILE *file = fopen(path, "w");
                    if (file != NULL) fclose(file);
                }
                """.replace("/tmp", box.home("ann").toString()));
        assertThat(box.sh("gcc -shared -fPIC -o evil.so evil.c").status()).isZero();
        int job = Integer.parseInt(box.ok("ann", "LD_PRELOAD=" + box.root() + "/evil.so q run true"));
        box.as("ann", "q wait " + job);
        int uid = box.uid("ann");
        assertThat(box.sh("cd " + box.home("ann") + " && ls *.preloaded.*").line())
                .isEqualTo(uid + ".preloaded." + uid);
    }

    @Test
    void aForkBombEndsWithItsJob() {
        int bomb = box.run("ben", "--processes 100 bash -c 'bomb() { bomb | bomb & }; bomb; sleep 1000' 2>/dev/null");
        box.untilState(bomb, "running");
        int quiet = box.run("ann", "echo still here");
        assertThat(box.output("ann", quiet)).isEqualTo("still here");
        box.ok("ben", "q cancel " + bomb);
        box.untilState(bomb, "cancelled");
        Sandbox.until(
                "nothing of it is left",
                () -> box.sh("pgrep -c -u " + box.user("ben") + " bash").line().equals("0"));
    }

    @Test
    void whoLeftSessionAndParentEndsWithTheJob() {
        int job =
                box.run("ben", "sh -c '(setsid sh -c \"trap : TERM HUP; while :; do sleep 1; done\" &) ; sleep 1000'");
        box.untilState(job, "running");
        Sandbox.until(
                "the grandchild runs",
                () -> !box.sh("pgrep -u " + box.user("ben") + " -f 'trap : TERM'")
                        .line()
                        .isEmpty());
        box.ok("ben", "q cancel " + job);
        Sandbox.until(
                "nothing of it is left",
                () -> box.sh("pgrep -u " + box.user("ben") + " -f 'trap : TERM'")
                        .line()
                        .isEmpty());
    }

    @Test
    void aBoundOfMemoryHolds() {
        int job = box.run("ann", "--memory 50M python3 -c 'x = bytearray(400 << 20); print(len(x))'");
        assertThat(box.as("ann", "q wait " + job).status()).isEqualTo(137);
    }

    /** The outputs' directory is root's, a user's own is nobody else's: there is nothing to put a link into. */
    @Test
    void nobodyGetsBetweenAnotherAndTheirOutput() {
        Path outputs = box.root().resolve("var/log/gpuq");
        Path own = outputs.resolve(Integer.toString(box.uid("ann")));
        box.output("ann", box.run("ann", "true"));
        for (String attempt : List.of(
                "ln -s /etc " + outputs.resolve("0"),
                "mv " + own + " " + own + ".old",
                "ln -s /etc/passwd " + own.resolve("x"),
                "mkfifo " + own.resolve("y"),
                "ln " + box.root().resolve("evil.c") + " " + own.resolve("z"))) {
            assertThat(box.as("ben", attempt).status()).as(attempt).isNotZero();
        }
        assertThat(box.as("ann", "rmdir " + own + " || mv " + own + " /tmp/x").status())
                .isNotZero();
    }

    /** A link of the user's own: root's q does not go where it leads. */
    @Test
    void aLinkInPlaceOfAnOutputIsNotFollowed() {
        int job = box.run("ann", "echo mine");
        box.as("ann", "q wait " + job);
        String output = box.job(job).text("output");
        box.sh("echo root only > secret; chmod 600 secret");
        box.ok("ann", "ln -sf " + box.root().resolve("secret") + " " + output);
        assertThat(box.as("ann", "q logs " + job).out()).doesNotContain("root only");
        box.ok("ann", "rm " + output + " && mkfifo " + output);
        Result looked = box.as("root", "timeout 20 q logs " + job);
        assertThat(looked.status()).isEqualTo(1);
    }

    /** Ten thousand at once, and what the daemon hangs up is opened again, for as long as the other works. */
    @Test
    void tenThousandConnectionsOfOneHinderNobody() throws IOException {
        Files.writeString(box.root().resolve("flood.py"), """
                import os, select, socket, sys, time
                poll = select.poll()
                held = {}
                def more():
                    s = socket.socket(socket.AF_UNIX)
                    s.connect('/run/gpuq/q.sock')
                    s.setblocking(False)
                    if len(held) % 3 == 0:
                        try:
                            s.send(os.urandom(64))
                        except OSError:
                            pass
                    held[s.fileno()] = s
                    poll.register(s, 0)
                while len(held) < 1000:
                    more()
                print('held', len(held), flush=True)
                opened = 0
                while True:
                    for fd, event in poll.poll(50)[:20]:
                        poll.unregister(fd)
                        held.pop(fd).close()
                        more()
                        opened += 1
                    print('again', opened, flush=True)
                    time.sleep(0.05)
                """);
        List<Process> attack = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Path said = box.root().resolve("flood." + i);
                attack.add(box.begin("ann", "exec python3 " + box.root() + "/flood.py", said, said));
            }
            Sandbox.until("ten thousand connections", () -> flooding("held 1000") || dead(attack));
            for (int i = 0; i < 5; i++) {
                assertThat(box.output("ben", box.run("ben", "echo undisturbed")))
                        .isEqualTo("undisturbed");
                assertThat(box.as("ben", "q list").status()).isZero();
            }
            assertThat(attack).allMatch(Process::isAlive);
            assertThat(flooding("again ")).isTrue();
            Result own = box.as("ann", "q list");
            assertThat(own.status()).isEqualTo(1);
            assertThat(own.err()).contains("You have 256 connections to the daemon open, all that one user gets.");
            assertThat(Integer.parseInt(
                            box.sh("ls /proc/" + daemon() + "/fd | wc -l").line()))
                    .as("what the daemon holds")
                    .isLessThan(400);
        } finally {
            attack.forEach(Process::destroyForcibly);
        }
        Sandbox.until("she is taken in again", () -> box.as("ann", "q list").status() == 0);
    }

    private static long daemon() {
        return Json.of(box.ok("ben", "q daemon status --json")).get("daemon").number("pid");
    }

    private static boolean flooding(String word) {
        return java.util.stream.IntStream.range(0, 10)
                .allMatch(i -> SharedBox.read(box.root().resolve("flood." + i)).contains(word));
    }

    private static boolean dead(List<Process> attack) {
        return !attack.stream().allMatch(Process::isAlive);
    }

    /** Whoever is killed, jobs go on, and their exit is told exactly. */
    @Test
    void killsHarmNoJob() throws Exception {
        int job = box.run("ann", "sh -c 'until [ -e let-go ]; do sleep 0.05; done; exit 42'");
        int orphan = box.run("ann", "sh -c 'until [ -e let-go ]; do sleep 0.05; done; exit 43'");
        box.untilState(job, "running");
        box.untilState(orphan, "running");
        long supervisor = ProcessHandle.of(box.job(orphan).number("pid"))
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        // Not even its own user can look into it.
        assertThat(box.as("ann", "ls /proc/" + supervisor + "/fd").status()).isNotZero();
        box.sh("kill -9 " + supervisor);
        box.sh("kill -9 " + box.daemon().number("pid"));
        Sandbox.until("a new daemon", () -> box.as("ann", "q list").status() == 0);
        box.sh("kill -9 " + box.daemon().number("launcher_pid"));
        Sandbox.until(
                "a new loop",
                () -> box.as("ann", "q list").status() == 0
                        && !box.daemon().text("launcher_pid").equals("null"));
        Json last = box.daemon();
        box.server().destroyForcibly();
        box.server().waitFor();
        Sandbox.until(
                "the rest has ended",
                () -> Stream.of("pid", "launcher_pid")
                        .allMatch(process ->
                                ProcessHandle.of(last.number(process)).isEmpty()));
        box.start();
        assertThat(box.job(job).text("state")).isEqualTo("running");
        box.ok("ann", "touch let-go");
        assertThat(box.as("ann", "q wait " + job).status()).isEqualTo(42);
        // Its supervisor and whoever would have been its parent after that were killed: that is told, not made up.
        box.as("ann", "q wait " + orphan);
        assertThat(box.job(orphan).text("state")).isEqualTo("lost");
    }
}
