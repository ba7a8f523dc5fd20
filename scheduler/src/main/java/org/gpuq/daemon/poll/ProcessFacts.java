package org.gpuq.daemon.poll;

import java.util.Optional;
import org.gpuq.core.model.User;

/**
 * What /proc says of a process.
 *
 * @param parent the parent's pid
 * @param session the session's number, the pid of its leader
 * @param startTicks clock ticks after boot at which it started
 * @param command its command line, arguments separated by blanks; its name in brackets when it has none
 * @param program the file name of its executable, or its short name where the link cannot be read
 * @param cgroup its cgroup v2 path, or empty
 * @param container the id of the container it runs in, 64 hexadecimal digits
 */
public record ProcessFacts(
        int pid,
        int parent,
        int session,
        long startTicks,
        User user,
        String command,
        String program,
        String cgroup,
        Optional<String> container) {
    /** One outside all containers. */
    ProcessFacts(
            int pid,
            int parent,
            int session,
            long startTicks,
            User user,
            String command,
            String program,
            String cgroup) {
        this(pid, parent, session, startTicks, user, command, program, cgroup, Optional.empty());
    }
}
