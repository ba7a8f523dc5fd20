package org.gpuq.cli.command;

import java.util.function.Predicate;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Role;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.User;

/**
 * Who is who, and what the configuration leaves open.
 *
 * @param administrators root, the daemon's own user, and whom the configuration adds
 * @param showCommands whether everybody sees the command lines and directories of everybody's jobs
 * @param showProcesses whether everybody sees the command lines of processes that are no job's, as {@code ps} shows them
 * @param rootJobs whether root may submit jobs
 */
public record Rules(Predicate<User> administrators, boolean showCommands, boolean showProcesses, boolean rootJobs) {
    /** What somebody is to the daemon. */
    Role role(User user) {
        return Role.of(user, administrators.test(user));
    }

    boolean allows(User user, Deed deed, Job job) {
        return allows(Role.of(user, administrators.test(user), job), deed);
    }

    /** For what is done to nobody's job in particular. */
    boolean allows(User user, Deed deed) {
        return allows(role(user), deed);
    }

    private boolean allows(Role role, Deed deed) {
        return deed.allowedTo(role)
                || (deed == Deed.SEE_COMMAND && showCommands)
                || (deed == Deed.SUBMIT && role == Role.ROOT && rootJobs);
    }
}
