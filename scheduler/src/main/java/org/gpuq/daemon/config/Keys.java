package org.gpuq.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gpuq.core.engine.Settings;

/** Every key there is, with its default and what it does. The reference in the documentation is made from this. */
public final class Keys {
    private static final Settings STANDARD = Settings.DEFAULT;

    public static final Key<Integer> SLOTS = new Key<>(
            "jobs.slots",
            Kinds.integer(1, 10_000),
            STANDARD.slots(),
            "How many jobs without GPUs run at once. Jobs with GPUs take none of these slots.");
    public static final Key<Boolean> HIDE_GPUS = new Key<>(
            "jobs.hide_gpus",
            Kinds.FLAG,
            false,
            "Whether jobs that asked for no GPU see none: they get an empty `CUDA_VISIBLE_DEVICES`. Otherwise they keep "
                    + "the caller's.");
    public static final Key<Integer> KEEP_ENDED = new Key<>(
            "jobs.keep_ended",
            Kinds.integer(0, 1_000_000),
            STANDARD.keepEnded(),
            "How many ended jobs stay in the list. Older ones are forgotten, about a hundred at a time.");
    public static final Key<Duration> KEEP_ENDED_FOR = new Key<>(
            "jobs.keep_ended_for",
            Kinds.duration(Duration.ZERO, Duration.ofDays(3650)),
            STANDARD.keepEndedFor(),
            "How long ended jobs stay in the list at most, by the wall clock. `0s`: as long as `jobs.keep_ended` lets them.");
    public static final Key<Integer> MAX_QUEUED = new Key<>(
            "jobs.max_queued",
            Kinds.integer(1, 1_000_000),
            STANDARD.maxQueued(),
            "How many jobs of all users may wait. Beyond that a submission is refused.");
    public static final Key<Duration> CANCEL_GRACE = new Key<>(
            "cancel.grace",
            Kinds.duration(Duration.ZERO, Duration.ofHours(24)),
            STANDARD.cancelGrace(),
            "How long a cancelled job has between SIGTERM and SIGKILL.");
    public static final Key<Optional<Path>> LOGS_DIRECTORY = new Key<>(
            "logs.directory",
            Kinds.PATH,
            Optional.empty(),
            "Where the jobs' output files are. Empty: `logs` in the daemon's state directory.");
    public static final Key<Long> LOGS_MAX_SIZE = new Key<>(
            "logs.max_size",
            Kinds.size(0, 1L << 40),
            16L << 30,
            "How long one job's output may become. What is beyond is cut off, and a last line says so. `0B`: as long as it "
                    + "likes.");
    public static final Key<Boolean> REMOVE_FORGOTTEN = new Key<>(
            "logs.remove_forgotten",
            Kinds.FLAG,
            false,
            "Whether the output of a job goes when the job leaves the list: only the files that gpuq itself made in "
                    + "`logs.directory`, never one that a job was told to write elsewhere. Not where several users share "
                    + "the daemon: there they are each user's own.");
    public static final Key<Long> MIN_FREE = new Key<>(
            "disk.min_free",
            Kinds.size(0, 1L << 40),
            128L << 20,
            "How much has to be free on the disks of the state and of the outputs for a job to be started. With less jobs wait, "
                    + "those that run go on, and it all goes on by itself when there is room again.");
    public static final Key<Duration> POLL_INTERVAL = new Key<>(
            "poll.interval",
            Kinds.duration(Duration.ofMillis(50), Duration.ofMinutes(1)),
            Duration.ofSeconds(1),
            "How long to rest between two looks at the GPUs.");
    public static final Key<Duration> POLL_INTERVAL_BUSY = new Key<>(
            "poll.interval_busy",
            Kinds.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofMillis(250),
            "The same while a job waits for a GPU.");
    public static final Key<Duration> POLL_INTERVAL_COOLING = new Key<>(
            "poll.interval_cooling",
            Kinds.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofMillis(50),
            "The same while the GPUs of a job that ended are waited for.");
    public static final Key<Duration> POLL_MAX_AGE = new Key<>(
            "poll.max_age",
            Kinds.duration(Duration.ofMillis(500), Duration.ofMinutes(10)),
            STANDARD.snapshotMaxAge(),
            "A look at the GPUs that was begun longer ago starts no job. Must be longer than the intervals.");
    public static final Key<Long> BASELINE = new Key<>(
            "gpu.baseline",
            Kinds.size(0, 1L << 40),
            STANDARD.baselineBytes(),
            "A GPU with at most this much memory in use counts as empty: drivers and desktops keep some.");
    public static final Key<Double> BASELINE_RATIO = new Key<>(
            "gpu.baseline_ratio",
            Kinds.ratio(),
            STANDARD.baselineRatio(),
            "The same as a share of the GPU's memory; the larger of the two counts.");
    public static final Key<Integer> CALM_LOOKS = new Key<>(
            "gpu.calm_looks",
            Kinds.integer(1, 100),
            STANDARD.thresholds().calmLooks(),
            "How many looks in a row must find a GPU that had a foreign process or a fault without either before it is "
                    + "given away again.");
    public static final Key<Double> BUSY_RATIO = new Key<>(
            "gpu.busy_ratio",
            Kinds.ratio(),
            STANDARD.thresholds().busyRatio(),
            "A GPU that computes more than this share of the time while no process is listed on it is not given away.");
    public static final Key<Duration> BUSY_TIME = new Key<>(
            "gpu.busy_time",
            Kinds.duration(Duration.ZERO, Duration.ofMinutes(10)),
            STANDARD.thresholds().busyTime(),
            "How long it must have done so; the driver's figure lags by up to a second.");
    public static final Key<Duration> RESIDUAL_AFTER = new Key<>(
            "gpu.residual_after",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
            STANDARD.thresholds().residualAfter(),
            "When the memory of an ended job is still in use after this time, its GPU is called `residual`, and an alert "
                    + "tells an administrator.");
    public static final Key<Long> SHARE_RESERVE = new Key<>(
            "gpu.share_reserve",
            Kinds.size(0, 1L << 40),
            STANDARD.thresholds().shareReserveBytes(),
            "Memory of a GPU that jobs share which is promised to none of them.");
    public static final Key<Optional<Path>> NVML_LIBRARY = new Key<>(
            "nvml.library",
            Kinds.PATH,
            Optional.empty(),
            "The NVML library. Empty: `libnvidia-ml.so.1`, wherever the system has it. The variable `GPUQ_NVML` goes "
                    + "before this.");
    public static final Key<Integer> METRICS_PORT = new Key<>(
            "metrics.port",
            Kinds.integer(0, 65_535),
            9840,
            "The port on 127.0.0.1 where Prometheus finds the metrics. 0: nowhere.");
    public static final Key<Integer> CONNECTIONS =
            new Key<>("control.connections", Kinds.integer(1, 65_536), 1024, "How many `q` may be connected at once.");
    public static final Key<Integer> CONNECTIONS_PER_USER = new Key<>(
            "control.connections_per_user",
            Kinds.integer(1, 65_536),
            256,
            "How many `q` of one user may be connected at once.");
    public static final Key<Long> REQUEST_SIZE = new Key<>(
            "control.request_size",
            Kinds.size(64 << 10, 1L << 30),
            16L << 20,
            "How large one call may be: its arguments and environment.");
    public static final Key<Long> REQUEST_SIZE_PER_USER = new Key<>(
            "control.request_size_per_user",
            Kinds.size(64 << 10, 4L << 30),
            64L << 20,
            "How large the calls of one user that are under way may be together.");
    public static final Key<Duration> REQUEST_TIME = new Key<>(
            "control.request_time",
            Kinds.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            Duration.ofSeconds(10),
            "How long a call may take to arrive.");
    public static final Key<Duration> STALL_TIME = new Key<>(
            "control.stall_time",
            Kinds.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            Duration.ofSeconds(30),
            "How long a `q` may take nothing of what waits for it before it is dropped.");

