package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On everybody's machine a process is adopted by its owner, as the kernel says, or by an administrator. */
@Timeout(180)
class SharedAdoptIT {
    private static SharedBox box;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("", 2);
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @AfterEach
    void clear() throws IOException {
        box.simulation().remove(line -> line.startsWith("process"));
    }

    private static Json gpu(int index) {
        return Json.of(box.ok("ann", "q gpu --json")).list("gpus").get(index);
    }

    private static Process outsider(String role, int gpu) throws IOException {
        Process process = box.begin(role, "exec sleep 300", Path.of("/dev/null"), Path.of("/dev/null"));
        Sandbox.until(
                "it is what it is to be",
                () -> SharedBox.read(Path.of("/proc/" + process.pid() + "/cmdline"))
                        .startsWith("sleep"));
        box.simulation().add("process gpu=" + gpu + " pid=" + process.pid() + " memory=8GiB");
        Sandbox.until("it is seen", () -> gpu(gpu).text("state").equals("foreign"));
        return process;
    }

    @Test
    void itsOwnerAdoptsItAndNobodyElse() throws IOException {
        Process process = outsider("ann", 0);
        Result forbidden = box.as("ben", "q adopt " + process.pid());
        assertThat(forbidden.status()).isEqualTo(4);
        assertThat(forbidden.err()).contains("is not yours to adopt: it belongs to " + box.user("ann"));
        int job = Integer.parseInt(box.ok("ann", "q adopt " + process.pid()).strip());
        assertThat(box.job(job).text("user")).isEqualTo(box.user("ann"));
        assertThat(gpu(0).number("job")).isEqualTo(job);
        int waiting = box.run("ben", "--gpu 2 true");

        Result cancel = box.as("ann", "q cancel " + job);
        assertThat(cancel.status()).isEqualTo(1);
        assertThat(cancel.err()).contains("may not signal it", "kill " + process.pid());
        assertThat(box.as("ben", "q cancel " + job).status()).isEqualTo(4);

        box.ok("ann", "kill " + process.pid());
        box.simulation().remove(line -> line.startsWith("process"));
        assertThat(box.as("ben", "q wait " + job).status()).isZero();
        assertThat(box.as("ben", "q wait " + waiting).status()).isZero();
    }

    @Test
    void anAdministratorAdoptsItForItsOwner() throws IOException {
        Process process = outsider("ben", 1);
        int job = Integer.parseInt(box.ok("adm", "q adopt " + process.pid()).strip());
        assertThat(box.job(job).text("user")).isEqualTo(box.user("ben"));
        process.destroy();
        box.untilState(job, "finished");
    }
}
