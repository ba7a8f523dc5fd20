package org.gpuq.core.job;

/**
 * Why a job's program never ran.
 *
 * @param stage what was being done
 * @param errno the kernel's error number, such as 2 (ENOENT)
 */
public record StartFailure(Stage stage, int errno) {
    /** The steps of a start, numbered as in the protocol. */
    public enum Stage {
        SUPERVISOR(1),
        RECORD(2),
        CGROUP(3),
        SESSION(4),
        IDENTITY(5),
        DIRECTORY(6),
        OUTPUT(7),
        LIMITS(8),
        EXEC(9),
        DEVICES(10);

        private final int code;

        Stage(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** A code of a newer supervisor counts as a failure of the supervisor. */
        public static Stage of(int code) {
            for (Stage stage : values()) {
                if (stage.code == code) {
                    return stage;
                }
            }
            return SUPERVISOR;
        }
    }

    /** As a shell would report it: 127 when there is no such program, 126 otherwise. */
    public int shellCode() {
        return stage == Stage.EXEC && errno == 2 ? 127 : 126;
    }
}
