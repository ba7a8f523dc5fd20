package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.List;

/**
 * The catalogue: every metric there is, and the only way to get one registered. The reference in the documentation is
 * generated from it. A value that is not known has no sample.
 */
enum Metric {
    GPU_INFO(
            "gpuq_gpu_info",
            Kind.INFO,
            List.of("uuid", "index", "name"),
            "A GPU the driver lists; always 1. Join by uuid for its index and name."),
    GPU_STATE(
            "gpuq_gpu_state",
            Kind.GAUGE,
            List.of("uuid", "state"),
            "1 for the state a GPU is in, 0 for the others: free, leased, foreign, cooldown, residual, unknown, quarantined, drained."),
    GPU_UTILIZATION(
            "gpuq_gpu_utilization_ratio",
            Kind.GAUGE,
            List.of("uuid"),
            "Share of time in which a kernel ran on the GPU, 0 to 1."),
    GPU_MEMORY_USED(
            "gpuq_gpu_memory_used_bytes",
            Kind.GAUGE,
            List.of("uuid"),
            "Memory in use on the GPU, without what the driver reserves for itself where it tells them apart."),
    GPU_MEMORY_TOTAL("gpuq_gpu_memory_total_bytes", Kind.GAUGE, List.of("uuid"), "Memory of the GPU."),
    GPU_TEMPERATURE("gpuq_gpu_temperature_celsius", Kind.GAUGE, List.of("uuid"), "Temperature of the GPU core."),
    GPU_POWER("gpuq_gpu_power_watts", Kind.GAUGE, List.of("uuid"), "Power drawn by the board."),
    GPU_PROCESSES(
            "gpuq_gpu_processes",
            Kind.GAUGE,
            List.of("uuid", "owner"),
            "Processes the driver lists on the GPU, by owner: job, foreign (of no job), display (a desktop program), mps (a server of CUDA's Multi-Process Service), unknown (not to be found in /proc)."),
    GPU_PROCESS_MEMORY(
            "gpuq_gpu_process_memory_bytes",
            Kind.GAUGE,
            List.of("uuid", "owner"),
            "GPU memory those processes hold; without a sample when the driver does not say it for one of them."),

    DRIVER_INFO(
            "gpuq_driver_info",
            Kind.INFO,
            List.of("version", "simulated"),
            "The NVIDIA driver that answers; always 1. simulated is true when it is the simulator."),
    DRIVER_UP(
            "gpuq_driver_up",
            Kind.GAUGE,
            List.of(),
            "1 when the last poll of the driver was answered, 0 when there is no driver or it fails."),
    POLL_AGE(
            "gpuq_poll_age_seconds",
            Kind.GAUGE,
            List.of(),
            "Time since the last good poll of the driver began. No GPU is given away on an old one."),
    POLLS(
            "gpuq_polls_total",
            Kind.COUNTER,
            List.of("result"),
            "Polls of the driver that came back: ready, absent (no driver) or failing."),

    JOBS(
            "gpuq_jobs",
            Kind.GAUGE,
            List.of("state", "line"),
            "Jobs that have not ended: queued, starting or running, in the cpu or the gpu line."),
    OLDEST_WAIT(
            "gpuq_oldest_wait_seconds",
            Kind.GAUGE,
            List.of("line"),
            "How long the first job of the line has waited; 0 when none waits. Jobs that wait for other jobs do not count."),
    JOBS_SUBMITTED("gpuq_jobs_submitted_total", Kind.COUNTER, List.of("line"), "Jobs accepted."),
    JOBS_ENDED(
            "gpuq_jobs_ended_total",
            Kind.COUNTER,
            List.of("line", "result"),
            "Jobs that ended: finished, failed, cancelled, skipped or lost."),
    JOB_WAIT(
            "gpuq_job_wait_seconds",
            Kind.HISTOGRAM,
            List.of("line"),
            "From submission to the decision to start, of jobs that started."),
    JOB_RUN("gpuq_job_run_seconds", Kind.HISTOGRAM, List.of("line"), "From start to end, of jobs that ran and ended."),

    LEASED_GPUS(
            "gpuq_leased_gpus",
            Kind.GAUGE,
            List.of(),
            "GPUs held by jobs, those that cool down after their job included."),
    GPU_SECONDS(
            "gpuq_gpu_seconds_total",
            Kind.COUNTER,
            List.of("user"),
            "GPU-seconds held by jobs of the user, counted while they are held."),
    IDLE_WHILE_WAITING(
            "gpuq_gpu_idle_while_waiting_seconds_total",
            Kind.COUNTER,
            List.of(),
            "GPU-seconds in which a GPU was free while a job waited for GPUs."),

    STRAYS("gpuq_stray_jobs", Kind.GAUGE, List.of(), "Jobs with a process on a GPU that they have not got."),
    OUTLIVING(
            "gpuq_jobs_outliving_cancel",
            Kind.GAUGE,
            List.of(),
            "Jobs that were to end, were killed, and have left a process or memory."),
    HANDOVER_RACES(
            "gpuq_handover_races_total",
            Kind.COUNTER,
            List.of(),
            "Processes of no job that came onto a GPU while a job started on it."),

    JOURNAL_APPEND("gpuq_journal_append_seconds", Kind.HISTOGRAM, List.of(), "Time to make a batch of events durable."),
    JOURNAL_FAILURES(
            "gpuq_journal_failures_total",
            Kind.COUNTER,
            List.of(),
            "Batches of events that could not be written, such as on a full disk."),
    BUILD_INFO("gpuq_build_info", Kind.INFO, List.of("version"), "The daemon's version; always 1."),
    START_TIME("gpuq_start_time_seconds", Kind.GAUGE, List.of(), "When the daemon started, in seconds since 1970.");

    /** Types as Prometheus knows them. */
    enum Kind {
        GAUGE,
        /** A gauge that is always 1; its labels are the information. */
        INFO,
        COUNTER,
        HISTOGRAM;

        boolean level() {
            return this == GAUGE || this == INFO;
        }
    }

    private static final List<String> UNITS = List.of("bytes", "seconds", "ratio", "celsius", "watts");

    private final String exposed;
    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // from List.of
    private final List<String> labels;

    private final String help;

    Metric(String exposed, Kind kind, List<String> labels, String help) {
        this.exposed = exposed;
        this.kind = kind;
        this.labels = labels;
        this.help = help;
    }

    /** The name in a scrape; a histogram's series add {@code _bucket}, {@code _sum} and {@code _count}. */
    String exposed() {
        return exposed;
    }

    Kind kind() {
        return kind;
    }

    List<String> labels() {
        return labels;
    }

    String help() {
        return help;
    }

    /** The base unit that the name carries, or an empty string for plain numbers. */
    String unit() {
        String stem = exposed.replaceFirst("_total$", "");
        return UNITS.stream()
                .filter(unit -> stem.endsWith("_" + unit))
                .findFirst()
                .orElse("");
    }

    /** The name that Micrometer turns into {@link #exposed}: it adds the suffix of counters itself. */
    String meter() {
        return exposed.replaceFirst("_total$", "").replace('_', '.');
    }

    /**
     * Labels of one series.
     *
     * @param values in the order of {@link #labels}
     * @throws IllegalArgumentException when there are more or fewer
     */
    Tags tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(exposed + " has labels " + labels + ", not " + List.of(values));
        }
        Tags tags = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            tags = tags.and(labels.get(i), values[i]);
        }
        return tags;
    }
}
