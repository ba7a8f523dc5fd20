#include "edit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool lock(struct sim_edit *edit, struct sim_error *error) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s.lock", edit->file);
    if (length < 0 || (size_t)length >= sizeof path) {
        return sim_fail(error, "its name is too long");
    }
    edit->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (edit->lock < 0) {
        return sim_fail(error, "cannot open its lock: %s", strerror(errno));
    }
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    while (fcntl(edit->lock, F_OFD_SETLKW, &whole) != 0) {
        if (errno != EINTR) {
            return sim_fail(error, "cannot lock it: %s", strerror(errno));
        }
    }
    return true;
}

static bool read_file(struct sim_edit *edit, struct sim_error *error) {
    int fd = open(edit->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return sim_fail(error, "cannot open it: %s", strerror(errno));
    }
    struct stat info;
    bool good = fstat(fd, &info) == 0 && sim_file_read(fd, &edit->text, error);
    close(fd);
    if (!good) {
        return false;
    }
    edit->mode = info.st_mode & 07777;
    /* Whoever may write the file may lock it. Only the lock's owner can say so, and did when he made it. */
    (void)fchmod(edit->lock, edit->mode & 0666);
    edit->length = strlen(edit->text);
    return true;
}

/* The parser takes its text apart, so it gets a copy. */
static bool parse(struct sim_edit *edit, struct sim_state *state, struct sim_error *error) {
    char *copy = strdup(edit->text);
    if (copy == NULL) {
        return sim_fail(error, "no memory for it");
    }
    bool good = sim_state_parse(copy, state, error);
    free(copy);
    return good;
}

/* Takes a line's text apart in a copy: whose process line is it, if it is one? */
static bool process_of(const char *at, size_t length, uint32_t *pid, uint64_t *start) {
    char *copy = strndup(at, length);
    if (copy == NULL) {
        return false;
    }
    struct sim_line line;
    struct sim_error error;
    uint64_t number = 0;
    *start = 0;
    bool is_process = sim_line_split(copy, &line, &error) && line.directive != NULL &&
                      strcmp(line.directive, "process") == 0 &&
                      sim_line_number(&line, "pid", UINT32_MAX, &number, &error) &&
                      sim_line_number(&line, "start", UINT64_MAX, start, &error);
    free(copy);
    *pid = (uint32_t)number;
    return is_process;
}

/* Keeps the lines that are not of `pid`, or with pid 0 those that are not of a process that has ended. Lines
 * without start= were written by a person, and stay. */
static void sieve(struct sim_edit *edit, uint32_t pid) {
    size_t kept = 0;
    for (size_t at = 0; at < edit->length;) {
        const char *newline = memchr(edit->text + at, '\n', edit->length - at);
        size_t length = newline == NULL ? edit->length - at : (size_t)(newline - (edit->text + at)) + 1;
        uint32_t owner;
        uint64_t start;
        bool drop = process_of(edit->text + at, newline == NULL ? length : length - 1, &owner, &start) &&
                    (pid != 0 ? owner == pid : start != 0 && !sim_process_alive(owner, start));
        if (!drop) {
            memmove(edit->text + kept, edit->text + at, length);
            kept += length;
        }
        at += length;
    }
    edit->text[kept] = '\0';
    edit->length = kept;
}

bool sim_edit_begin(struct sim_edit *edit, const char *file, struct sim_state *state, struct sim_error *error) {
    *edit = (struct sim_edit){.file = file, .lock = -1};
    if (!lock(edit, error) || !read_file(edit, error)) {
        sim_edit_abandon(edit);
        return false;
    }
    sieve(edit, 0);
    if (!parse(edit, state, error)) {
        sim_edit_abandon(edit);
        return false;
    }
    return true;
}

bool sim_edit_append(struct sim_edit *edit, const char *line) {
    bool cut = edit->length > 0 && edit->text[edit->length - 1] != '\n';
    size_t more = strlen(line) + (cut ? 1 : 0);
    char *grown = realloc(edit->text, edit->length + more + 1);
    if (grown == NULL) {
        return false;
    }
    edit->text = grown;
    if (cut) {
        edit->text[edit->length++] = '\n';
    }
    memcpy(edit->text + edit->length, line, strlen(line) + 1);
    edit->length += strlen(line);
    return true;
}

void sim_edit_drop_process(struct sim_edit *edit, uint32_t pid) {
    sieve(edit, pid);
}

static bool write_all(int fd, const char *text, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, text + done, length - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

bool sim_edit_finish(struct sim_edit *edit, struct sim_error *error) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s.new", edit->file); /* one writer at a time: the lock is held */
    if (length < 0 || (size_t)length >= sizeof path) {
        sim_edit_abandon(edit);
        return sim_fail(error, "its name is too long");
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        sim_edit_abandon(edit);
        return sim_fail(error, "cannot remove %.100s: %s", path, strerror(errno));
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd, edit->text, edit->length) && fchmod(fd, edit->mode) == 0;
    int problem = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        problem = errno;
    }
    if (good && rename(path, edit->file) != 0) {
        good = false;
        problem = errno;
    }
    if (!good && fd >= 0) {
        (void)unlink(path);
    }
    sim_edit_abandon(edit);
    return good || sim_fail(error, "cannot write it: %s", strerror(problem));
}

void sim_edit_abandon(struct sim_edit *edit) {
    if (edit->lock >= 0) {
        close(edit->lock);
    }
    free(edit->text);
    edit->lock = -1;
    edit->text = NULL;
}
