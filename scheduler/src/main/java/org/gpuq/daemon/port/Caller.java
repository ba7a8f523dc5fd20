package org.gpuq.daemon.port;

/**
 * Who is at the other end of a connection, by the kernel's word at the time it connected. Nothing that the client
 * sends changes it.
 *
 * @param uid effective user id
 * @param gid effective group id
 * @param pid the client's process; it may have ended since, so its number may be another's by now
 * @param userName the account's name, or the uid in digits when the system knows no name for it
 */
public record Caller(int uid, int gid, int pid, String userName) {}
