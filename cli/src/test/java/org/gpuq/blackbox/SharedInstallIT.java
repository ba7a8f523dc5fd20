package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code sudo q daemon install} as an administrator calls it, with people who then use it: on a machine whose /etc,
 * /usr/local, /var and /run are a mount namespace's own, so that nothing of it is left on this one.
 */
@Timeout(300)
class SharedInstallIT {
    private static final Path DIST = Path.of("target/gpuq").toAbsolutePath();

    /** $1 is a directory, $2 the name of the cgroup. No systemd is to be seen. */
    private static final String MACHINE = """
            set -e
            for procs in $(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs); do
                group=$(dirname $procs)/$2
                case $group in */memory/*|*/pids/*|*/cpu/*|*/unified/*|/sys/fs/cgroup/gpuq*) ;; *) continue ;; esac
                mkdir -p $group && echo $$ > $group/cgroup.procs
            done
            cp -a /etc $1/etc
            mount --bind $1/etc /etc
            for place in usr/local var/lib var/log run; do
                mkdir -p $1/$place && mount --bind $1/$place /$place
            done
            for user in gqiann gqiben; do
                useradd -M -d $1/$user -s /bin/sh $user
                install -d -o $user -m 700 $1/$user
            done
            touch $1/ready
            exec sleep 1000
            """;

    private final String cgroup = "gqi" + ProcessHandle.current().pid();
    private final AtomicInteger lines = new AtomicInteger();
    private Path root;
    private Process machine;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "only root can install it");
        assertThat(DIST.resolve("complete")).as("the distribution").exists();
        root = Files.createTempDirectory("gpuq-machine");
        assertThat(here("chmod 755 " + root).status()).isZero();
        machine = new ProcessBuilder(
                        "unshare", "-m", "--propagation", "private", "sh", "-c", MACHINE, "machine", root + "", cgroup)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("machine.log").toFile())
                .start();
        Sandbox.until("the machine", () -> Files.exists(root.resolve("ready")) || !machine.isAlive());
        assertThat(machine.isAlive())
                .as(SharedBox.read(root.resolve("machine.log")))
                .isTrue();
    }

    @AfterEach
    void stop() throws Exception {
        if (root == null) {
            return;
        }
        here("for g in $(find /sys/fs/cgroup -maxdepth 2 -name " + cgroup + "); do"
                + " [ ! -e $g/cgroup.kill ] || echo 1 > $g/cgroup.kill;"
                + " for i in $(seq 100); do find $g -depth -type d -exec rmdir {} + 2>/dev/null; [ -d $g ] || break;"
                + " sleep 0.1; done; done");
        machine.destroyForcibly().waitFor();
        assertThat(here("rm -rf " + root).status()).isZero();
    }

    private Result here(String line) throws IOException {
        return run(new ProcessBuilder("sh", "-c", line));
    }

    private Result as(String user, String line) throws IOException {
        String become = user.equals("root") ? "" : "setpriv --reuid " + user + " --regid " + user + " --init-groups ";
        return run(new ProcessBuilder(
                "nsenter",
                "--mount=/proc/" + machine.pid() + "/ns/mnt",
                "sh",
                "-c",
                "cd / && exec " + become + "env -i HOME=" + root.resolve(user)
                        + " PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin sh -c '" + line + "'"));
    }

    private Result run(ProcessBuilder builder) throws IOException {
        int number = lines.incrementAndGet();
        Path directory = Files.exists(root) ? root : Path.of("/tmp");
        Path out = directory.resolve("out." + number);
        Path err = directory.resolve("err." + number);
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS))
                    .as(builder.command().toString())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Result result = new Result(process.exitValue(), SharedBox.read(out), SharedBox.read(err));
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
        return result;
    }

    private String ok(String user, String line) throws IOException {
        Result result = as(user, line);
        assertThat(result.status()).as(line + ": " + result.err()).isZero();
        return result.line();
    }

    @Test
    void isPutOnAMachineUsedAndTakenAwayAgain() throws Exception {
        assertThat(ok("root", DIST + "/bin/q daemon install")).contains("libexec/gpuq/serve");
        assertThat(ok("root", "find /usr/local/lib/gpuq ! -user root -o -perm /022 ! -type l"))
                .isEmpty();
        ok("root", "test -r $(sed -n s,^Documentation=file:,,p /etc/systemd/system/gpuq.service)");
        assertThat(ok("root", "ls -l /tmp | grep -c gpuq-train. || true")).isEqualTo("0");
        ok("root", "printf \"[metrics]\\nport = 0\\n\" >> /etc/gpuq/gpuq.toml");
        ok("root", "setsid /usr/local/lib/gpuq/libexec/gpuq/serve > /var/log/serve 2>&1 < /dev/null &");
        Sandbox.until(
                "it answers",
                () -> as("gqiann", "[ -S /run/gpuq/q.sock ] && q daemon status").status() == 0);

        Json daemon = Json.of(ok("gqiann", "q daemon status --json")).get("daemon");
        assertThat(daemon.text("mode")).isEqualTo("shared");
        assertThat(ok("root", "ps -o user= -p " + daemon.text("pid"))).isEqualTo("gpuq");
        assertThat(ok("root", "cat /proc/" + daemon.text("pid") + "/maps"))
                .as("its class cache is in use")
                .contains("/usr/local/lib/gpuq/lib/gpuq/gpuq.aot");
        String job = ok("gqiann", "q run sh -c \"id -un; sleep 1000\"");
        Sandbox.until(
                "its first line", () -> as("gqiann", "q logs " + job).line().equals("gqiann"));
        assertThat(as("gqiben", "q cancel " + job).status()).isEqualTo(4);
        assertThat(ok("root", "q cancel " + job)).isEmpty();
        assertThat(as("gqiann", "q wait " + job).status()).isEqualTo(128 + 15);
        assertThat(ok("root", "cat /var/lib/gpuq/audit.log"))
                .endsWith("root(0) cancel job " + job + " of gqiann(" + ok("root", "id -u gqiann") + ")");

        assertThat(ok("root", "/usr/local/lib/gpuq/bin/q daemon uninstall")).contains("removed");
        assertThat(ok(
                        "root",
                        "ls -d /usr/local/lib/gpuq /usr/local/bin/q /run/gpuq /var/lib/gpuq /etc/pam.d/gpuq"
                                + " /etc/sysusers.d/gpuq.conf /etc/systemd/system/gpuq.service 2> /dev/null || true"))
                .isEmpty();
        assertThat(as("root", "id -u gpuq").status()).isNotZero();
        assertThat(ok("root", "find /sys/fs/cgroup -maxdepth 4 -path \"*/" + cgroup + "/*\" -type d"))
                .isEmpty();
        assertThat(ok("root", "cat /var/log/gpuq/*/*")).isEqualTo("gqiann");
        assertThat(ProcessHandle.of(daemon.number("pid"))).isEmpty();
    }
}
