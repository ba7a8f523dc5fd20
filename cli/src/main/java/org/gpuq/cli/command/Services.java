package org.gpuq.cli.command;

import java.time.Duration;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.Queue;

/**
 * What commands work with.
 *
 * @param attachments which connection attends to which foreground job
 * @param returnGrace how long a foreground job whose connection broke is waited for
 * @param ownUid the daemon's own user, who may act on everybody's jobs as root may
 */
public record Services(
        Queue queue,
        DaemonControl daemon,
        Processes processes,
        Attachments attachments,
        Duration returnGrace,
        int ownUid) {
    public boolean administrator(User user) {
        return user.uid() == 0 || user.uid() == ownUid;
    }
}
