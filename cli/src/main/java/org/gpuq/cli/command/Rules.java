package org.gpuq.cli.command;

import java.util.function.Predicate;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.User;

/**
 * Who is who, and what the configuration leaves open.
 *
 * @param administrators root, the daemon's own user, and whom the configuration adds
 * @param showCommands whether everybody sees everybody's command lines and directories
 * @param rootJobs whether root may submit jobs
 */
public record Rules(Predicate<User> administrators, boolean showCommands, boolean rootJobs) {
    Role role(User user, Job job) {
        return job.spec().user().is(user) ? Role.OWNER : role(user);
    }

    Role role(User user) {
        if (user.uid() == 0) {
            return Role.ROOT;
        }
        return administrators.test(user) ? Role.ADMINISTRATOR : Role.OTHER;
    }

    boolean allows(User user, Deed deed, Job job) {
        return deed.allowedTo(role(user, job)) || (deed == Deed.SEE_COMMAND && showCommands);
    }
}
