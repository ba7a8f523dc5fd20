/* q-launch [--user NAME --outputs DIR [--root-jobs] --] --state DIR --daemon PROGRAM [--notify FD] [--foreground]
 *          [-- ARGS…]
 *
 * The first part is for root on a shared machine: gate/gate.c.
 *
 * Exit status: 0 the daemon ended as asked (or, detached, has been started), 1 failed, 2 usage, unsafe directory or a
 * daemon that cannot start, 5 another one holds the lock. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_LOCKED = 5 };

struct launcher launcher = {.notify = -1};

uint64_t clock_us(int clock) {
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void default_signals(void) {
    /* The kernel's own struct sigaction, all zero: SIG_DFL. libc would not touch the signals it keeps for itself, and
     * somebody before us may have had them ignored. KILL and STOP refuse, and need not be set. */
    static const unsigned long action[8] = {0};
    for (int number = 1; number <= SIGRTMAX; number++) {
        (void)syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t));
    }
}

/* A sentence for the person, on standard error and for whoever waits on the notify descriptor. */
static noreturn void stop(int status, const char *what, const char *name, const char *advice) {
    say("%s %s: %s", what, name, advice);
    if (launcher.notify >= 0) {
        (void)dprintf(launcher.notify, "%s %s: %s\n", what, name, advice);
    }
    exit(status);
}

static noreturn void usage(void) {
    stop(STATUS_USAGE, "usage:", "q-launch",
         "--state DIR --daemon PROGRAM [--notify FD] [--foreground] [-- ARGS...]");
}

static void make_parents(const char *path) {
    char part[PATH_MAX];
    (void)snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0700); /* what matters is whether the directory can be opened in the end */
        *slash = '/';
    }
}

/* Made when it is missing, and refused when anybody else could put something into it. */
static int open_directory(int parent, const char *path) {
    struct stat status;
    if (mkdirat(parent, path, 0700) < 0 && errno != EEXIST) {
        stop(STATUS_FAILED, "cannot make the directory", path, strerror(errno));
    }
    int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0) {
        stop(STATUS_FAILED, "cannot open the directory", path, strerror(errno));
    }
    mode_t unwanted = door.gate != 0 ? S_IRWXG | S_IRWXO : S_IWGRP | S_IWOTH;
    if (status.st_uid != geteuid() || (status.st_mode & unwanted) != 0) {
        stop(STATUS_USAGE, "unsafe directory", path,
             door.gate != 0 ? "it must be that of --user, and closed to everybody else (chmod 700)"
                            : "it must be yours, and nobody else may write to it (chmod 700)");
    }
    return fd;
}

/* The lock file holds q-launch's pid; the daemon inherits the lock, so it is free once both are gone. */
static void take_lock(int directory, const char *path) {
    char pid[32] = "";
    launcher.lock = openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (launcher.lock < 0) {
        stop(STATUS_FAILED, "cannot open the lock in", path, strerror(errno));
    }
    if (flock(launcher.lock, LOCK_EX | LOCK_NB) == 0) {
        return;
    }
    if (errno != EWOULDBLOCK) {
        stop(STATUS_FAILED, "cannot lock", path, strerror(errno));
    }
    ssize_t length = read(launcher.lock, pid, sizeof pid - 1);
    pid[length > 0 ? strcspn(pid, "\n") : 0] = '\0';
    say("another q-launch (pid %s) serves %s", pid, path);
    if (launcher.notify >= 0) {
        (void)dprintf(launcher.notify, "LOCKED %s\n", pid);
    }
    exit(STATUS_LOCKED);
}

static void write_pid(void) {
    if (ftruncate(launcher.lock, 0) < 0 || dprintf(launcher.lock, "%d\n", (int)getpid()) < 0) {
        say("cannot write the lock file: %s", strerror(errno));
    }
}

