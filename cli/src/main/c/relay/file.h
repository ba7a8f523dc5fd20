/* Copies a file to standard output, and follows it as it grows. */
#ifndef GPUQ_FILE_H
#define GPUQ_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct shown_file {
    int fd;     /* -1: none */
    int changes; /* an inotify descriptor that becomes readable when it grows; -1: look from time to time */
    off_t at;
};

/* Opens a regular file with the caller's rights. offset: bytes from the start, or negative: the last -offset lines.
 * 0, or an errno. */
int file_open(struct shown_file *file, const char *path, int64_t offset, bool follow);

/* Copies everything that is there now. */
void file_copy(struct shown_file *file);

/* How long to wait before looking again, in milliseconds. */
int file_patience(const struct shown_file *file);

/* Takes note of the changes, before the next copy. */
void file_changed(struct shown_file *file);

void file_close(struct shown_file *file);

#endif
