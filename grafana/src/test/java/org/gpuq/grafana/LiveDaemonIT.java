package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the dashboard and the rules ask for, looked for at the daemon that people run: one with jobs that ended in every way
 * that can be had quickly, a GPU job that runs, one that waits, and a stranger's program on a GPU.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LiveDaemonIT {
    private static final List<String> GPUS_SEEN =
            List.of(state(0, "free"), state(1, "free"), state(2, "free"), "gpuq_leased_gpus 0.0", "gpuq_driver_up 1.0");

    /** Not only that a series is there, but that it says what goes on. */
    private static final List<String> SCENE = List.of(
            state(0, "leased"),
            state(1, "free"),
            state(2, "foreign"),
            processes(0, "job"),
            processes(2, "foreign"),
            "gpuq_leased_gpus 1.0",
            "gpuq_jobs{line=\"gpu\",state=\"running\"} 1.0",
            "gpuq_jobs{line=\"gpu\",state=\"queued\"} 1.0",
            ended("cpu", "finished"),
            ended("cpu", "failed"),
            ended("cpu", "skipped"),
            ended("cpu", "cancelled"),
            ended("gpu", "finished"),
            "gpuq_job_run_seconds_count{line=\"gpu\"} 1",
            "gpuq_job_wait_seconds_count{line=\"gpu\"} 2");

    private final LiveDaemon daemon;
    private Scrape beforeAnyJob = Scrape.of("");
    private Scrape scrape = Scrape.of("");

    LiveDaemonIT() throws Exception {
        daemon = new LiveDaemon();
    }

    @BeforeAll
    void setTheScene() throws Exception {
        daemon.start();
        beforeAnyJob = daemon.await(GPUS_SEEN);

        daemon.sh("q run true");
        String failed = daemon.sh("q run false");
        daemon.sh("q run --after " + failed + " true");
        daemon.sh("q wait $(q run --gpu true)");
        daemon.sh("q cancel $(q run sleep 600)");

        daemon.besides("env CUDA_VISIBLE_DEVICES=2 gpuq-sim-load 21GiB 600");
        daemon.await(List.of(state(0, "free"), state(2, "foreign")));
        daemon.sh("q run --gpu gpuq-sim-load 40GiB 600");
        daemon.sh("q run --gpu 2 gpuq-sim-load 40GiB 600");
        scrape = daemon.await(SCENE);
    }

    @AfterAll
    void stop() throws Exception {
        daemon.stop();
    }

    private static String state(int gpu, String state) {
        return "gpuq_gpu_state{state=\"%s\",uuid=\"%s\"} 1.0".formatted(state, LiveDaemon.uuid(gpu));
    }

    private static String processes(int gpu, String owner) {
        return "gpuq_gpu_processes{owner=\"%s\",uuid=\"%s\"} 1.0".formatted(owner, LiveDaemon.uuid(gpu));
    }

    private static String ended(String line, String result) {
        return "gpuq_jobs_ended_total{line=\"%s\",result=\"%s\"} 1.0".formatted(line, result);
    }

    @Test
    void everything_that_is_asked_for_is_exported() throws Exception {
        assertThat(Complaints.about(scrape)).isEmpty();
    }

    /** Why a state that is asked for is there although no GPU is in it: each GPU has them all, and exactly one is 1. */
    @Test
    void states_are_one_hot() {
        List<String> states = scrape.text()
                .lines()
                .filter(line -> line.startsWith("gpuq_gpu_state{"))
                .toList();
        Pattern word = Pattern.compile(".*state=\"(\\w+)\".*");
        for (int gpu = 0; gpu < 3; gpu++) {
            String uuid = LiveDaemon.uuid(gpu);
            List<String> own =
                    states.stream().filter(line -> line.contains(uuid)).toList();
            assertThat(own)
                    .extracting(line -> word.matcher(line).replaceFirst("$1"))
                    .containsExactlyInAnyOrder(
                            "free", "leased", "foreign", "cooldown", "residual", "unknown", "quarantined", "drained");
            assertThat(own).filteredOn(line -> line.endsWith(" 1.0")).hasSize(1);
            assertThat(own).filteredOn(line -> line.endsWith(" 0.0")).hasSize(7);
        }
    }

    /** Users are not known before they come: the two panels about them stay empty until the first GPU job, and no other. */
    @Test
    void before_the_first_job_only_the_seconds_of_users_are_missing() throws Exception {
        assertThat(Complaints.about(beforeAnyJob))
                .containsExactlyInAnyOrder(
                        "panel 'GPU-hours by user': no metric gpuq_gpu_seconds_total",
                        "panel 'GPU-hours by user': no label user to group by",
                        "panel 'GPUs held by user': no metric gpuq_gpu_seconds_total",
                        "panel 'GPUs held by user': no label user to group by");
    }

    @Test
    void a_prometheus_answers_every_query_with_data(@TempDir Path directory) throws Exception {
        Tool program = Tool.require("prometheus");
        try (PrometheusServer prometheus =
                PrometheusServer.start(program, directory, daemon.uri(), Query.RULES.toAbsolutePath())) {
            prometheus.awaitSamples("gpuq_build_info", 3);

            assertThat(Answers.complaints(prometheus)).isEmpty();
            assertThat(prometheus.ruleHealth()).hasSameSizeAs(Query.ofRules()).containsOnly("ok");
        }
    }
}
