package org.gpuq.daemon.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names for uids, from the system's account database whatever feeds it. The JDK asks that database only for the owners
 * of files, so the caller's own entry in /proc is asked first: no process is started for it. Thread-safe; a lookup may
 * block for as long as a directory server takes.
 */
final class UserNames {

    private static final Logger LOG = LoggerFactory.getLogger(UserNames.class);
    private static final long LONGEST_LOOKUP_SECONDS = 5;

    /** An account's name can change while the daemon lives. */
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private record Name(String name, long since) {}

    private final Map<Integer, Name> names = new ConcurrentHashMap<>();

    /**
     * The name of {@code uid}, or the number itself.
     *
     * @param pid a process of that user; it is believed only when it is one
     */
    String of(int uid, int pid) throws InterruptedException {
        Name known = names.get(uid);
        if (known != null && System.nanoTime() - known.since() < KEPT_NANOS) {
            return known.name();
        }
        Optional<String> found = ownerOf(Path.of("/proc", Integer.toString(pid)), uid);
        if (found.isEmpty()) {
            found = fromDatabase(uid);
        }
        String name = found.orElse(Integer.toUnsignedString(uid));
        names.put(uid, new Name(name, System.nanoTime()));
        return name;
    }

    private static Optional<String> ownerOf(Path process, int uid) {
        try {
            if (!Files.getAttribute(process, "unix:uid").equals(uid)) {
                return Optional.empty(); // gone and its number reused, or a process that shows itself as root's
            }
            return Optional.of(Files.getOwner(process).getName());
        } catch (IOException e) {
            return Optional.empty(); // gone
        }
    }

    private static Optional<String> fromDatabase(int uid) throws InterruptedException {
        Process getent;
        try {
            getent = new ProcessBuilder("getent", "passwd", Integer.toUnsignedString(uid))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.debug("no getent here", e);
            return Optional.empty();
        }
        try (var answer = getent.getInputStream()) {
            if (!getent.waitFor(LONGEST_LOOKUP_SECONDS, TimeUnit.SECONDS) || getent.exitValue() != 0) {
                return Optional.empty();
            }
            String line = new String(answer.readNBytes(4096), StandardCharsets.UTF_8);
            int end = line.indexOf(':');
            return end > 0 ? Optional.of(line.substring(0, end)) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("getent passwd {} cannot be read", uid, e);
            return Optional.empty();
        } finally {
            getent.destroyForcibly();
        }
    }
}
