/* The frame types of docs/protocol.md that q speaks. */
#ifndef GPUQ_PROTOCOL_H
#define GPUQ_PROTOCOL_H

enum { PROTOCOL_VERSION = 1 };

enum to_daemon {
    HELLO = 1,
    ARGUMENTS = 2,
    ENVIRONMENT = 3,
    DIRECTORY = 4,
    LIMITS = 5,
    GO = 6,
    STARTED = 7,
    ENDED = 8,
    NOT_STARTED = 9,
    RESUME = 10,
    FILE_FAILED = 11,
    CAPTURED = 12
};

enum from_daemon {
    STDOUT = 64,
    STDERR = 65,
    SHOW_FILE = 66,
    FILE_END = 67,
    RUN = 68,
    EXIT = 69,
    SIGNAL = 70,
    AGAIN = 71,
    WELCOME = 72,
    DETACH = 73,
    RELEASE = 74,
    CAPTURE = 75,
    RETRY_AS = 76
};

enum job_field { JOB_TOKEN = 1, JOB_ARGUMENTS = 2, JOB_ENVIRONMENT = 3, JOB_DIRECTORY = 4 };

enum stage { STAGE_SUPERVISOR = 1, STAGE_DIRECTORY = 6, STAGE_EXEC = 9 };

enum { TOKEN_BYTES = 16, REQUEST_BYTES = 16 << 20, CAPTURE_BYTES = 64 << 10 };

#endif
