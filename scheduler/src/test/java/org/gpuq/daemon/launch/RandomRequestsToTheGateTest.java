package org.gpuq.daemon.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What talks to the gate was taken over and asks for anything, under the sanitizers: whatever starts is neither root nor
 * the daemon's user, nobody who is not the gate's own is signalled or moved, and the gate lives on. How many requests:
 * the system property {@code gpuq.gate.requests}.
 */
class RandomRequestsToTheGateTest {
    private static final int REQUESTS = Integer.getInteger("gpuq.gate.requests", 15_000);
    private static final Pattern SUMMARY =
            Pattern.compile("started (\\d+) signalled (\\d+) joined (\\d+) confined (\\d+)");

    /** In cgroups of its own, of which it leaves nothing: $1 is their name, the rest the command. */
    private static final String SCRIPT = """
            name=$1; shift
            for procs in $(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs); do
                group=$(dirname $procs)/$name
                case $group in */memory/*|*/pids/*|*/cpu/*|*/devices/*|*/unified/*|/sys/fs/cgroup/gq*) ;; *) continue ;; esac
                mkdir -p $group
                groups="$groups $group"
            done
            sh -c 'for group in '"$groups"'; do echo $$ > $group/cgroup.procs; done; exec "$@"' run "$@"
            status=$?
            for group in $groups; do [ ! -e $group/cgroup.kill ] || echo 1 > $group/cgroup.kill; done
            for group in $groups; do for i in $(seq 100); do
                find $group -depth -type d -exec rmdir {} + 2>/dev/null; [ -d $group ] || break; sleep 0.1
            done; done
            exit $status
            """;

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path directory;

    @Test
    void startNobodyElseAndReachNobodyElse() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "only root can start the gate");
        Path program = directory.resolve("fuzz");
        String refused = OwnBuild.of(
                program,
                Path.of("src/main/c").toAbsolutePath(),
                "-Dmain=q_launch_main -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer",
                Path.of("src/test/c/fuzz_gate.c").toAbsolutePath());
        assumeTrue(refused.isEmpty(), "the compiler has no sanitizers: " + refused);
        for (Path open : List.of(directory, program)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path outputs = Files.createDirectory(directory.resolve("outputs"));
        Path witness = Files.createDirectory(directory.resolve("witness"));
        Files.setPosixFilePermissions(outputs, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(witness, PosixFilePermissions.fromString("rwxrwxrwx"));
        String user = uid("mail");
        Process root = new ProcessBuilder("sleep", "1000").start();
        Process stranger = new ProcessBuilder("setpriv", "--reuid", "games", "--clear-groups", "sleep", "1000").start();
        try {
            String place = cgroups(root);
            long seed = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
            String said = run(
                    program,
                    Long.toString(seed),
                    Integer.toString(REQUESTS),
                    "daemon",
                    outputs + "",
                    witness + "",
                    user,
                    Long.toString(root.pid()),
                    Long.toString(stranger.pid()));
            assertThat(root.isAlive() && stranger.isAlive()).as("seed " + seed).isTrue();
            assertThat(cgroups(root)).as("seed " + seed).isEqualTo(place);
            assertThat(said).as("seed " + seed).doesNotContain("Sanitizer", "runtime error");
            Matcher summary = SUMMARY.matcher(said);
            assertThat(summary.find()).as("seed " + seed + ": " + said).isTrue();
            for (int verb = 1; verb <= 4; verb++) {
                // Joining is allowed to few, and confining where there are cgroups.
                assertThat(Integer.parseInt(summary.group(verb))).as(said).isGreaterThan(verb > 2 ? -1 : 0);
            }
            assertThat(identities(witness)).as("seed " + seed).isNotEmpty().containsOnly(user);
        } finally {
            root.destroyForcibly();
            stranger.destroyForcibly();
        }
    }

    private static String run(Path program, String... words) throws IOException {
        var command = new java.util.ArrayList<>(List.of(
                "sh", "-c", SCRIPT, "fuzz", "gqfuzz" + ProcessHandle.current().pid(), program.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
        Process fuzz = builder.start();
        String said = new String(fuzz.getInputStream().readAllBytes(), UTF_8);
        assertThat(fuzz.onExit().join().exitValue())
                .as(String.join(" ", words) + ": " + said)
                .isZero();
        return said;
    }

    private static String cgroups(Process process) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cgroup"));
    }

    private static List<String> identities(Path witness) throws IOException {
        try (Stream<Path> files = Files.list(witness)) {
            return files.map(RandomRequestsToTheGateTest::text)
                    .filter(text -> !text.isEmpty()) // killed before it could say it
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String uid(String user) throws IOException {
        Process id = new ProcessBuilder("id", "-u", user).start();
        return new String(id.getInputStream().readAllBytes(), UTF_8).strip();
    }
}
