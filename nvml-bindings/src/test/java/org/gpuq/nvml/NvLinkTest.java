package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a GPU says of its NVLinks, and what it says when it cannot. */
class NvLinkTest {
    private static final String GPUS = """
            gpu index=0 uuid=GPU-0 memory=1GiB
            gpu index=1 uuid=GPU-1 memory=1GiB
            gpu index=2 uuid=GPU-2 memory=1GiB
            """;

    @TempDir
    Path directory;

    private Reading<List<NvLink>> links(int gpu, String lines) {
        try (var simulation = new Simulation(directory, GPUS + lines)) {
            NvmlDevice device =
                    simulation.open().deviceByIndex(gpu).toOptional().orElseThrow();
            return device.nvLinks();
        }
    }

    private static List<String> remotes(Reading<List<NvLink>> links) {
        return links.toOptional().orElseThrow().stream()
                .map(link -> link.link() + " "
                        + link.remote().map(PciInfo::busId).toOptional().orElse("?"))
                .toList();
    }

    @Test
    void eachLinkLeadsToItsPeerFromBothEnds() {
        String lines = "link gpu=0 peer=1 count=2\n";
        assertThat(remotes(links(0, lines))).containsExactly("0 00000000:02:00.0", "1 00000000:02:00.0");
        assertThat(remotes(links(1, lines))).containsExactly("0 00000000:01:00.0", "1 00000000:01:00.0");
        assertThat(links(2, lines)).isEqualTo(Reading.unsupported());
    }

    @Test
    void aLinkMayLeadToASwitch() {
        assertThat(remotes(links(0, "link gpu=0 switch=00000000:C1:00.0\n"))).containsExactly("0 00000000:C1:00.0");
    }

    @Test
    void oneThatIsDownIsLeftOutAndKeepsItsNumber() {
        assertThat(remotes(links(0, "link gpu=0 peer=1 active=false\nlink gpu=0 peer=2\n")))
                .containsExactly("1 00000000:03:00.0");
        assertThat(remotes(links(0, "link gpu=0 peer=1 active=false\n"))).isEmpty();
    }

    @Test
    void aDriverThatKnowsNoLinksIsUnsupported() {
        assertThat(links(0, "link gpu=0 peer=1\nmissing call=nvmlDeviceGetNvLinkState\n"))
                .isEqualTo(Reading.unsupported());
        assertThat(links(0, "link gpu=0 peer=1\nfault call=nvmlDeviceGetNvLinkState code=3\n"))
                .isEqualTo(Reading.unsupported());
    }

    @Test
    void aDriverThatDoesNotSayWhereALinkLeadsStillSaysThatItIsUp() {
        for (String without : List.of(
                "missing call=nvmlDeviceGetNvLinkRemotePciInfo_v2\n",
                "fault call=nvmlDeviceGetNvLinkRemotePciInfo_v2 code=3\n",
                "fault call=nvmlDeviceGetNvLinkRemotePciInfo_v2 code=999\n")) {
            assertThat(remotes(links(0, "link gpu=0 peer=1\n" + without))).containsExactly("0 ?");
        }
    }

    @Test
    void whatShouldHaveWorkedIsAFailure() {
        assertThat(links(0, "link gpu=0 peer=1\nfault call=nvmlDeviceGetNvLinkState code=15\n"))
                .isEqualTo(Reading.failed(NvmlReturn.GPU_IS_LOST, "nvmlDeviceGetNvLinkState"));
    }
}
