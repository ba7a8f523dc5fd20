/* Signals to every process of a job, found by descent from its supervisor (descendants that lost their parent fall to
 * it) and by its cgroup. A pid may be used again at any time, so each process is held by a descriptor, and its start
 * time looked at again, before the signal goes out. */
#include "launch.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process {
    pid_t pid;
    pid_t parent;
    char state;
    bool ours;
    uint64_t start;
};

char *put_number(char *at, unsigned long long number) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    *at = '\0';
    return at;
}

/* The numbers after the state: the parent's pid is the first, the start time the nineteenth. False when there are fewer. */
static bool read_numbers(const char *at, struct process *process) {
    for (int i = 0; i <= 18; i++) {
        char *end;
        unsigned long long number = strtoull(at, &end, 10);
        if (end == at) {
            return false;
        }
        process->parent = i == 0 ? (pid_t)number : process->parent;
        process->start = number;
        at = end;
    }
    return true;
}

static bool read_process(pid_t pid, struct process *process) {
    char name[32];
    char text[1024];
    (void)stpcpy(put_number(stpcpy(name, "/proc/"), (unsigned)pid), "/stat");
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    /* The name, in parentheses, may itself hold blanks and parentheses: the last one ends it. */
    const char *end = strrchr(text, ')');
    if (end == NULL || end[1] != ' ' || end[2] == '\0') {
        return false;
    }
    *process = (struct process){.pid = pid, .state = end[2]};
    return read_numbers(end + 3, process);
}

static bool ended(const struct process *process) {
    return process->state == 'Z' || process->state == 'X';
}

uint64_t process_start(pid_t pid, bool zombies_too) {
    struct process process;
    return read_process(pid, &process) && (zombies_too || !ended(&process)) ? process.start : 0;
}

pid_t process_parent(pid_t pid) {
    struct process process;
    return read_process(pid, &process) ? process.parent : 0;
}

int pid_descriptor(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int by_pid(const void *a, const void *b) {
    pid_t first = ((const struct process *)a)->pid;
    pid_t second = ((const struct process *)b)->pid;
    return (first > second) - (first < second);
}

/* All processes of the machine, ordered by pid; to be freed. */
static struct process *read_all(size_t *count) {
    size_t room = 0;
    struct process *all = NULL;
    struct dirent *entry;
    DIR *directory = opendir("/proc");
    *count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0])) {
            continue;
        }
        if (*count == room) {
            room = room > 0 ? 2 * room : 256;
            struct process *more = realloc(all, room * sizeof *all);
            if (more == NULL) {
                break;
            }
            all = more;
        }
        *count += read_process(atoi(entry->d_name), &all[*count]);
    }
    if (directory != NULL) {
        closedir(directory);
    }
    if (*count > 0) {
        qsort(all, *count, sizeof *all, by_pid);
    }
    return all;
}

static struct process *find(struct process *all, size_t count, pid_t pid) {
    struct process wanted = {.pid = pid};
    return count == 0 ? NULL : bsearch(&wanted, all, count, sizeof *all, by_pid);
}

static void mark_cgroup(struct process *all, size_t count, const char *cgroup) {
    int pid;
    int fd = cgroup_open(cgroup, "cgroup.procs", O_RDONLY);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "re");
    while (file != NULL && fscanf(file, "%d", &pid) == 1) {
        struct process *member = find(all, count, pid);
        if (member != NULL) {
            member->ours = true;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static void mark_descendants(struct process *all, size_t count, pid_t root) {
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            const struct process *parent = all[i].ours ? NULL : find(all, count, all[i].parent);
            if (parent != NULL && (parent->ours || parent->pid == root)) {
                all[i].ours = changed = true;
            }
        }
    }
}

int reach(pid_t root, bool with_root, const char *cgroup, int signal_number) {
    int reached = 0;
    size_t count;
    struct process *all = read_all(&count);
    mark_cgroup(all, count, cgroup);
    if (root > 0) {
        mark_descendants(all, count, root);
    }
    for (size_t i = 0; i < count; i++) {
        bool wanted = all[i].pid == root ? with_root : all[i].ours;
        if (!wanted || ended(&all[i]) || all[i].pid == getpid()) {
            continue;
        }
        int fd = pid_descriptor(all[i].pid);
        if (fd >= 0 && process_start(all[i].pid, false) == all[i].start) {
            reached += syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0) == 0;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    free(all);
    return reached;
}
