#include "visible.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static unsigned rank_of(const struct sim_state *state, const struct sim_gpu *gpu) {
    return (unsigned)(gpu - state->gpus);
}

static bool by_rank(const struct sim_state *state, const char *entry, struct sim_place *place) {
    char *end;
    errno = 0;
    unsigned long rank = strtoul(entry, &end, 10);
    if (!isdigit((unsigned char)*entry) || *end != '\0' || errno != 0 || rank >= state->gpus_count) {
        return false;
    }
    *place = (struct sim_place){.gpu = &state->gpus[rank], .rank = (unsigned)rank};
    return true;
}

static bool by_uuid(const struct sim_state *state, const char *entry, struct sim_place *place) {
    size_t length = strlen(entry);
    size_t matches = 0;
    for (size_t i = 0; i < state->gpus_count; i++) {
        if (strncmp(state->gpus[i].uuid, entry, length) == 0) {
            *place = (struct sim_place){.gpu = &state->gpus[i], .rank = (unsigned)i};
            matches++;
        }
    }
    for (size_t i = 0; i < state->migs_count; i++) {
        const struct sim_gpu *gpu = sim_gpu_by_index(state, state->migs[i].gpu);
        if (gpu != NULL && strncmp(state->migs[i].uuid, entry, length) == 0) {
            *place = (struct sim_place){.gpu = gpu, .mig = &state->migs[i], .rank = rank_of(state, gpu)};
            matches++;
        }
    }
    return length > strlen("GPU-") && matches == 1;
}

static bool already(const struct sim_visible *visible, const struct sim_place *place) {
    for (size_t i = 0; i < visible->count; i++) {
        if (visible->places[i].gpu == place->gpu && visible->places[i].mig == place->mig) {
            return true;
        }
    }
    return false;
}

bool sim_visible(const struct sim_state *state, const char *list, struct sim_visible *visible,
                 struct sim_error *error) {
    visible->count = 0;
    if (list == NULL) {
        for (size_t i = 0; i < state->gpus_count; i++) {
            visible->places[visible->count++] = (struct sim_place){.gpu = &state->gpus[i], .rank = (unsigned)i};
        }
        return true;
    }
    const char *at = list;
    while (*at != '\0' && visible->count < SIM_GPUS_MAX) {
        size_t length = strcspn(at, ",");
        char entry[SIM_UUID_MAX];
        struct sim_place place;
        if (length >= sizeof entry) {
            break;
        }
        memcpy(entry, at, length);
        entry[length] = '\0';
        if ((!by_rank(state, entry, &place) && !by_uuid(state, entry, &place)) || already(visible, &place)) {
            break;
        }
        visible->places[visible->count++] = place;
        at += length + (at[length] == ',' ? 1 : 0);
    }
    return visible->count > 0 || *list == '\0' || strcmp(list, "-1") == 0 ||
           sim_fail(error, "no CUDA-capable device is detected: CUDA_VISIBLE_DEVICES=%.100s names no GPU here", list);
}
