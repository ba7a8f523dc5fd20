/* The machine's own rules for accounts and sessions, where it has PAM and a service gpuq. The library is loaded by the
 * process that is about to become the user, so that nothing needs it to be built or started. */
#include "gate.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SUCCESS = 0, CONVERSATION_FAILED = 19, SILENT = 0x8000, ESTABLISH = 0x2, DELETE = 0x4 };

struct conversation {
    int (*talk)(int count, const void **messages, void **responses, void *data);
    void *data;
};

static int say_nothing(int count, const void **messages, void **responses, void *data) {
    (void)count, (void)messages, (void)responses, (void)data;
    return CONVERSATION_FAILED; /* there is nobody to ask */
}

static bool step(void *library, void *handle, const char *name, int flags) {
    int (*function)(void *, int) = NULL;
    *(void **)&function = dlsym(library, name);
    return function != NULL && function(handle, flags) == SUCCESS;
}

/* A session is closed as root, and the process that opened it is root no more by then. So another one, that does nothing
 * else, waits for that one's end. It is no child of it, and holds nothing but the descriptor that tells. */
static int close_later(void *library, void *handle) {
    struct pollfd ended = {.fd = (int)syscall(SYS_pidfd_open, getpid(), 0), .events = POLLIN};
    long pid = ended.fd < 0 ? -1 : syscall(SYS_clone, (long)(CLONE_PARENT | SIGCHLD), NULL, NULL, NULL, NULL);
    if (pid == 0) {
        ended.fd = dup2(ended.fd, 3);
        (void)prctl(PR_SET_NAME, "gpuq-session");
        (void)close_range(4, ~0U, 0);
        while (ended.fd == 3 && poll(&ended, 1, -1) != 1) {
        }
        (void)step(library, handle, "pam_close_session", SILENT);
        (void)step(library, handle, "pam_setcred", SILENT | DELETE);
        (void)step(library, handle, "pam_end", SUCCESS);
        _exit(0);
    }
    close(ended.fd);
    return pid < 0 ? -1 : 0;
}

/* 0, or -1 with errno: the account may not run jobs now, or its session cannot be set up. */
int account_session(const char *name) {
    static const struct conversation silent = {.talk = say_nothing};
    int (*start)(const char *, const char *, const struct conversation *, void **) = NULL;
    void *handle = NULL;
    void *library = access("/etc/pam.d/gpuq", F_OK) < 0 ? NULL : dlopen("libpam.so.0", RTLD_NOW);
    if (library == NULL) {
        return 0;
    }
    *(void **)&start = dlsym(library, "pam_start");
    errno = EACCES;
    if (start == NULL || start("gpuq", name, &silent, &handle) != SUCCESS) {
        return -1;
    }
    bool allowed = step(library, handle, "pam_acct_mgmt", SILENT);
    bool opened = allowed && step(library, handle, "pam_setcred", SILENT | ESTABLISH)
                  && step(library, handle, "pam_open_session", SILENT);
    errno = allowed ? EACCES : EKEYEXPIRED;
    return opened ? close_later(library, handle) : -1;
}
