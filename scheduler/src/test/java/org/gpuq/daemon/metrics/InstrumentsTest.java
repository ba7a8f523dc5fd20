package org.gpuq.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.Observer;
import org.junit.jupiter.api.Test;

class InstrumentsTest {
    private final Instruments instruments =
            new Instruments(new DaemonGauges("1.2.3", Instant.parse("2026-11-01T12:00:00.5Z")));
    private final Scene scene = new Scene(new Observer() {
        @Override
        public void happened(Event event, View before, View after) {
            instruments.happened(event, before, after);
        }

        @Override
        public void polled(View view) {
            instruments.polled(view);
        }
    });

    private Samples scrape() throws IOException {
        return Samples.of(instruments, scene.view());
    }

    @Test
    void a_gpu_has_its_readings() throws IOException {
        scene.gpu(
                0,
                Scene.process(7, Owner.FOREIGN, OptionalLong.of(21L << 30)),
                Scene.process(8, Owner.DISPLAY, OptionalLong.of(25L << 20)));
        scene.poll();

        assertThat(scrape().values())
                .contains(
                        entry("gpuq_gpu_info{index=\"0\",name=\"NVIDIA H100 80GB HBM3\",uuid=\"GPU-0\"}", 1.0),
                        entry("gpuq_gpu_utilization_ratio{uuid=\"GPU-0\"}", 0.25),
                        entry("gpuq_gpu_memory_total_bytes{uuid=\"GPU-0\"}", 80.0 * (1L << 30)),
                        entry("gpuq_gpu_temperature_celsius{uuid=\"GPU-0\"}", 41.0),
                        entry("gpuq_gpu_power_watts{uuid=\"GPU-0\"}", 312.5),
                        entry("gpuq_gpu_processes{owner=\"foreign\",uuid=\"GPU-0\"}", 1.0),
                        entry("gpuq_gpu_processes{owner=\"job\",uuid=\"GPU-0\"}", 0.0),
                        entry("gpuq_gpu_process_memory_bytes{owner=\"foreign\",uuid=\"GPU-0\"}", 21.0 * (1L << 30)),
                        entry("gpuq_driver_info{simulated=\"true\",version=\"580.159.04\"}", 1.0),
                        entry("gpuq_driver_up", 1.0));
    }

    @Test
    void exactly_one_state_of_a_gpu_is_1() throws IOException {
        scene.gpu(0);
        scene.poll();

        assertThat(scrape().values())
                .containsEntry("gpuq_gpu_state{state=\"free\",uuid=\"GPU-0\"}", 1.0)
                .containsEntry("gpuq_gpu_state{state=\"leased\",uuid=\"GPU-0\"}", 0.0);
        assertThat(GpuGauges.STATES)
                .containsExactlyInAnyOrder(List.of(
                                new GpuState.Free(),
                                new GpuState.Leased(new JobId(0)),
                                new GpuState.Foreign(List.of()),
                                new GpuState.Cooldown(new JobId(0), ""),
                                new GpuState.Residual(""),
                                new GpuState.Unknown(""),
                                new GpuState.Quarantined(""),
                                new GpuState.Drained(""))
                        .stream()
                        .map(GpuState::word)
                        .toArray(String[]::new));
    }

    @Test
    void what_is_unknown_has_no_sample() throws IOException {
        scene.dumbGpu(0);
        scene.gpu(1, Scene.process(7, Owner.FOREIGN, OptionalLong.empty()));
        scene.poll();

        Samples samples = scrape();
        assertThat(samples.values().keySet().stream()
                        .filter(series -> series.contains("uuid=\"GPU-0\""))
                        .map(series -> series.substring(0, series.indexOf('{')))
                        .distinct())
                .containsExactlyInAnyOrder("gpuq_gpu_info", "gpuq_gpu_state");
        assertThat(samples.values())
                .containsEntry("gpuq_gpu_processes{owner=\"foreign\",uuid=\"GPU-1\"}", 1.0)
                .doesNotContainKey("gpuq_gpu_process_memory_bytes{owner=\"foreign\",uuid=\"GPU-1\"}");
        assertThat(samples.text()).doesNotContain("NaN");
    }

    @Test
    void nothing_is_said_of_gpus_and_driver_before_the_first_poll() throws IOException {
        Samples samples = scrape();

        assertThat(samples.mentions("uuid")).isFalse();
        assertThat(samples.values()).doesNotContainKeys("gpuq_driver_up", "gpuq_poll_age_seconds");
    }

