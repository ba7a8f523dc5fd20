package org.gpuq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.gpuq.daemon.port.DaemonControl.Crash;
import org.gpuq.daemon.port.DaemonControl.Crash.Victim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When and how the daemon, or q-launch, last ended without having been asked to. A daemon leaves the file {@code alive}
 * in the state directory as long as it lives: the next one that finds it knows that the one before came to a bad end, and
 * q-launch, if it is the same one, has told it how. Not thread-safe, but for {@link #crash}.
 */
final class LastEnd {
    private static final Logger LOG = LoggerFactory.getLogger(LastEnd.class);

    /** {@code signal 9 1764187200} or {@code status 1 …}: how q-launch saw the daemon before this one end, and when. */
    static final String VARIABLE = "GPUQ_LAST_END";

    private final Path alive;
    private final Path file;
    private volatile Optional<Crash> crash;

    private LastEnd(Path alive, Path file, Optional<Crash> crash) {
        this.alive = alive;
        this.file = file;
        this.crash = crash;
    }

    /**
     * Looks what became of the daemon before this one, and says that this one lives.
     *
     * @param bootId the kernel's id of this boot
     */
    static LastEnd begin(Path state, String bootId, Map<String, String> environment, Instant now) throws IOException {
        LastEnd ends = new LastEnd(state.resolve("alive"), state.resolve("last-crash"), Optional.empty());
        if (Files.exists(ends.alive)) {
            boolean rebooted = !Files.readString(ends.alive).strip().equals(bootId);
            ends.note(
                    rebooted
                            ? new Crash(Victim.MACHINE, now, "it went down while the daemon ran")
                            : seen(environment, now));
        } else if (Files.exists(ends.file)) {
            ends.crash = read(Files.readString(ends.file));
        }
        Files.writeString(ends.alive, bootId + "\n");
        return ends;
    }

    private static Crash seen(Map<String, String> environment, Instant now) {
        String[] words = environment.getOrDefault(VARIABLE, "").split(" ", -1);
        try {
            if (words.length == 3) {
                return new Crash(
                        Victim.DAEMON, Instant.ofEpochSecond(Long.parseLong(words[2])), words[0] + " " + words[1]);
            }
        } catch (NumberFormatException | DateTimeException e) {
            LOG.warn("{} makes no sense: {}", VARIABLE, e.getMessage());
        }
        return new Crash(Victim.BOTH, now, "nobody saw how; it was noticed when the next daemon came up");
    }

    private static Optional<Crash> read(String line) {
        String[] parts = line.strip().split(" ", 3);
        try {
            return Optional.of(new Crash(Victim.of(parts[0]), Instant.parse(parts[1]), parts[2]));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            LOG.warn("the file that tells of the last crash makes no sense: {}", e.getMessage());
            return Optional.empty();
        }
    }

    Optional<Crash> crash() {
        return crash;
    }

    /** The old word or the new one, never half of it; without room for it, it is known as long as this daemon lives. */
    void note(Crash what) {
        crash = Optional.of(what);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(next, (what.victim().word() + " " + what.at() + " " + what.how() + "\n").getBytes(UTF_8));
            Files.move(next, file, ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("the last crash could not be written down: {}", e.getMessage());
        }
    }

    /** This daemon ends as it should. */
    void endWell() {
        try {
            Files.deleteIfExists(alive);
        } catch (IOException e) {
            LOG.warn("the next daemon will take this one's end for a crash: {}", e.getMessage());
        }
    }
}
