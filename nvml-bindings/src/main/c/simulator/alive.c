#include "state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAT_MAX = 1024, STATE_FIELD = 3, START_FIELD = 22 };

/* State and start time out of /proc/PID/stat. The command in it may hold blanks and brackets: the last ')' ends it. */
static bool read_stat(uint32_t pid, char *state, uint64_t *start) {
    char path[32];
    if (snprintf(path, sizeof path, "/proc/%u/stat", pid) < 0) {
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    char text[STAT_MAX];
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0) {
        return false;
    }
    text[got] = '\0';
    const char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ') {
        return false;
    }
    at += 2;
    *state = *at;
    for (int field = STATE_FIELD; field < START_FIELD; field++) {
        at = strchr(at, ' ');
        if (at == NULL) {
            return false;
        }
        at++;
    }
    *start = strtoull(at, NULL, 10);
    return true;
}

bool sim_process_alive(uint32_t pid, uint64_t start) {
    char state;
    uint64_t actual;
    return read_stat(pid, &state, &actual) && state != 'Z' && state != 'X' && (start == 0 || start == actual);
}

uint64_t sim_process_start(uint32_t pid) {
    char state;
    uint64_t start;
    return read_stat(pid, &state, &start) ? start : 0;
}
