package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What somebody's environment and words become where others see them. */
class SharedPrivacyIT {
    private static final String SECRET = "token-of-ann";
    private static final String OF_METRICS = "^(?:[a-zA-Z_:][^{]*(?:\\{.*})? [-+.0-9eENaInf]+|#.*)$";

    /** Would set a title, name a user if a shell read it, end lines, begin an entry of the record, format, and quote. */
    private static final String EVIL =
            "$(printf '\\033]0;%%n$(id)`id`\\007\\n2026-11-26T00:00:00Z root(0) forged\\r\\n\"\\047\\302\\233{}%%s')";

    private static SharedBox box;
    private static int port;

    @BeforeAll
    static void open() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        box = SharedBox.create("show_commands = true\n[metrics]\nport = " + port + "\n[jobs]\nslots = 64", 2);
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    private static String metrics() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static String audit() {
        return SharedBox.read(box.root().resolve("var/lib/gpuq/audit.log"));
    }

    /** What goes to the system's journal. */
    private static String log() {
        return SharedBox.read(box.log());
    }

    /** All that shows something of jobs or GPUs, for people and for scripts. */
    private static List<String> looks(List<Integer> jobs) {
        List<String> looks = new ArrayList<>(List.of(
                "q",
                "q list",
                "q list --json",
                "q list --all --color always",
                "q -l",
                "q gpu",
                "q gpu --json",
                "q gpu show 0",
                "q gpu show --json 0",
                "q gpu show 1",
                "q gpu show --json 1",
                "q daemon status",
                "q daemon config"));
        for (int job : jobs) {
            for (String look : List.of("show", "show --json", "why", "why --json", "-i", "-o", "-p", "-s")) {
                looks.add("q " + look + " " + job);
            }
        }
        return looks;
    }

    private static void onGpu(int gpu, long pid) throws IOException {
        box.simulation().add("process gpu=" + gpu + " pid=" + pid + " memory=1GiB");
        Sandbox.until(
                "it is on the GPU",
                () -> box.as("root", "q gpu show " + gpu).out().contains("process     " + pid));
    }

    @Test
    void nobodyIsShownAnEnvironment() throws Exception {
        String secret = "API_TOKEN=" + SECRET + " TS_ENV=\"echo " + SECRET + "\" ";
        int runs = Integer.parseInt(box.ok("ann", secret + "q run --gpu --gpu-index 0 sleep 1000"));
        box.untilState(runs, "running");
        onGpu(0, box.job(runs).number("pid"));
        List<Integer> jobs = new ArrayList<>(List.of(runs));
        for (String words : List.of(
                "q run --after " + runs + " true",
                "q run --retries 1 --retry-delay 1h false",
                "q run /does/not/exist",
                "q run --cwd /does/not/exist true")) {
            jobs.add(Integer.parseInt(box.ok("ann", secret + words)));
        }
        Process terminal = box.begin(
                "ann",
                secret + "q run -f sleep 1000",
                box.root().resolve("f.out"),
                box.root().resolve("f.err"));
        box.ok("root", "q cancel " + jobs.get(1));

        assertThat(box.output("ann", Integer.parseInt(box.ok("ann", secret + "q run printenv API_TOKEN"))))
                .isEqualTo(SECRET);
        for (String who : List.of("ben", "adm", "root")) {
            for (String look : looks(jobs)) {
                Sandbox.Result result = box.as(who, look);
                assertThat(result.out() + result.err()).as(who + ": " + look).doesNotContain(SECRET);
            }
        }
        assertThat(metrics()).contains("gpuq_").doesNotContain(SECRET);
        assertThat(audit()).contains("cancel job").doesNotContain(SECRET);
        assertThat(log()).contains("answers at").doesNotContain(SECRET);
        assertThat(box.as("ben", "grep -rls " + SECRET + " /run/gpuq " + box.root() + "/var " + box.root() + "/etc")
                        .out())
                .isEmpty();
        terminal.destroy();
        box.as("root", "q cancel " + runs);
    }

    @Test
    void whatSomebodyTypedIsOnlyWords() throws Exception {
        String evil = "\"" + EVIL + "\"";
        int job =
                Integer.parseInt(box.ok("ann", "q run -L " + evil + " --name " + evil + " sh -c 'sleep 1000' " + evil));
        box.untilState(job, "running");
        Path nowhere = box.root().resolve("evil.out");
        Process named = box.begin("ann", "exec bash -c \"exec -a \\\"\\$0\\\" sleep 1000\" " + evil, nowhere, nowhere);
        onGpu(1, named.pid());
        box.ok("adm", "q gpu drain 0 --reason " + evil);
        box.ok("adm", "q gpu ignore " + named.pid() + " --for 1h --reason " + evil);

        for (String who : List.of("ben", "root")) {
            for (String look : looks(List.of(job))) {
                Sandbox.Result result = box.as(who, look);
                assertThat((result.out() + result.err()).replaceAll("\u001b\\[[0-9;]*m", ""))
                        .as(who + ": " + look)
                        .doesNotContain("\u001b", "\u0007", "\u009b", "\r", "uid=")
                        .doesNotContainPattern("(?m)^2026-11-26T00");
            }
        }
        box.ok("adm", "q cancel " + job);
        box.ok("adm", "q gpu resume 0 --reason " + evil);
        for (String kept : List.of(audit(), log())) {
            assertThat(kept)
                    .isNotEmpty()
                    .doesNotContain("\u001b", "\u0007", "\r", "uid=")
                    .doesNotContainPattern("(?m)^2026-11-26T00")
                    .doesNotContainPattern("(?m)^root");
        }
        assertThat(audit().lines().filter(line -> line.contains("forged")))
                .hasSize(3)
                .allMatch(line -> line.contains(" " + box.user("adm") + "("));
        assertThat(metrics().lines())
                .allMatch(line -> line.matches(OF_METRICS))
                .noneMatch(line -> line.contains("forged") || line.contains("\u001b"));
        named.destroy();
    }
}
