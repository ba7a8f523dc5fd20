package org.gpuq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.gpuq.core.model.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may act on everybody's jobs: root, the daemon's own user, and the members of a Unix group. The group is asked for
 * again once a minute. Thread-safe; a look may block for as long as a directory server takes.
 */
final class Administrators implements Predicate<User> {
    private static final Logger LOG = LoggerFactory.getLogger(Administrators.class);
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_LOOKUP_SECONDS = 5;

    private final int ownUid;
    private final String group;
    private Members members = new Members(-1, Set.of());
    private long lookedAt = System.nanoTime() - KEPT_NANOS;

    /** @param gid that of the group, -1 while it is not known: nobody's */
    private record Members(int gid, Set<String> names) {
        /** A line of the group database: name, password, gid, members. */
        static Members parse(String line) {
            String[] fields = line.strip().split(":", -1);
            return fields.length < 4
                    ? new Members(-1, Set.of())
                    : new Members(Integer.parseUnsignedInt(fields[2]), Set.of(fields[3].split(",", -1)));
        }
    }

    /** @param group its name; empty: none */
    Administrators(int ownUid, String group) {
        this.ownUid = ownUid;
        this.group = group;
    }

    @Override
    public boolean test(User user) {
        if (user.uid() == 0 || user.uid() == ownUid) {
            return true;
        }
        if (group.isEmpty()) {
            return false;
        }
        Members known = members();
        return (known.gid() != -1 && known.gid() == user.gid()) || known.names().contains(user.name());
    }

    private synchronized Members members() {
        if (System.nanoTime() - lookedAt >= KEPT_NANOS) {
            members = look();
            lookedAt = System.nanoTime();
        }
        return members;
    }

    private Members look() {
        Members none = new Members(-1, Set.of());
        try {
            Process getent = new ProcessBuilder("getent", "group", "--", group)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var answer = getent.getInputStream()) {
                String line = new String(answer.readNBytes(1 << 20), StandardCharsets.UTF_8);
                return getent.waitFor(LONGEST_LOOKUP_SECONDS, TimeUnit.SECONDS) && getent.exitValue() == 0
                        ? Members.parse(line)
                        : none;
            } finally {
                getent.destroyForcibly();
            }
        } catch (IOException | NumberFormatException e) {
            LOG.warn("The group {} cannot be looked up: {}", group, e.getMessage());
            return none;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none;
        }
    }
}
