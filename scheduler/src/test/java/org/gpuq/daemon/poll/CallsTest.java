package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a look calls the driver, and for what: a call that is dear once is dear every second. */
class CallsTest {
    private static final int GPUS = 8;
    private static final List<String> ASKED_EACH_TIME = List.of(
            "nvmlDeviceGetHandleByIndex_v2",
            "nvmlDeviceGetUUID",
            "nvmlDeviceGetMemoryInfo_v2",
            "nvmlDeviceGetUtilizationRates",
            "nvmlDeviceGetTemperatureV",
            "nvmlDeviceGetPowerUsage",
            "nvmlDeviceGetComputeMode",
            "nvmlDeviceGetMigMode",
            "nvmlDeviceGetComputeRunningProcesses_v3",
            "nvmlDeviceGetMPSComputeRunningProcesses_v3");
    private static final List<String> ONCE_A_GENERATION = List.of(
            "nvmlDeviceGetName",
            "nvmlDeviceGetPciInfo_v3",
            "nvmlDeviceGetMinorNumber",
            "nvmlDeviceGetTopologyCommonAncestor",
            "nvmlDeviceGetNvLinkState",
            "nvmlDeviceGetNvLinkRemotePciInfo_v2");
    private static final List<String> NOW_AND_THEN = List.of(
            "nvmlDeviceGetGraphicsRunningProcesses_v3",
            "nvmlDeviceGetFieldValues",
            "nvmlDeviceGetRemappedRows",
            "nvmlDeviceGetTotalEccErrors",
            "nvmlDeviceGetCurrentClocksEventReasons");

    @TempDir
    Path directory;

    private String state = IntStream.range(0, GPUS).mapToObj(CallsTest::gpu).collect(Collectors.joining("\n", "", "\n"))
            + IntStream.range(0, GPUS / 2)
                    .mapToObj(pair -> "link gpu=" + 2 * pair + " peer=" + (2 * pair + 1) + " count=4\n")
                    .collect(Collectors.joining());
    private SimulatedGpus gpus;
    private NvmlWatch watch;
    private long nanos = 1;

    private static String gpu(int index) {
        return "gpu index=" + index + " uuid=GPU-" + index + " memory=80GiB used=1MiB";
    }

    @BeforeEach
    void open() {
        gpus = new SimulatedGpus(directory, state);
        ProcessNaming naming = new ProcessNaming(new ProcFs(Path.of("/proc")), List::of);
        watch = new NvmlWatch(gpus::open, true, () -> nanos, new GpuReader(naming), Set::of);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private Map<String, Long> counted() {
        Map<String, Long> counts = new TreeMap<>();
        for (List<String> names : List.of(ASKED_EACH_TIME, ONCE_A_GENERATION, NOW_AND_THEN)) {
            names.forEach(name -> counts.put(name, SimulatedGpus.calls(name)));
        }
        counts.put("nvmlDeviceGetProcessUtilization", SimulatedGpus.calls("nvmlDeviceGetProcessUtilization"));
        return counts;
    }

    /** How often each function is called by so many looks, a second apart. */
    private Map<String, Long> calls(int looks) {
        Map<String, Long> before = counted();
        for (int i = 0; i < looks; i++) {
            nanos += Duration.ofSeconds(1).toNanos();
            var _ = watch.get();
        }
        Map<String, Long> after = counted();
        after.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
        return after;
    }

    @Test
    void whatNeverChangesIsAskedOnceAGeneration() {
        Map<String, Long> first = calls(1);
        assertThat(first.get("nvmlDeviceGetName")).isEqualTo(GPUS);
        assertThat(first.get("nvmlDeviceGetTopologyCommonAncestor")).isEqualTo(2L * GPUS * (GPUS - 1) / 2);
        assertThat(first.get("nvmlDeviceGetNvLinkRemotePciInfo_v2")).isEqualTo(4 * GPUS);
        Map<String, Long> later = calls(20);
        ONCE_A_GENERATION.forEach(name -> assertThat(later.get(name)).as(name).isZero());
    }

    @Test
    void aLookAsksEachGpuOnceForWhatMoves() {
        var _ = calls(1);
        Map<String, Long> ten = calls(10);
        ASKED_EACH_TIME.forEach(name -> assertThat(ten.get(name)).as(name).isEqualTo(10 * GPUS));
    }

    @Test
    void whatIsDearOrChangesSeldomIsAskedEveryFiveSeconds() {
        var _ = calls(1);
        Map<String, Long> ten = calls(10);
        NOW_AND_THEN.forEach(name -> assertThat(ten.get(name)).as(name).isEqualTo(2 * GPUS));
        assertThat(ten.get("nvmlDeviceGetProcessUtilization"))
                .as("nobody foreign is there")
                .isZero();
    }

    @Test
    void whoDrawsIsAskedAtOnceWhenMemoryHasChanged() {
        var _ = calls(1);
        long self = ProcessHandle.current().pid();
        gpus.write(state + "process gpu=3 pid=" + self + " kind=graphics memory=900MiB\n");
        assertThat(calls(1).get("nvmlDeviceGetGraphicsRunningProcesses_v3")).isEqualTo(1);
        GpuSnapshot seen = watch.get();
        assertThat(seen.gpu(new GpuId("GPU-3")).flatMap(ObservedGpu::processes).orElseThrow())
                .singleElement()
                .satisfies(process -> assertThat(process.pid()).isEqualTo((int) self));
    }

    @Test
    void eachGpuKnowsItsNvLinksAtTheFirstLook() {
        GpuSnapshot seen = watch.get();
        assertThat(seen.gpu(new GpuId("GPU-0")).orElseThrow().facts().links()).isEqualTo(Map.of(new GpuId("GPU-1"), 4));
        assertThat(seen.gpu(new GpuId("GPU-1")).orElseThrow().facts().links()).isEqualTo(Map.of(new GpuId("GPU-0"), 4));
        assertThat(Optional.of(seen.gpus().getLast().facts().distances().size()))
                .contains(GPUS - 1);
    }

    @Test
    void whatHangsOnTheSameSwitchIsJoinedAndWhatIsJoinedToTheSameGpuIsNot() {
        watch.close();
        gpus.write(IntStream.range(0, 5).mapToObj(CallsTest::gpu).collect(Collectors.joining("\n")) + """

                link gpu=0 switch=00000000:C1:00.0 count=6
                link gpu=1 switch=00000000:C1:00.0 count=4
                link gpu=2 peer=4 count=2
                link gpu=3 peer=4
                """);
        nanos += Duration.ofMinutes(1).toNanos();
        GpuSnapshot seen = watch.get();
        assertThat(links(seen, 0)).isEqualTo(Map.of(new GpuId("GPU-1"), 4));
        assertThat(links(seen, 2)).isEqualTo(Map.of(new GpuId("GPU-4"), 2));
        assertThat(links(seen, 4)).isEqualTo(Map.of(new GpuId("GPU-2"), 2, new GpuId("GPU-3"), 1));
    }

    private static Map<GpuId, Integer> links(GpuSnapshot seen, int gpu) {
        return seen.gpu(new GpuId("GPU-" + gpu)).orElseThrow().facts().links();
    }
}
