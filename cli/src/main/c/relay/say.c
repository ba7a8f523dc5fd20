#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void vsay(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static void vsay(const char *format, va_list arguments) {
    char sentence[2 * PATH_MAX];
    if (vsnprintf(sentence, sizeof sentence, format, arguments) < 0) {
        return;
    }
    (void)fprintf(stderr, "q: %s\n", sentence); /* nobody is left to be told that this failed */
}

void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsay(format, arguments);
    va_end(arguments);
}

void fail(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsay(format, arguments);
    va_end(arguments);
    exit(status);
}

void path_print(char path[PATH_MAX], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, PATH_MAX, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PATH_MAX) {
        fail(STATUS_USAGE, "A path is longer than the system's %d bytes. Choose a shorter one in GPUQ_DIR.", PATH_MAX);
    }
}

const char *shown(const char *name) {
    static char copy[PATH_MAX];
    size_t i = 0;
    for (; name[i] != '\0' && i + 1 < sizeof copy; i++) {
        unsigned char c = (unsigned char)name[i];
        copy[i] = c < 0x20 || c == 0x7f ? '?' : name[i];
    }
    copy[i] = '\0';
    return copy;
}
