package org.gpuq.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gpuq.blackbox.Sandbox.Result;
import org.jspecify.annotations.Nullable;

/**
 * A machine's daemon as root starts it, with real users of its own that are removed afterwards. It lives in a mount
 * namespace where {@code /run/gpuq} is its own, so that {@code q} finds it as it would on a machine, and in a cgroup of
 * its own, by which nothing is left behind.
 */
final class SharedBox implements AutoCloseable {
    private static final Path DIST = Path.of("target/gpuq").toAbsolutePath();
    private static final AtomicInteger BOXES = new AtomicInteger();

    /** A user for the daemon, three for jobs; the last is in the administrators' group. */
    private static final List<String> ROLES = List.of("d", "ann", "ben", "adm");

    /**
     * $1 is the root, $2 the daemon's user, $3 the name of the cgroup, $4 mounts that are not there for it.
     */
    private static final String START = """
            for procs in $(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs); do
                group=$(dirname $procs)/$3
                case $group in */memory/*|*/pids/*|*/cpu/*|*/devices/*|*/unified/*|/sys/fs/cgroup/gpuq*) ;; *) continue ;; esac
                mkdir -p $group && echo $$ > $group/cgroup.procs || exit 1
            done
            mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/gpuq && mount --bind $1/run/gpuq /run/gpuq || exit 1
            [ ! -d /etc/pam.d ] || mount --bind $1/pam.d /etc/pam.d || exit 1
            for hidden in $4; do umount -l $hidden; done
            exec $1/gpuq/libexec/gpuq/serve --user $2 --root $1
            """;

    private final String name = "gq" + ProcessHandle.current().pid() % 100_000 + "x" + BOXES.incrementAndGet();
    private final AtomicInteger lines = new AtomicInteger();
    private final List<Process> started = new ArrayList<>();
    private final Path root;
    private @Nullable Process server;
    private @Nullable Simulation simulation;
    private String hidden = "";

    private SharedBox(Path root) {
        this.root = root;
    }

    /**
     * Without GPUs. Skips the test where it cannot be.
     *
     * @param settings lines of the configuration, those of [shared] first
     */
    static SharedBox create(String settings) throws IOException {
        return create(settings, 0);
    }

    /** @param gpus how many simulated ones there are */
    static SharedBox create(String settings, int gpus) throws IOException {
        return create(settings, gpus, "");
    }

