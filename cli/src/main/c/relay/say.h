/* What q tells people, and how it ends. */
#ifndef GPUQ_SAY_H
#define GPUQ_SAY_H

#include <limits.h>

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NO_DAEMON = 5 };

/* One sentence on standard error. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, then the end. */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints into a path; ends q when it does not fit. */
void path_print(char path[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A name that somebody chose, for a terminal: control characters are shown as '?'. It lives until the next call. */
const char *shown(const char *name);

#endif
