package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Somebody swaps links, pipes and directories in and out, as fast as possible, where outputs are made and read. Nothing
 * that the links lead to is opened, changed or given away, and everybody else goes on.
 */
class SharedRaceIT {
    private static final int SECONDS = 6;

    /** Words: the directory, a file that ends it, then files and directories to lead others to. */
    private static final String ATTACK = """
            import os, random, sys
            place, stop, targets = sys.argv[1], sys.argv[2], sys.argv[3:]
            swaps = 0
            def attempt(what, *words):
                global swaps
                try:
                    what(*words)
                    swaps += 1
                except OSError:
                    pass
            while not os.path.exists(stop):
                try:
                    names = os.listdir(place)
                except OSError:
                    names = []
                for name in names + [name + '.e' for name in names]:
                    path = os.path.join(place, name)
                    target = random.choice(targets)
                    attempt(os.unlink, path)
                    attempt(os.rmdir, path)
                    attempt(random.choice([
                        lambda: os.symlink(target, path),
                        lambda: os.link(target, path),
                        lambda: os.mkfifo(path, 0o666),
                        lambda: os.mkdir(path)]))
                for target in targets:
                    attempt(os.rename, place, place + '.away')
                    attempt(os.symlink, target, place)
                    if os.path.islink(place):
                        attempt(os.unlink, place)
                    if os.path.exists(place + '.away'):
                        attempt(os.rename, place + '.away', place)
            print(swaps)
            """;

    /** Words: a file that ends it, then the files: prints what happens to them. */
    private static final String WATCH = """
            import ctypes, os, sys, time
            stop, files = sys.argv[1], sys.argv[2:]
            libc = ctypes.CDLL(None)
            fd = libc.inotify_init1(os.O_NONBLOCK)
            for file in files:
                # Opened, changed, its attributes changed, removed, moved.
                assert libc.inotify_add_watch(fd, file.encode(), 0x20 | 0x2 | 0x4 | 0x400 | 0x800) > 0
            open(stop + '.watching', 'w').close()
            while not os.path.exists(stop):
                try:
                    print(os.read(fd, 4096))
                except BlockingIOError:
                    time.sleep(0.02)
            """;

    private static SharedBox box;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("[jobs]\nslots = 16");
        Files.writeString(box.root().resolve("attack.py"), ATTACK);
        Files.writeString(box.root().resolve("watch.py"), WATCH);
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    /** The owner of a directory of outputs, after what only root may read or write, and what is somebody else's. */
    @Test
    void nobodyIsLedAwayFromTheirOwnOutputs() throws Exception {
        box.output("ann", box.run("ann", "true"));
        Path outputs = box.root().resolve("var/log/gpuq");
        Path own = outputs.resolve(Integer.toString(box.uid("ann")));
        Path secret = box.root().resolve("secret");
        Path theirs = box.home("ben").resolve("theirs");
        box.sh("echo secret > " + secret + "; chmod 600 " + secret);
        box.ok("ben", "echo theirs > theirs");
        String outside = state(secret) + state(theirs) + state(own) + state(outputs);
        race(
                "ann",
                own,
                List.of(secret, theirs, box.root().resolve("etc")),
                List.of(secret, theirs),
                "q run echo output >> ids; timeout 5 q logs >> said 2>/dev/null",
                "for id in $(q list --json | grep -o '\"id\":[0-9]*' | tail -n 3 | cut -d: -f2);"
                        + " do timeout 5 q logs $id >> said 2>/dev/null; [ $? != 124 ] || echo held >> said; done");
        assertThat(state(secret) + state(theirs) + state(own) + state(outputs)).isEqualTo(outside);
        assertThat(SharedBox.read(box.root().resolve("said"))).doesNotContain("secret", "theirs", "held");
        assertThat(SharedBox.read(box.home("ann").resolve("said"))).doesNotContain("secret", "theirs");
    }

    /** Somebody else, in a directory where both may write, after what is the submitter's own. */
    @Test
    void nobodyIsLedToTheirOwnFilesByOthers() throws Exception {
        Path everybodys = box.root().resolve("everybodys");
        Path place = everybodys.resolve("outputs");
        Path precious = box.home("ann").resolve("precious");
        Path open = everybodys.resolve("note");
        box.sh("install -d -m 777 " + everybodys);
        box.ok("ben", "install -d -m 777 " + place);
        box.ok("ann", "echo precious > precious; chmod 600 precious; echo note > " + open + "; chmod 666 " + open);
        String outside = state(precious) + state(open);
        race(
                "ben",
                place,
                List.of(precious, open, box.home("ann"), box.root().resolve("etc")),
                List.of(precious),
                "TMPDIR=" + place + " q -E sh -c 'echo output; echo error >&2' >/dev/null",
                "true");
        assertThat(state(precious) + state(open)).isEqualTo(outside);
        assertThat(box.output("ann", box.run("ann", "echo on"))).isEqualTo("on");
    }

    /** Owner, mode, size and content. */
    private static String state(Path path) {
        return box.sh("stat -c '%n %U %G %a' " + path + "; [ -d " + path + " ] || cat " + path)
                .out();
    }

    /** Ann's line and root's, over and over while somebody attacks. Nothing may happen to what is watched. */
    private static void race(
            String attacker, Path place, List<Path> targets, List<Path> watched, String anns, String roots)
            throws Exception {
        String name = attacker + place.getFileName();
        Path stop = box.root().resolve("stop-" + name);
        Path events = box.root().resolve("events-" + name);
        Path swaps = box.root().resolve("swaps-" + name);
        Path errors = box.root().resolve("errors-" + name);
        Process watch = box.begin("root", "exec python3 watch.py " + stop + words(watched), events, errors);
        Sandbox.until("the watch", () -> Files.exists(Path.of(stop + ".watching")) || !watch.isAlive());
        Process attack = box.begin(
                attacker,
                "exec python3 " + box.root() + "/attack.py " + place + " " + stop + words(targets),
                swaps,
                errors);
        String loop = "end=$(($(date +%%s) + %d)); while [ $(date +%%s) -lt $end ]; do %s; done; true";
        Process root =
                box.begin("root", loop.formatted(SECONDS, roots), box.root().resolve("roots"), errors);
        assertThat(box.as("ann", loop.formatted(SECONDS, anns)).status()).isZero();
        assertThat(root.waitFor()).isZero();
        box.sh("touch " + stop);
        assertThat(attack.waitFor()).as(SharedBox.read(errors)).isZero();
        assertThat(watch.waitFor()).as(SharedBox.read(errors)).isZero();
        assertThat(Integer.parseInt(SharedBox.read(swaps).strip())).as("swaps").isGreaterThan(50);
        assertThat(SharedBox.read(events)).as("what happened to " + watched).isEmpty();
    }

    private static String words(List<Path> paths) {
        return paths.stream().map(path -> " " + path).reduce("", String::concat);
    }
}