    /** @param hidden mounts that are not there for the daemon and q-launch */
    static SharedBox create(String settings, int gpus, String hidden) throws IOException {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/hostname")),
                "only root can start the machine's daemon and make users");
        assertThat(DIST.resolve("complete")).as("the distribution").exists();
        SharedBox box = new SharedBox(Files.createTempDirectory("gpuq-shared"));
        try {
            box.hidden = hidden;
            box.prepare(settings);
            if (gpus > 0) {
                box.simulation = Simulation.of(box.root.resolve("gpus"), gpus);
            }
            box.start();
        } catch (IOException | RuntimeException | AssertionError e) {
            box.close();
            throw e;
        }
        return box;
    }

    private void prepare(String settings) throws IOException {
        tool("chmod", "755", root.toString());
        tool("cp", "-R", DIST.toString(), root.resolve("gpuq").toString());
        tool("groupadd", name + "g");
        for (String role : ROLES) {
            String home = root.resolve("home").resolve(role).toString();
            Files.createDirectories(root.resolve("home"));
            tool("useradd", "-M", "-d", home, "-s", "/bin/bash", name + role);
            tool("install", "-d", "-o", name + role, "-m", "700", home);
        }
        tool("usermod", "-aG", name + "g", name + "adm");
        tool("install", "-d", "-o", name + "d", "-m", "755", root.resolve("run/gpuq") + "");
        if (Files.exists(Path.of("/etc/pam.d"))) {
            tool("cp", "-a", "/etc/pam.d", root.resolve("pam.d").toString());
            tool("cp", root.resolve("gpuq/lib/gpuq/system/pam.conf") + "", root.resolve("pam.d/gpuq") + "");
        }
        Path config = Files.createDirectories(root.resolve("etc/gpuq")).resolve("gpuq.toml");
        Files.writeString(
                config,
                (settings.contains("[metrics]") ? "" : "[metrics]\nport = 0\n") + "[shared]\nadministrators = \"" + name
                        + "g\"\n" + settings + "\n");
        tool("chmod", "-R", "go-w", root.resolve("etc") + "");
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                START,
                "start",
                root + "",
                name + "d",
                name,
                hidden);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Simulation simulated = simulation;
        if (simulated == null) {
            builder.environment().put("GPUQ_NVML", root.resolve("no-driver").toString());
        } else {
            Path library = root.resolve("gpuq/lib/gpuq/simulator/libnvidia-ml.so.1");
            builder.environment().put("GPUQ_NVML", library.toString());
            builder.environment().put("GPUQ_SIM", simulated.file().toString());
        }
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        Process starting = builder.start();
        server = starting;
        // A q that does not see the machine's daemon would make ready for one of its caller's own.
        Sandbox.until(
                "the daemon answers",
                () -> !starting.isAlive()
                        || as("ann", "[ -S /run/gpuq/q.sock ] && q daemon status")
                                        .status()
                                == 0);
        assertThat(starting.isAlive()).as(read(log())).isTrue();
    }

    Path log() {
        return root.resolve("log");
    }

    Path root() {
        return root;
    }

    /** The machine's GPUs, where there are some. */
    Simulation simulation() {
        return java.util.Objects.requireNonNull(simulation);
    }

    /** q-launch, the process that stays root. */
    Process server() {
        return java.util.Objects.requireNonNull(server);
    }

    /** The account's name. */
    String user(String role) {
        return role.equals("root") ? role : name + role;
    }

    String group() {
        return name + "g";
    }

    Path home(String role) {
        return role.equals("root") ? root : root.resolve("home").resolve(role);
    }

    int uid(String role) {
        return Integer.parseInt(sh("id -u " + user(role)).line());
    }

    private List<String> command(String role, String line) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--mount=/proc/" + server().pid() + "/ns/mnt"));
        if (!role.equals("root")) {
            words.addAll(List.of(
                    "setpriv", "--reuid", user(role), "--regid", user(role), "--init-groups", "--inh-caps=-all"));
        }
        words.addAll(List.of("env", "-i", "HOME=" + home(role), "USER=" + user(role), "LC_ALL=C.UTF-8"));
        words.add("PATH=" + root.resolve("gpuq/bin") + ":/usr/bin:/bin:/usr/sbin:/sbin");
        words.addAll(List.of("sh", "-c", "cd \"$HOME\" && " + line));
        return words;
    }

    /** A shell line of somebody's that runs on; {@code role} is ann, ben, adm or root. */
    Process begin(String role, String line, Path out, Path err) throws IOException {
        Process process = new ProcessBuilder(command(role, line))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        synchronized (started) {
            started.add(process);
        }
        return process;
    }

    /** A shell line of somebody's, in that user's home. */
    Result as(String role, String line) {
        int number = lines.incrementAndGet();
        Path out = root.resolve("out." + number);
        Path err = root.resolve("err." + number);
        try {
            Process process = begin(role, line, out, err);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line).isTrue();
            return new Result(process.exitValue(), read(out), read(err));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String ok(String role, String line) {
        Result result = as(role, line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isZero();
        return result.line();
    }

    int run(String role, String words) {
        return Integer.parseInt(ok(role, "q run " + words));
    }

    Json job(int id) {
        return Json.of(ok("root", "q show --json " + id)).get("job");
    }

    void untilState(int id, String state) {
        Sandbox.until("job " + id + " is " + state, () -> job(id).text("state").equals(state));
    }

    Json daemon() {
        return Json.of(ok("ann", "q daemon status --json")).get("daemon");
    }

    /** The job's output, once it has ended. */
    String output(String role, int id) {
        as(role, "q wait " + id);
        return ok(role, "q logs " + id);
    }

    /** A line of root's outside. */
    Result sh(String line) {
        int number = lines.incrementAndGet();
        Path out = root.resolve("out." + number);
        Path err = root.resolve("err." + number);
        try {
            Process process = new ProcessBuilder("env", "--default-signal", "bash", "-c", line)
                    .directory(root.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line).isTrue();
            return new Result(process.exitValue(), read(out), read(err));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static String read(Path path) {
        try {
            return Files.exists(path) ? Files.readString(path, ISO_8859_1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private void tool(String... words) throws IOException {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        assertThat(process.onExit().join().exitValue())
                .as(String.join(" ", words) + ": " + read(log()))
                .isZero();
    }

    /** Ends q-launch as a service manager would. */
    void stop() throws InterruptedException {
        Process running = server;
        if (running != null && running.isAlive()) {
            running.destroy();
            assertThat(running.waitFor(30, TimeUnit.SECONDS))
                    .as("q-launch ends")
                    .isTrue();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (started) {
            started.forEach(Process::destroyForcibly);
        }
        try {
            stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        // All that was ever started here is in this cgroup, or in one below it.
        sh("all=$(find /sys/fs/cgroup -maxdepth 2 -name " + name + ");"
                + " for g in $all; do [ ! -e $g/cgroup.kill ] || echo 1 > $g/cgroup.kill; done;"
                + " for g in $all; do for i in $(seq 100); do find $g -depth -type d -exec rmdir {} + 2>/dev/null; [ -d $g ] || break;"
                + " sleep 0.1; done; done");
        for (String role : ROLES) {
            sh("! id -u " + name + role + " || for i in 1 2 3 4 5; do userdel " + name + role
                    + " && break; sleep 0.2; done");
        }
        sh("groupdel " + name + "g");
        Process rm = new ProcessBuilder("rm", "-rf", root.toString()).start();
        assertThat(rm.onExit().join().exitValue()).as("rm").isZero();
    }
}
