#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool sim_file_read(int fd, char **text, struct sim_error *error) {
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return sim_fail(error, "cannot read it: %s", strerror(errno));
    }
    if (info.st_size > SIM_FILE_MAX) {
        return sim_fail(error, "longer than %d bytes", (int)SIM_FILE_MAX);
    }
    size_t size = (size_t)info.st_size;
    char *buffer = malloc(size + 1);
    if (buffer == NULL) {
        return sim_fail(error, "no memory for it");
    }
    size_t got = 0;
    while (got < size) {
        ssize_t n = pread(fd, buffer + got, size - got, (off_t)got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            free(buffer);
            return sim_fail(error, "cannot read it: %s", strerror(errno));
        }
        if (n == 0) {
            break; /* cut short under us: what is there is parsed, and the next look finds the rest */
        }
        got += (size_t)n;
    }
    buffer[got] = '\0';
    if (strlen(buffer) != got) {
        free(buffer);
        return sim_fail(error, "it holds a NUL byte");
    }
    *text = buffer;
    return true;
}

const struct sim_gpu *sim_gpu_by_index(const struct sim_state *state, int index) {
    for (size_t i = 0; i < state->gpus_count; i++) {
        if (state->gpus[i].index == index) {
            return &state->gpus[i];
        }
    }
    return NULL;
}

const struct sim_gpu *sim_gpu_by_uuid(const struct sim_state *state, const char *uuid) {
    for (size_t i = 0; i < state->gpus_count; i++) {
        if (strcmp(state->gpus[i].uuid, uuid) == 0) {
            return &state->gpus[i];
        }
    }
    return NULL;
}

const struct sim_mig *sim_mig_by_slot(const struct sim_state *state, int gpu, int slot) {
    for (size_t i = 0; i < state->migs_count; i++) {
        if (state->migs[i].gpu == gpu && state->migs[i].slot == slot) {
            return &state->migs[i];
        }
    }
    return NULL;
}

const struct sim_mig *sim_mig_by_uuid(const struct sim_state *state, const char *uuid) {
    for (size_t i = 0; i < state->migs_count; i++) {
        if (strcmp(state->migs[i].uuid, uuid) == 0) {
            return &state->migs[i];
        }
    }
    return NULL;
}
