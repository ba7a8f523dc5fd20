package org.gpuq.daemon.control;

/** Whose calls are taken. */
public sealed interface Admission {

    /** One user's own daemon: the socket's mode is 0600, and whoever else gets through is told so. */
    record OnlyUser(int uid) implements Admission {}

    /** The machine's daemon: the socket's mode is 0666, and the commands decide by {@code Caller}. */
    record Everybody() implements Admission {}

    /** Whether calls of this user are taken. */
    default boolean admits(int uid) {
        return switch (this) {
            case OnlyUser only -> only.uid() == uid;
            case Everybody _ -> true;
        };
    }
}