    /** In the order of the reference. */
    public static final List<Key<?>> ALL = Stream.of(
                    List.<Key<?>>of(
                            SLOTS,
                            HIDE_GPUS,
                            KEEP_ENDED,
                            KEEP_ENDED_FOR,
                            MAX_QUEUED,
                            CANCEL_GRACE,
                            LOGS_DIRECTORY,
                            LOGS_MAX_SIZE,
                            REMOVE_FORGOTTEN,
                            MIN_FREE,
                            POLL_INTERVAL,
                            POLL_INTERVAL_BUSY,
                            POLL_INTERVAL_COOLING,
                            POLL_MAX_AGE,
                            BASELINE,
                            BASELINE_RATIO,
                            CALM_LOOKS,
                            BUSY_RATIO,
                            BUSY_TIME,
                            RESIDUAL_AFTER,
                            SHARE_RESERVE,
                            NVML_LIBRARY,
                            METRICS_PORT,
                            CONNECTIONS,
                            CONNECTIONS_PER_USER,
                            REQUEST_SIZE,
                            REQUEST_SIZE_PER_USER,
                            REQUEST_TIME,
                            STALL_TIME),
                    SharedKeys.ALL,
                    BoundsKeys.ALL)
            .flatMap(List::stream)
            .toList();

    private Keys() {}
}
