package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Putting gpuq on a machine and taking it away again, below a directory: nothing of this machine is touched. */
@Timeout(120)
class InstallIT {
    private static final int USAGE = 2;

    private Sandbox box;
    private Path root;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        root = box.directory().resolve("machine");
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    @Test
    void whatIsInstalledWorksAndGoesAwayAgain() {
        assertThat(box.ok("q daemon install --root machine")).contains("installed");
        Path home = root.resolve("usr/local/lib/gpuq");
        assertThat(root.resolve("etc/systemd/system/gpuq.service")).isRegularFile();
        assertThat(root.resolve("etc/gpuq/gpuq.toml")).isRegularFile();
        String id = box.ok(home.resolve("bin/q") + " run true").strip();
        assertThat(box.sh("q wait " + id).status()).isZero();
        assertThat(box.processes()).isNotEmpty();
        assertThat(box.sh("q daemon stop").status()).isZero();

        assertThat(box.ok("q daemon uninstall --root machine")).contains("removed");
        assertThat(home).doesNotExist();
        assertThat(root.resolve("etc/systemd/system/gpuq.service")).doesNotExist();
        assertThat(root.resolve("etc/gpuq/gpuq.toml"))
                .as("the configuration is kept")
                .isRegularFile();
    }

    @Test
    void systemdUnderstandsItsFiles() {
        assumeTrue(
                box.sh("command -v systemd-analyze && command -v systemd-sysusers")
                                .status()
                        == 0,
                "systemd-analyze is not installed (apt install systemd)");
        box.ok("q daemon install --root machine");
        // Its program is below the directory here.
        Result verified =
                box.sh("sed \"s#=/usr/local#=$PWD/machine/usr/local#\" machine/etc/systemd/system/gpuq.service"
                        + " > gpuq.service && systemd-analyze verify ./gpuq.service");
        assertThat(verified.err().lines().filter(line -> !line.contains("DelegateSubgroup")))
                .as("what systemd says of the service")
                .isEmpty();
        assertThat(verified.status()).isZero();
        String service = box.ok("cat gpuq.service");
        assertThat(service).contains("\nKillMode=process\n", "\nDelegate=yes\n", "\nRestart=always\n");
        box.ok("systemd-sysusers --root=$PWD/machine 2>/dev/null");
        assertThat(box.ok("cat machine/etc/passwd")).contains("gpuq:").contains(":/var/lib/gpuq:");
    }

    @Test
    void aConfigurationThatIsThereStays() throws IOException {
        Path configuration = root.resolve("etc/gpuq/gpuq.toml");
        Files.createDirectories(root.resolve("etc/gpuq"));
        Files.writeString(configuration, "jobs.slots = 7\n");
        box.ok("q daemon install --root machine");
        box.ok("q daemon install --root machine");
        assertThat(configuration).hasContent("jobs.slots = 7\n");
    }

    @Test
    void whoAsksForHelpOrMistypesChangesNothing() {
        assertThat(box.ok("q daemon install --root machine --help; q daemon install --help"))
                .contains("--root DIR");
        for (String words : new String[] {"--rot machine", "--root", "--root ''", "machine", "--root machine more"}) {
            Result result = box.sh("q daemon install " + words);
            assertThat(result.status()).as(words).isEqualTo(USAGE);
            assertThat(result.err()).contains("usage: q daemon install|uninstall");
        }
        assertThat(root).doesNotExist();
    }
}
