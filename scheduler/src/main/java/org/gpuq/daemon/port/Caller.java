package org.gpuq.daemon.port;

import org.gpuq.core.model.User;

/**
 * Who is at the other end of a connection, by the kernel's word at the time it connected. Nothing that the client
 * sends changes it.
 *
 * @param user the effective user and group of the client's process
 * @param pid the client's process; it may have ended since, so its number may be another's by now
 */
public record Caller(User user, int pid) {}