    @Test
    void a_gpu_that_goes_takes_its_rows_along() throws IOException {
        scene.gpu(0);
        scene.gpu(1);
        scene.poll();
        assertThat(scrape().mentions("GPU-1")).isTrue();

        scene.removeGpu(1);
        scene.poll();

        assertThat(scrape().mentions("GPU-1")).isFalse();
        assertThat(scrape().mentions("GPU-0")).isTrue();
    }

    @Test
    void readings_of_a_driver_that_stopped_answering_are_not_shown_as_present() throws IOException {
        scene.gpu(0);
        scene.poll();
        scene.pass(Duration.ofSeconds(60));

        Samples samples = scrape();
        assertThat(samples.values())
                .containsEntry("gpuq_poll_age_seconds", 60.0)
                .containsEntry("gpuq_gpu_state{state=\"unknown\",uuid=\"GPU-0\"}", 1.0);
        assertThat(samples.mentions("gpuq_gpu_utilization_ratio")).isFalse();
        assertThat(samples.mentions("gpuq_gpu_processes")).isFalse();
    }

    @Test
    void polls_are_counted_by_what_they_brought() throws IOException {
        scene.poll();
        scene.poll(new GpuSnapshot.Driver.Failing("it hangs"));
        scene.poll(new GpuSnapshot.Driver.Failing("it hangs"));

        assertThat(scrape().values())
                .contains(
                        entry("gpuq_polls_total{result=\"ready\"}", 1.0),
                        entry("gpuq_polls_total{result=\"failing\"}", 2.0),
                        entry("gpuq_polls_total{result=\"absent\"}", 0.0),
                        entry("gpuq_driver_up", 0.0));
    }

    @Test
    void jobs_are_counted_by_state_and_line() throws IOException {
        scene.gpu(0);
        scene.poll();
        scene.start(scene.submit("ann", 1), "GPU-0");
        scene.submit("bob", 1);
        scene.pass(Duration.ofSeconds(30));
        scene.submit("bob", 2);
        scene.submit("bob", 0);

        assertThat(scrape().values())
                .contains(
                        entry("gpuq_jobs{line=\"gpu\",state=\"queued\"}", 2.0),
                        entry("gpuq_jobs{line=\"gpu\",state=\"running\"}", 1.0),
                        entry("gpuq_jobs{line=\"cpu\",state=\"queued\"}", 1.0),
                        entry("gpuq_jobs{line=\"cpu\",state=\"starting\"}", 0.0),
                        entry("gpuq_jobs_submitted_total{line=\"gpu\"}", 3.0),
                        entry("gpuq_oldest_wait_seconds{line=\"gpu\"}", 30.0),
                        entry("gpuq_oldest_wait_seconds{line=\"cpu\"}", 0.0),
                        entry("gpuq_leased_gpus", 1.0));
    }

    @Test
    void waits_and_runs_fall_into_buckets() throws IOException {
        JobId first = scene.submit("ann", 0);
        scene.pass(Duration.ofMinutes(2));
        scene.start(first);
        scene.pass(Duration.ofHours(2));
        scene.end(first, new End.Finished(new Usage(0, 0, 0, 7_200_000_000L)));
        JobId second = scene.submit("ann", 0);
        scene.start(second);
        scene.pass(Duration.ofSeconds(5));
        scene.end(second, new End.Failed(new ExitStatus.Exited(3), Usage.NONE));
        JobId third = scene.submit("ann", 0);
        scene.end(
                third,
                new End.Cancelled(
                        scene.view().state().job(third).orElseThrow().spec().user(), Optional.empty(), Usage.NONE));

        assertThat(scrape().values())
                .contains(
                        entry("gpuq_job_wait_seconds_bucket{line=\"cpu\",le=\"60.0\"}", 1.0),
                        entry("gpuq_job_wait_seconds_bucket{line=\"cpu\",le=\"300.0\"}", 2.0),
                        entry("gpuq_job_wait_seconds_sum{line=\"cpu\"}", 120.0),
                        entry("gpuq_job_run_seconds_bucket{line=\"cpu\",le=\"3600.0\"}", 1.0),
                        entry("gpuq_job_run_seconds_bucket{line=\"cpu\",le=\"604800.0\"}", 2.0),
                        entry("gpuq_job_run_seconds_count{line=\"cpu\"}", 2.0),
                        entry("gpuq_job_run_seconds_sum{line=\"cpu\"}", 7205.0),
                        entry("gpuq_jobs_ended_total{line=\"cpu\",result=\"finished\"}", 1.0),
                        entry("gpuq_jobs_ended_total{line=\"cpu\",result=\"failed\"}", 1.0),
                        entry("gpuq_jobs_ended_total{line=\"cpu\",result=\"cancelled\"}", 1.0),
                        entry("gpuq_jobs_ended_total{line=\"gpu\",result=\"lost\"}", 0.0));
    }

