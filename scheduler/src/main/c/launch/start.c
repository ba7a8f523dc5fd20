/* From the job fields to the program. job_run is all that happens in the job's own process; what fails there is told
 * to the supervisor through a socket that a successful exec closes. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a START frame, which names it exactly once and first; NULL: it does not. */
const uint8_t *order_token(const struct frame *start) {
    struct frame field;
    uint8_t *rest = start->payload;
    size_t length = start->length;
    bool found = nested_frame(&rest, &length, &field) == FRAME_READY && field.type == FIELD_TOKEN
                 && field.length == TOKEN_BYTES;
    return found ? field.payload : NULL;
}

/* A path as a string: NULL when a NUL is in it. */
static char *path_of(const struct frame *field) {
    return memchr(field->payload, '\0', field->length) == NULL
                   ? strndup((const char *)field->payload, field->length)
                   : NULL;
}

static bool read_limits(const struct frame *field, struct order *order) {
    if (field->length != RLIM_NLIMITS * 16) {
        return false;
    }
    for (size_t i = 0; i < RLIM_NLIMITS; i++) {
        order->limits[i].rlim_cur = get_u64(field->payload + 16 * i);
        order->limits[i].rlim_max = get_u64(field->payload + 16 * i + 8);
    }
    order->limited = true;
    return true;
}

struct bounds bounds_read(const uint8_t *from) {
    return (struct bounds){.memory = get_u64(from),
                           .processes = get_u64(from + 8),
                           .milli_cpus = get_u32(from + 16),
                           .needed = from[20]};
}

bool bounds_any(const struct bounds *bounds) {
    return bounds->memory > 0 || bounds->processes > 0 || bounds->milli_cpus > 0;
}

static bool read_field(const struct frame *field, struct order *order) {
    switch (field->type) {
        case FIELD_TOKEN:
            return field->length == TOKEN_BYTES;
        case FIELD_ARGUMENTS:
            order->arguments = string_list(field->payload, field->length);
            return order->arguments != NULL && order->arguments[0] != NULL;
        case FIELD_ENVIRONMENT:
            order->environment = string_list(field->payload, field->length);
            return order->environment != NULL;
        case FIELD_DIRECTORY:
            order->directory = path_of(field);
            return order->directory != NULL;
        case FIELD_OUTPUT:
            order->output = path_of(field);
            return order->output != NULL;
        case FIELD_UMASK:
            order->umask = field->length == 4 ? get_u32(field->payload) & 0777 : 0;
            return field->length == 4;
        case FIELD_LIMITS:
            return read_limits(field, order);
        case FIELD_JOB:
            order->job = field->length == 4 ? get_u32(field->payload) : 0;
            return field->length == 4;
        case FIELD_IDENTITY:
            order->as_user = field->length == 8;
            order->uid = order->as_user ? get_u32(field->payload) : 0;
            return order->as_user;
        case FIELD_ERRORS:
            order->errors = path_of(field);
            return order->errors != NULL;
        case FIELD_COMPRESSED:
            order->compressed = true;
            return field->length == 0;
        case FIELD_OUTPUT_LIMIT:
            order->output_limit = field->length == 8 ? get_u64(field->payload) : 0;
            return field->length == 8;
        case FIELD_BOUNDS:
            if (field->length != BOUNDS_BYTES) {
                return false;
            }
            order->bounds = bounds_read(field->payload);
            return true;
        case FIELD_NICE:
            order->nice = field->length == 1 ? (int8_t)field->payload[0] : 0;
            return field->length == 1;
        case FIELD_GPUS:
            order->confined = true;
            order->gpus = field->length == GPUS_BYTES ? field->payload : NULL;
            return field->length == GPUS_BYTES || field->length == 0;
        default:
            return false;
    }
}

int order_read(uint8_t *rest, size_t length, struct order *order) {
    struct frame field;
    unsigned seen = 0;
    const unsigned needed = 1U << FIELD_TOKEN | 1U << FIELD_ARGUMENTS | 1U << FIELD_ENVIRONMENT
                            | 1U << FIELD_DIRECTORY | 1U << FIELD_OUTPUT | 1U << FIELD_UMASK | 1U << FIELD_JOB;
    *order = (struct order){0};
    while (nested_frame(&rest, &length, &field) == FRAME_READY) {
        if (field.type > FIELD_GPUS || (seen & 1U << field.type) != 0 || !read_field(&field, order)) {
            return -1;
        }
        seen |= 1U << field.type;
    }
    return length == 0 && (seen & needed) == needed ? 0 : -1;
}

void order_free(struct order *order) {
    free(order->arguments);
    free(order->environment);
    free(order->directory);
    free(order->output);
    free(order->errors);
}

static noreturn void fail(int peer, enum stage stage) {
    struct failure failure = {.stage = (int)stage, .error = errno};
    (void)write_full(peer, &failure, sizeof failure);
    _exit(127);
}

/* The order's bytes, never freed: they are the program's arguments soon. */
static uint8_t *read_whole(int fd, size_t *length) {
    struct stat status;
    if (fstat(fd, &status) < 0 || status.st_size < 0 || status.st_size > START_LIMIT) {
        return NULL;
    }
    uint8_t *bytes = malloc((size_t)status.st_size + 1);
    *length = 0;
    while (bytes != NULL && *length < (size_t)status.st_size) {
        ssize_t count = pread(fd, bytes + *length, (size_t)status.st_size - *length, (off_t)*length);
        if (count <= 0) {
            return NULL;
        }
        *length += (size_t)count;
    }
    return bytes;
}

