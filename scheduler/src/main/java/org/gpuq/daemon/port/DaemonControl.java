package org.gpuq.daemon.port;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/** The daemon about itself. Thread-safe; nothing here blocks, but for {@link #backup}, {@link #health} and {@link #join}. */
public interface DaemonControl {
    Status status();

    /** What takes a look at files, and a question to q-launch, to be known. */
    Health health() throws InterruptedException;

    /**
     * Begins to stop and returns at once. Running jobs go on; what is asked after that may find nobody.
     *
     * @param by who wants it
     */
    void stop(User by);

    /**
     * Copies the queue's state into a new file; the queue waits meanwhile.
     *
     * @param file absolute
     * @throws IOException when it is there already or cannot be written
     */
    void backup(Path file) throws IOException;

    /** Every setting in force, in the order of the reference. */
    List<Setting> configuration();

    /**
     * Has a process put into a control group of a foreground job's own, and all that it starts from then on.
     *
     * @param pid as the kernel named it when it connected; it has to be the submitter's own
     */
    Joined join(Job job, Token token, int pid) throws InterruptedException;

    /** Nothing more is to be heard of a foreground job; with {@code kill} whoever is left in its control group ends. */
    void leave(Token token, boolean kill);

    /**
     * What became of it.
     *
     * @param errno why it could not be; 0: it is there
     * @param cgroup the control group's path, empty when there is none
     */
    record Joined(int errno, String cgroup) {}

    /** For one user, or for all of a machine. */
    enum Mode {
        EMBEDDED,
        SHARED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How the daemon is.
     *
     * @param launcherPid q-launch; empty while there is none
     * @param uptime since it came up, by the monotonic clock
     * @param socket path of the control socket
     * @param metrics address of the metrics such as {@code http://127.0.0.1:9711/metrics}; empty when off
     * @param driver a phrase about the NVIDIA driver, its version or why there is none
     * @param controls what of jobs can be limited: the sum of 1 memory, 2 processes, 4 CPUs
     * @param cgroup path below which jobs get control groups of their own; empty when none can be made
     * @param confinement to their GPUs' device files
     */
    record Status(
            long pid,
            OptionalLong launcherPid,
            String version,
            Duration uptime,
            Mode mode,
            RawBytes socket,
            Optional<String> metrics,
            String driver,
            int controls,
            Optional<RawBytes> cgroup,
            Confinement confinement) {}

    /** Whether jobs can open the device files of their own GPUs alone. */
    sealed interface Confinement {
        /** Nobody asked for it. */
        record Off() implements Confinement {}

        /** A program that the kernel asks, one for each job. */
        record Program() implements Confinement {}

        /** The devices controller of control groups version 1. */
        record Controller() implements Confinement {}

        /**
         * It was asked for and cannot be had: jobs for GPUs are refused.
         *
         * @param errno why not
         */
        record Impossible(int errno) implements Confinement {}
    }

    /**
     * How the daemon has fared.
     *
     * @param java the version of the Java runtime
     * @param protocol the version of the frames that q-launch speaks; empty while there is none
     * @param supervisors how many of them live; empty when q-launch does not say
     * @param journalBytes the journal's size on the disk
     * @param journalFormat the number of the last migration that it has had
     * @param lastCrash empty: none is known
     */
    record Health(
            String java,
            OptionalInt protocol,
            OptionalInt supervisors,
            long journalBytes,
            int journalFormat,
            Optional<Crash> lastCrash) {}

    /**
     * An end that nobody had asked for.
     *
     * @param at when it was seen
     * @param how a phrase: {@code signal 9}, {@code status 1}, or why nobody can tell
     */
    record Crash(Victim victim, Instant at, String how) {
        /** Who came to it. */
        public enum Victim {
            DAEMON,
            LAUNCHER,
            /** The daemon and q-launch. */
            BOTH,
            /** Everything. */
            MACHINE;

            public String word() {
                return name().toLowerCase(Locale.ROOT);
            }

            /** @throws IllegalArgumentException when it is no {@link #word} */
            public static Victim of(String word) {
                return valueOf(word.toUpperCase(Locale.ROOT));
            }
        }
    }

    /**
     * One setting.
     *
     * @param value in force, as TOML
     * @param byDefault the default, as TOML
     * @param source where the value is from: {@code default}, a file and line, or a variable
     * @param doc one sentence, with the unit
     */
    record Setting(String key, String value, String byDefault, String source, String doc) {}
}