    @Test
    void gpu_seconds_grow_while_gpus_are_held() throws IOException {
        scene.gpu(0);
        scene.gpu(1);
        scene.poll();
        JobId job = scene.submit("ann", 2);
        scene.start(job, "GPU-0", "GPU-1");
        scene.pass(Duration.ofSeconds(10));

        assertThat(scrape().values()).containsEntry("gpuq_gpu_seconds_total{user=\"ann\"}", 20.0);

        scene.pass(Duration.ofSeconds(5));
        scene.end(job, new End.Finished(Usage.NONE));
        scene.pass(Duration.ofSeconds(1));
        scene.release(job);
        scene.pass(Duration.ofSeconds(100));

        assertThat(scrape().values())
                .containsEntry("gpuq_gpu_seconds_total{user=\"ann\"}", 32.0)
                .containsEntry("gpuq_leased_gpus", 0.0);
    }

    @Test
    void idle_seconds_count_free_gpus_while_a_gpu_job_waits() throws IOException {
        scene.gpu(0);
        scene.gpu(1, Scene.process(7, Owner.FOREIGN, OptionalLong.of(1L << 30)));
        scene.poll();
        scene.pass(Duration.ofSeconds(1));
        scene.submit("ann", 0);
        scene.pass(Duration.ofSeconds(1));
        scene.submit("ann", 2);
        scene.pass(Duration.ofSeconds(2));

        assertThat(scrape().values()).containsEntry("gpuq_gpu_idle_while_waiting_seconds_total", 2.0);
    }

    @Test
    void a_view_from_the_past_counts_nothing() throws IOException {
        scene.gpu(0);
        scene.poll();
        JobId job = scene.submit("ann", 1);
        scene.start(job, "GPU-0");
        scene.pass(Duration.ofSeconds(10));
        View past = scene.view();
        scene.end(job, new End.Finished(Usage.NONE));
        scene.release(job);
        scene.pass(Duration.ofSeconds(5));
        scrape();
        Samples.of(instruments, past);

        assertThat(scrape().values()).containsEntry("gpuq_gpu_seconds_total{user=\"ann\"}", 10.0);
    }

    @Test
    void names_are_escaped_and_typed_text_never_appears() throws IOException {
        scene.gpu(0, Scene.process(7, Owner.FOREIGN, OptionalLong.of(1)));
        scene.poll();
        scene.start(scene.submit("an\\n\"x\n", 1), "GPU-0");

        assertThat(scrape().text())
                .contains("gpuq_gpu_seconds_total{user=\"an\\\\n\\\"x\\n\"}")
                .doesNotContain("secret");
    }

    @Test
    void the_scrape_is_what_the_catalogue_says() throws IOException {
        scene.gpu(0, Scene.process(7, Owner.FOREIGN, OptionalLong.of(1)));
        scene.poll();
        scene.start(scene.submit("ann", 1), "GPU-0");
        instruments.appended(Duration.ofMillis(2));
        Samples samples = scrape();

        Map<String, String> types = samples.text()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[2], words -> words[3]));
        for (Metric metric : Metric.values()) {
            assertThat(types).as(metric.exposed()).containsKey(metric.exposed());
            assertThat(types.remove(metric.exposed()))
                    .as(metric.exposed())
                    .isEqualTo(
                            switch (metric.kind()) {
                                case GAUGE, INFO -> "gauge";
                                case COUNTER -> "counter";
                                case HISTOGRAM -> "histogram";
                            });
            assertThat(samples.text()).contains("# HELP " + metric.exposed() + " " + metric.help());
            String suffix = metric.kind() == Metric.Kind.HISTOGRAM ? "_count" : "";
            String series = samples.values().keySet().stream()
                    .filter(name ->
                            name.equals(metric.exposed() + suffix) || name.startsWith(metric.exposed() + suffix + "{"))
                    .findFirst()
                    .orElseThrow();
            for (String label : metric.labels()) {
                assertThat(series).contains(label + "=\"");
            }
            assertThat(series.chars().filter(c -> c == '=').count())
                    .isEqualTo(metric.labels().size());
        }
        assertThat(new TreeSet<>(types.keySet())).as("not in the catalogue").isEmpty();
    }
}