static void open_notes(int directory, const char *path) {
    struct stat status;
    if (mkfifoat(directory, "notes", 0600) < 0 && errno != EEXIST) {
        stop(STATUS_FAILED, "cannot make the pipe in", path, strerror(errno));
    }
    launcher.notes_in = openat(directory, "notes", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (launcher.notes_in < 0 || fstat(launcher.notes_in, &status) < 0 || !S_ISFIFO(status.st_mode)) {
        stop(STATUS_FAILED, "not a named pipe: the file notes in", path, "remove it");
    }
    launcher.notes_out = openat(directory, "notes", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (launcher.notes_out < 0) {
        stop(STATUS_FAILED, "cannot open the pipe in", path, strerror(errno));
    }
}

/* Leaves the caller's session, terminal and directory. */
static void detach(int directory, const char *path) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = openat(directory, "daemon.log", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (null < 0 || log < 0) {
        stop(STATUS_FAILED, "cannot open daemon.log in", path, strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();
        if (pid < 0) {
            stop(STATUS_FAILED, "cannot detach from", path, strerror(errno));
        }
        if (pid > 0) {
            _exit(0);
        }
        if (i == 0 && setsid() < 0) {
            stop(STATUS_FAILED, "cannot detach from", path, strerror(errno));
        }
    }
    if (dup2(null, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
        stop(STATUS_FAILED, "cannot redirect to", path, strerror(errno));
    }
    close(null);
    close(log);
}

/* A descriptor that was closed for us must not become a file of ours. */
static void fill_standard_descriptors(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0) {
        exit(STATUS_FAILED);
    }
    close(fd);
}

static void own_process(void) {
    struct rlimit files;
    /* As many jobs as there are: each adopted one takes a descriptor. The daemon and jobs get the old limit. */
    if (getrlimit(RLIMIT_NOFILE, &launcher.files) < 0) {
        stop(STATUS_FAILED, "cannot read", "limits", strerror(errno));
    }
    files = (struct rlimit){.rlim_cur = launcher.files.rlim_max, .rlim_max = launcher.files.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &files) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || chdir("/") < 0) {
        stop(STATUS_FAILED, "cannot set up", "q-launch", strerror(errno));
    }
    sigset_t none;
    if (sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0) {
        stop(STATUS_FAILED, "cannot set up", "signals", strerror(errno));
    }
    (void)umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGCHLD, SIG_DFL);
    if (door.gate == 0) {
        bases_find(&bases, NULL);
    }
    cgroup_probe();
    cgroup_sweep();
    spares_sweep();
}

int main(int count, char **arguments) {
    static const struct option options[] = {{"state", required_argument, NULL, 's'},
                                            {"daemon", required_argument, NULL, 'd'},
                                            {"notify", required_argument, NULL, 'n'},
                                            {"foreground", no_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    const char *path = NULL;
    bool foreground = false;
    int option;
    fill_standard_descriptors();
    if (count > 1 && strcmp(arguments[1], "--user") == 0) {
        int used = gate_open(count, arguments); /* the rest is done in a process without privileges */
        arguments += used;
        count -= used;
    }
    while ((option = getopt_long(count, arguments, "+", options, NULL)) != -1) {
        if (option == 's') {
            path = optarg;
        } else if (option == 'd') {
            launcher.program = optarg;
        } else if (option == 'n') {
            launcher.notify = atoi(optarg);
        } else if (option == 'f') {
            foreground = true;
        } else {
            usage();
        }
    }
    if (path == NULL || path[0] != '/' || launcher.program == NULL || launcher.program[0] != '/') {
        usage();
    }
    if (launcher.notify >= 0 && (launcher.notify <= STDERR_FILENO || fcntl(launcher.notify, F_SETFD, FD_CLOEXEC) < 0)) {
        launcher.notify = -1;
        usage();
    }
    /* The daemon's argv: its program in the place of the word before its arguments, which is one of ours. */
    launcher.arguments = arguments + optind - 1;
    launcher.arguments[0] = (char *)launcher.program;

    make_parents(path);
    int directory = open_directory(AT_FDCWD, path);
    take_lock(directory, path);
    launcher.run = open_directory(directory, "run");
    open_notes(directory, path);
    if (!foreground) {
        detach(directory, path);
    }
    close(directory);
    write_pid();
    own_process();
    loop();
}
