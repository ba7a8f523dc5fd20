package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.Test;

/**
 * A job opens the device files of its own GPUs. Files with the numbers of GPUs' device files stand in for those; where
 * there is no driver nobody is behind them, and whether the kernel would let somebody open them is seen from the error.
 */
class SharedGpuIT {
    private static final String CONFINED = "confine_gpus = true\n[jobs]\nslots = 16";
    private static final String DEVICES = "/sys/fs/cgroup/devices";
    private static final String PROBE = """
            import errno, os
            found = []
            for minor in (0, 1, 2, 254, 255):
                try:
                    os.close(os.open('/run/nodes/%d' % minor, os.O_RDWR))
                    found.append(minor)
                except OSError as e:
                    if e.errno != errno.EPERM:
                        found.append(minor)
            print(*found)
            """;

    private static SharedBox box(String settings, int gpus, String hidden) throws IOException {
        SharedBox box = SharedBox.create(settings, gpus, hidden);
        Files.writeString(box.root().resolve("probe"), PROBE);
        box.ok(
                "root",
                "mkdir /run/nodes && for m in 0 1 2 254 255; do mknod -m 666 /run/nodes/$m c 195 $m"
                        + " && chmod 666 /run/nodes/$m; done");
        return box;
    }

    @Test
    void aProgramOfItsCgroupKeepsAJobToItsGpus() throws IOException {
        try (SharedBox box = box(CONFINED, 2, DEVICES)) {
            assertThat(box.daemon().text("gpu_confinement")).isEqualTo("bpf");
            everybodyOpensTheirOwn(box);
        }
    }

    @Test
    void theDevicesControllerKeepsAJobToItsGpus() throws IOException {
        assumeTrue(Files.isDirectory(Path.of(DEVICES)), "this machine has no devices controller of cgroup version 1");
        try (SharedBox box = box(CONFINED, 2, "")) {
            assertThat(box.daemon().text("gpu_confinement")).isEqualTo("devices");
            everybodyOpensTheirOwn(box);
        }
    }

    private static void everybodyOpensTheirOwn(SharedBox box) {
        String probe = "python3 " + box.root() + "/probe";
        assertThat(box.ok("ben", probe)).as("outside of any job").isEqualTo("0 1 2 254 255");
        int first = box.run("ann", "--gpu sh -c '" + probe + "; until [ -e go ]; do sleep 0.05; done'");
        int second = box.run("ben", "--gpu sh -c '(setsid " + probe + "; wait)'");
        box.untilState(first, "running");
        assertThat(box.output("ben", second)).isEqualTo("1 254 255");
        int none = box.run("ben", probe);
        assertThat(box.output("ben", none)).isEqualTo("254 255");
        assertThat(box.ok("ben", "q run -f " + probe)).as("in the foreground").isEqualTo("254 255");
        assertThat(box.ok("ben", "q run -f --gpu " + probe))
                .as("in the foreground")
                .isEqualTo("1 254 255");
        box.ok("ann", "touch go");
        assertThat(box.output("ann", first)).isEqualTo("0 254 255");
        int both = box.run("ben", "--gpu 2 " + probe);
        assertThat(box.output("ben", both)).isEqualTo("0 1 254 255");
        assertThat(box.ok("ann", "q daemon status")).contains("a job can open its own");
    }

    @Test
    void whoCannotBeConfinedGetsNoGpu() throws IOException {
        List<String> all = List.of(DEVICES, "/sys/fs/cgroup/unified", "/sys/fs/cgroup");
        try (SharedBox box = box(CONFINED, 1, String.join(" ", all))) {
            assertThat(box.daemon().text("gpu_confinement")).isEqualTo("impossible");
            assertThat(box.ok("ann", "q daemon status")).contains("cannot be confined", "refused");
            for (String way : List.of("", "-f ")) {
                Result refused = box.as("ann", "q run " + way + "--gpu true");
                assertThat(refused.status()).isEqualTo(1);
                assertThat(refused.err()).contains("jobs are to be confined", "shared.confine_gpus");
            }
            assertThat(box.output("ann", box.run("ann", "echo no GPU"))).isEqualTo("no GPU");
        }
    }

    @Test
    void withoutTheSettingAllIsOpen() throws IOException {
        try (SharedBox box = box("", 1, "")) {
            assertThat(box.daemon().text("gpu_confinement")).isEqualTo("off");
            int job = box.run("ann", "--gpu python3 " + box.root() + "/probe");
            assertThat(box.output("ann", job)).isEqualTo("0 1 2 254 255");
        }
    }
}
