package org.gpuq.core.engine;

import org.gpuq.core.job.Job;
import org.gpuq.core.model.User;

/** What somebody is to a job, or to the daemon; the first that fits. */
public enum Role {
    OWNER,
    ROOT,
    ADMINISTRATOR,
    OTHER;

    /** @param administrator whether {@code user} may act for everybody */
    public static Role of(User user, boolean administrator, Job job) {
        return job.spec().user().is(user) ? OWNER : of(user, administrator);
    }

    /** The same where it is about nobody's job in particular. */
    public static Role of(User user, boolean administrator) {
        if (user.uid() == 0) {
            return ROOT;
        }
        return administrator ? ADMINISTRATOR : OTHER;
    }
}
