package org.gpuq.cli.command;

import java.time.Duration;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.Queue;

/**
 * What commands work with.
 *
 * @param seats which connection waits for, and then attends to, which foreground job
 * @param attachments which connection attends to which run of one
 * @param returnGrace how long a foreground job whose connection broke is waited for
 * @param rules who may do what
 */
public record Services(
        Queue queue,
        DaemonControl daemon,
        Processes processes,
        Attachments<JobId> seats,
        Attachments<Token> attachments,
        Duration returnGrace,
        Rules rules) {
    public boolean administrator(User user) {
        return rules.administrators().test(user);
    }
}
