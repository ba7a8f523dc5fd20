package org.gpuq.core.job;

/** How a process ended, as waitpid tells it. */
public sealed interface ExitStatus {
    /**
     * It called exit.
     *
     * @param code 0 to 255
     */
    record Exited(int code) implements ExitStatus {}

    /**
     * A signal ended it.
     *
     * @param signal the signal's number
     * @param core whether it left a core file
     */
    record Killed(int signal, boolean core) implements ExitStatus {}

    /** From the status word of waitpid (Linux: signal in bits 0-6, core flag bit 7, code in bits 8-15). */
    static ExitStatus ofWaitStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited((status >> 8) & 0xff) : new Killed(signal, (status & 0x80) != 0);
    }

    /** The status a shell would report: the exit code, or 128 plus the signal's number. */
    default int shellCode() {
        return switch (this) {
            case Exited exited -> exited.code();
            case Killed killed -> 128 + killed.signal();
        };
    }

    default boolean success() {
        return shellCode() == 0;
    }
}
