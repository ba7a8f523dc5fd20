package org.gpuq.core.job;

import java.time.Duration;
import java.util.List;

/**
 * When a job is queued again after a run of it came to nothing. A cancelled one never is, nor one that took too long.
 *
 * @param most how often, 0 for never
 * @param delay how long it rests before the first time; twice as long before each further one
 * @param on the ends after which; none: after every failure
 * @param afterReboot whether it queues again when the machine went down under it; that does not count
 */
public record Retries(int most, Duration delay, List<Trigger> on, boolean afterReboot) {
    public static final Duration STANDARD_DELAY = Duration.ofSeconds(10);
    /** However often it was tried, it rests no longer than this. */
    public static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    public static final int MOST = 1000;
    public static final Retries NONE = new Retries(0, STANDARD_DELAY, List.of(), false);

    public Retries {
        on = List.copyOf(on);
        if (most < 0 || most > MOST) {
            throw new IllegalArgumentException("retries must be 0 to " + MOST + ": " + most);
        }
    }

    /** An end after which a job is tried again. */
    public sealed interface Trigger {
        /** @param code 1 to 255 */
        record Exit(int code) implements Trigger {}

        record Signal(int number) implements Trigger {}

        /** It failed, and one of its GPUs has a fault or has gone. */
        record GpuFault() implements Trigger {}

        /** It made way for a process outside the queue that came onto its GPU before it did. */
        record GpuRace() implements Trigger {}
    }

    public boolean onGpuFault() {
        return on.stream().anyMatch(Trigger.GpuFault.class::isInstance);
    }

    /** Whether it rather makes way than shares its GPU with a process outside the queue that was there first. */
    public boolean onGpuRace() {
        return on.stream().anyMatch(Trigger.GpuRace.class::isInstance);
    }

    /** Whether this end alone says that it is to be tried again. */
    public boolean wantedAfter(End end) {
        return switch (end) {
            case End.Failed failed ->
                on.isEmpty() || on.stream().anyMatch(trigger -> matches(trigger, failed.status()));
            case End.NotStarted notStarted -> on.isEmpty();
            case End.TimedOut timedOut -> false;
            case End.Finished finished -> false;
            case End.Cancelled cancelled -> false;
            case End.Skipped skipped -> false;
            case End.Lost lost -> false;
            case End.Departed departed -> false;
            case End.MadeWay madeWay -> onGpuRace();
        };
    }

    private static boolean matches(Trigger trigger, ExitStatus status) {
        return switch (trigger) {
            case Trigger.Exit exit -> status.equals(new ExitStatus.Exited(exit.code()));
            case Trigger.Signal signal ->
                status instanceof ExitStatus.Killed killed && killed.signal() == signal.number();
            case Trigger.GpuFault fault -> false;
            case Trigger.GpuRace race -> false;
        };
    }

    /** @param tries how many runs it has behind it, at least 1 */
    public Duration rest(int tries) {
        Duration rest = delay;
        for (int i = 1; i < tries && rest.compareTo(LONGEST_DELAY) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(LONGEST_DELAY) > 0 ? longest() : rest;
    }

    private Duration longest() {
        return delay.compareTo(LONGEST_DELAY) > 0 ? delay : LONGEST_DELAY;
    }
}
