package org.gpuq.core.model;

/**
 * A Unix user. Who it is comes from the kernel; the name is only for people.
 *
 * @param uid the user id; two users are the same exactly when their uids are
 * @param gid the primary group at the time of asking
 * @param name the login name, or the uid in digits where none is known
 */
public record User(int uid, int gid, String name) {
    public boolean is(User other) {
        return uid == other.uid;
    }
}