/* The output is a new file, or an empty one of the job's user's, left by a start that was cut off before its program ran.
 * One with something in it may be anybody's: a second name of a file can be put here and be taken away again before we
 * look how many names the file has. A link is not followed, and a pipe without a reader must not block us. */
static int open_output(const char *path) {
    const int how = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    struct stat status;
    if (path[0] == '\0') {
        return open("/dev/null", how);
    }
    int fd = open(path, how | O_CREAT | O_EXCL, 0600);
    if (fd < 0 && errno == EEXIST) {
        fd = open(path, how);
    }
    if (fd < 0 || fstat(fd, &status) < 0) {
        return -1;
    }
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || status.st_uid != geteuid() || status.st_size != 0) {
        errno = S_ISREG(status.st_mode) ? EEXIST : EINVAL;
        return -1;
    }
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 || fchmod(fd, 0600) < 0) {
        return -1;
    }
    return fd;
}

/* Between a job and its output: gzip, a child of the supervisor as the job is one, so that the job's own children are its
 * own. What it reads is in *sink. It returns once the program runs, and blocks what signals there are: it ends when the
 * job's output does. Its pid, or -1 with errno. */
static pid_t pack(const struct order *order, int output, int *sink) {
    int pipe_ends[2];
    int told[2];
    int error = 0;
    if (pipe2(pipe_ends, O_CLOEXEC) < 0 || pipe2(told, O_CLOEXEC) < 0) {
        return -1;
    }
    pid_t pid = (pid_t)syscall(SYS_clone, (unsigned long)(CLONE_PARENT | SIGCHLD), NULL, NULL, NULL, NULL);
    if (pid == 0) {
        char *arguments[] = {(char *)"gzip", (char *)"-c", NULL};
        environ = order->environment; /* whose PATH execvp searches */
        if (dup2(pipe_ends[0], STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0) {
            (void)execvp(arguments[0], arguments);
        }
        error = errno;
        (void)write_full(told[1], &error, sizeof error);
        _exit(127);
    }
    close(pipe_ends[0]);
    close(told[1]);
    if (pid < 0 || read(told[0], &error, sizeof error) > 0) {
        errno = pid < 0 ? errno : error;
        return -1;
    }
    close(told[0]);
    *sink = pipe_ends[1];
    return pid;
}

/* The supervisor gets the output, to keep it within its bound, and has the start on record before the program runs: what
 * is not on record has never run. A supervisor that is gone (or was killed meanwhile) says nothing. */
static void await_word(int supervisor, int output, pid_t packer) {
    const struct failure ready = {.error = packer};
    char word;
    if (output_hand_over(supervisor, &ready, output) < 0 || read(supervisor, &word, 1) != 1) {
        _exit(127);
    }
}

/* A hard limit above ours cannot be had without privileges: ours stands in for it. */
static int set_limits(const struct order *order) {
    for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
        struct rlimit own;
        struct rlimit wanted = order->limits[i];
        __rlimit_resource_t which = (__rlimit_resource_t)i;
        int result = getrlimit(which, &own) < 0 ? -1 : setrlimit(which, &wanted);
        if (result < 0 && errno == EPERM) {
            wanted.rlim_max = own.rlim_max;
            wanted.rlim_cur = wanted.rlim_cur < own.rlim_max ? wanted.rlim_cur : own.rlim_max;
            result = setrlimit(which, &wanted);
        }
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* Without privileges one is mostly only let rise: the nearest to it that can be had. */
static void set_nice(int wanted) {
    for (int own = getpriority(PRIO_PROCESS, 0); wanted != own && setpriority(PRIO_PROCESS, 0, wanted) < 0;) {
        wanted += wanted < own ? 1 : -1;
    }
}

noreturn void job_run(int fd, int peer) {
    struct order read_order;
    const struct order *order = &read_order;
    sigset_t none;
    size_t length = 0;
    default_signals();
    if (setsid() < 0) {
        fail(peer, STAGE_SESSION);
    }
    uint8_t *fields = read_whole(fd, &length);
    if (fields == NULL || order_read(fields, length, &read_order) < 0) {
        errno = EBADMSG;
        fail(peer, STAGE_SUPERVISOR);
    }
    if (chdir(order->directory) < 0) {
        fail(peer, STAGE_DIRECTORY);
    }
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int output = open_output(order->output);
    int errors = order->errors == NULL ? -1 : open_output(order->errors);
    int sink = output;
    pid_t packer = 0;
    if (output < 0 || null < 0 || (order->errors != NULL && errors < 0)
        || (order->compressed && (packer = pack(order, output, &sink)) < 0) || dup2(null, STDIN_FILENO) < 0
        || dup2(sink, STDOUT_FILENO) < 0 || dup2(errors < 0 ? sink : errors, STDERR_FILENO) < 0) {
        fail(peer, STAGE_OUTPUT);
    }
    await_word(peer, order->output[0] == '\0' ? -1 : output, packer);
    umask(order->umask);
    set_nice(order->nice);
    bool raised = launcher.files.rlim_max != 0; /* by q-launch, for itself; the gate leaves its own as they are */
    if (order->limited ? set_limits(order) < 0 : raised && setrlimit(RLIMIT_NOFILE, &launcher.files) < 0) {
        fail(peer, STAGE_LIMITS);
    }
    /* The socket has CLOEXEC like everything of ours; this is for what we were born with. Standard input is
     * /dev/null. */
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
        fail(peer, STAGE_EXEC);
    }
    if (sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0) {
        fail(peer, STAGE_EXEC);
    }
    environ = order->environment; /* whose PATH execvp searches */
    execvp(order->arguments[0], order->arguments);
    fail(peer, STAGE_EXEC);
}
