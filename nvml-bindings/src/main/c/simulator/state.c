#include "state.h"

#include "calls.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const call_names[] = {
#define SIM_NAME(name) #name,
    SIM_CALLS(SIM_NAME)
#undef SIM_NAME
        NULL};

/* What parsing carries along: where it is, and how often each line with a count has been seen. */
struct parser {
    struct sim_state *state;
    struct sim_line line;
    uint64_t text_hash;
    struct sim_error *error;
};

static bool room(struct parser *p, size_t count, size_t max) {
    return count < max || sim_fail(p->error, "more than %zu %s lines", max, p->line.directive);
}

static bool take_gpu(struct parser *p, int *gpu) {
    uint64_t index = 0;
    if (!sim_line_required(&p->line, "gpu", p->error) || !sim_line_number(&p->line, "gpu", INT_MAX, &index, p->error)) {
        return false;
    }
    *gpu = (int)index;
    return true;
}

static bool take_gpu_or_all(struct parser *p, int *gpu) {
    for (size_t i = 0; i < p->line.count; i++) {
        if (strcmp(p->line.words[i].key, "gpu") == 0) {
            return take_gpu(p, gpu);
        }
    }
    *gpu = SIM_ALL_GPUS;
    return true;
}

static bool take_call(struct parser *p, int *call) {
    unsigned chosen = 0;
    if (!sim_line_required(&p->line, "call", p->error) ||
        !sim_line_choice(&p->line, "call", call_names, &chosen, p->error)) {
        return false;
    }
    *call = (int)chosen;
    return true;
}

static bool parse_driver(struct parser *p) {
    static const char *const states[] = {"loaded", "absent", "mismatch", NULL};
    static const char *const needs[] = {"init", "library", NULL};
    struct sim_driver *d = &p->state->driver;
    struct sim_line *l = &p->line;
    if (!sim_line_text(l, "version", d->version, sizeof d->version, p->error) ||
        !sim_line_text(l, "nvml", d->nvml, sizeof d->nvml, p->error) ||
        !sim_line_number(l, "cuda", INT_MAX, &d->cuda, p->error) ||
        !sim_line_number(l, "stride", 32, &d->stride, p->error) ||
        !sim_line_number(l, "generation", INT_MAX, &d->generation, p->error) ||
        !sim_line_choice(l, "state", states, &d->state, p->error) ||
        !sim_line_choice(l, "needs", needs, &d->needs, p->error)) {
        return false;
    }
    return d->stride == 24 || d->stride == 32 || sim_fail(p->error, "stride is 24 or 32");
}

static bool parse_gpu_health(struct parser *p, struct sim_gpu *gpu) {
    static const char *const recoveries[] = {"none", "reset", "reboot", "drain-p2p", "drain-and-reset", NULL};
    struct sim_line *l = &p->line;
    return sim_line_flag(l, "ecc", &gpu->ecc, p->error) &&
           sim_line_number(l, "ecc_corrected", UINT64_MAX, &gpu->ecc_corrected, p->error) &&
           sim_line_number(l, "ecc_uncorrected", UINT64_MAX, &gpu->ecc_uncorrected, p->error) &&
           sim_line_number(l, "remapped_corrected", UINT32_MAX, &gpu->remapped_corrected, p->error) &&
           sim_line_number(l, "remapped_uncorrected", UINT32_MAX, &gpu->remapped_uncorrected, p->error) &&
           sim_line_flag(l, "remap_pending", &gpu->remap_pending, p->error) &&
           sim_line_flag(l, "remap_failed", &gpu->remap_failed, p->error) &&
           sim_line_choice(l, "recovery", recoveries, &gpu->recovery, p->error);
}

static bool parse_gpu_dynamics(struct parser *p, struct sim_gpu *gpu) {
    static const char *const modes[] = {"default", "exclusive-thread", "prohibited", "exclusive-process", NULL};
    struct sim_line *l = &p->line;
    return sim_line_number(l, "util", 100, &gpu->util, p->error) &&
           sim_line_number(l, "memory_util", 100, &gpu->memory_util, p->error) &&
           sim_line_signed(l, "temp", &gpu->temperature, p->error) &&
           sim_line_milli(l, "power", &gpu->power_mw, p->error) &&
           sim_line_milli(l, "power_limit", &gpu->power_limit_mw, p->error) &&
           sim_line_milli(l, "energy", &gpu->energy_mj, p->error) &&
           sim_line_number(l, "clock_graphics", UINT32_MAX, &gpu->clocks_mhz[0], p->error) &&
           sim_line_number(l, "clock_sm", UINT32_MAX, &gpu->clocks_mhz[1], p->error) &&
           sim_line_number(l, "clock_memory", UINT32_MAX, &gpu->clocks_mhz[2], p->error) &&
           sim_line_number(l, "clock_reasons", UINT64_MAX, &gpu->clock_reasons, p->error) &&
           sim_line_choice(l, "compute_mode", modes, &gpu->compute_mode, p->error) &&
           sim_line_flag(l, "persistence", &gpu->persistence, p->error) &&
           sim_line_flag(l, "mig", &gpu->mig, p->error) &&
           sim_line_number(l, "numa", 63, &gpu->numa, p->error) &&
           sim_line_number(l, "cpus", UINT64_MAX, &gpu->cpus, p->error);
}

static bool parse_gpu(struct parser *p) {
    static const char *const unified[] = {"false", "true", "zero", NULL};
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    if (!room(p, s->gpus_count, SIM_GPUS_MAX) || !sim_line_required(l, "index", p->error) ||
        !sim_line_required(l, "uuid", p->error)) {
        return false;
    }
    uint64_t index = 0;
    if (!sim_line_number(l, "index", SIM_GPUS_MAX - 1, &index, p->error)) {
        return false;
    }
    struct sim_gpu *gpu = &s->gpus[s->gpus_count];
    *gpu = (struct sim_gpu){
        .index = (int)index,
        .name = "Simulated GPU",
        .temperature = 35,
        .power_mw = 70000,
        .power_limit_mw = 700000,
        .minor = index,
        .clocks_mhz = {345, 345, 2619},
        .persistence = true,
        .ecc = true,
        .cpus = 0xff,
    };
    if (snprintf(gpu->pci, sizeof gpu->pci, "00000000:%02X:00.0", (unsigned)index + 1) < 0) {
        return sim_fail(p->error, "no PCI bus id");
    }
    if (!sim_line_text(l, "uuid", gpu->uuid, sizeof gpu->uuid, p->error) ||
        !sim_line_text(l, "name", gpu->name, sizeof gpu->name, p->error) ||
        !sim_line_text(l, "pci", gpu->pci, sizeof gpu->pci, p->error) ||
        !sim_line_choice(l, "unified", unified, &gpu->unified, p->error) ||
        (gpu->unified == SIM_UNIFIED_NO && !sim_line_required(l, "memory", p->error)) ||
        !sim_line_size(l, "memory", &gpu->memory, p->error) ||
        !sim_line_size(l, "reserved", &gpu->reserved, p->error) ||
        !sim_line_size(l, "used", &gpu->used, p->error) ||
        !sim_line_number(l, "minor", INT_MAX, &gpu->minor, p->error)) {
        return false;
    }
    if (!parse_gpu_dynamics(p, gpu) || !parse_gpu_health(p, gpu)) {
        return false;
    }
    if (sim_gpu_by_index(s, gpu->index) != NULL || sim_gpu_by_uuid(s, gpu->uuid) != NULL) {
        return sim_fail(p->error, "gpu index=%d uuid=%s: the index or the UUID is taken", gpu->index, gpu->uuid);
    }
    s->gpus_count++;
    return true;
}

static bool parse_mig(struct parser *p) {
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    struct sim_mig mig = {.name = "Simulated MIG slice", .gi_slices = 1, .ci_slices = 1, .multiprocessors = 14};
    uint64_t slot = 0;
    if (!room(p, s->migs_count, SIM_MIGS_MAX) || !take_gpu(p, &mig.gpu) || !sim_line_required(l, "slot", p->error) ||
        !sim_line_number(l, "slot", 6, &slot, p->error) || !sim_line_required(l, "uuid", p->error) ||
        !sim_line_required(l, "memory", p->error)) {
        return false;
    }
    mig.slot = (int)slot;
    mig.gi = slot + 1;
    if (!sim_line_text(l, "uuid", mig.uuid, sizeof mig.uuid, p->error) ||
        !sim_line_text(l, "name", mig.name, sizeof mig.name, p->error) ||
        !sim_line_size(l, "memory", &mig.memory, p->error) ||
        !sim_line_number(l, "gi", UINT32_MAX - 1, &mig.gi, p->error) ||
        !sim_line_number(l, "ci", UINT32_MAX - 1, &mig.ci, p->error) ||
        !sim_line_number(l, "gi_slices", 7, &mig.gi_slices, p->error) ||
        !sim_line_number(l, "ci_slices", 7, &mig.ci_slices, p->error) ||
        !sim_line_number(l, "multiprocessors", UINT32_MAX, &mig.multiprocessors, p->error)) {
        return false;
    }
    if (sim_mig_by_slot(s, mig.gpu, mig.slot) != NULL || sim_mig_by_uuid(s, mig.uuid) != NULL) {
        return sim_fail(p->error, "the slot or the UUID %s is taken", mig.uuid);
    }
    s->migs[s->migs_count++] = mig;
    return true;
}

static bool parse_process(struct parser *p) {
    static const char *const kinds[] = {"compute", "graphics", "mps", NULL};
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    struct sim_process process = {.slot = SIM_NO_SLOT};
    uint64_t pid = 0;
    uint64_t slot = UINT64_MAX;
    if (!room(p, s->processes_count, SIM_PROCESSES_MAX) || !take_gpu(p, &process.gpu) ||
        !sim_line_required(l, "pid", p->error) || !sim_line_number(l, "pid", UINT32_MAX, &pid, p->error) ||
        !sim_line_required(l, "memory", p->error)) {
        return false;
    }
    process.pid = (uint32_t)pid;
    for (size_t i = 0; i < l->count; i++) {
        process.util_known = process.util_known || strcmp(l->words[i].key, "util") == 0;
        if (strcmp(l->words[i].key, "memory") == 0 && strcmp(l->words[i].value, "unavailable") == 0) {
            process.memory = SIM_UNAVAILABLE;
            l->words[i].taken = true;
        }
    }
    if ((process.memory != SIM_UNAVAILABLE && !sim_line_size(l, "memory", &process.memory, p->error)) ||
        !sim_line_choice(l, "kind", kinds, &process.kind, p->error) ||
        !sim_line_flag(l, "stale", &process.stale, p->error) || !sim_line_number(l, "mig", 6, &slot, p->error) ||
        !sim_line_number(l, "util", UINT32_MAX, &process.util, p->error) ||
        !sim_line_number(l, "start", UINT64_MAX, &process.start, p->error)) {
        return false;
    }
    if (slot != UINT64_MAX) {
        process.slot = (int)slot;
    }
    s->processes[s->processes_count++] = process;
    return true;
}

static uint64_t occurrence(uint64_t hash, uint64_t nth) {
    return hash ^ (nth * UINT64_C(0x9e3779b97f4a7c15));
}

static bool parse_fault(struct parser *p) {
    struct sim_state *s = p->state;
    struct sim_fault fault = {.forever = true, .times = UINT64_MAX};
    sim_line_take(&p->line, "id"); /* any word: makes an equal line another one, with its own count */
    if (!room(p, s->faults_count, SIM_FAULTS_MAX) || !take_call(p, &fault.call) || !take_gpu_or_all(p, &fault.gpu) ||
        !sim_line_required(&p->line, "code", p->error) ||
        !sim_line_number(&p->line, "code", INT_MAX, &fault.code, p->error) ||
        !sim_line_number(&p->line, "times", UINT32_MAX, &fault.times, p->error)) {
        return false;
    }
    fault.forever = fault.times == UINT64_MAX;
    fault.key = p->text_hash;
    for (size_t i = 0, nth = 0; i < s->faults_count; i++) {
        if (s->faults[i].key == fault.key) {
            fault.key = occurrence(p->text_hash, ++nth);
            i = (size_t)-1;
        }
    }
    s->faults[s->faults_count++] = fault;
    return true;
}

static bool parse_delay(struct parser *p) {
    struct sim_state *s = p->state;
    struct sim_delay delay = {0};
    if (!room(p, s->delays_count, SIM_DELAYS_MAX) || !take_call(p, &delay.call) || !take_gpu_or_all(p, &delay.gpu) ||
        !sim_line_required(&p->line, "ms", p->error) ||
        !sim_line_number(&p->line, "ms", INT_MAX, &delay.ms, p->error)) {
        return false;
    }
    s->delays[s->delays_count++] = delay;
    return true;
}

static bool parse_xid(struct parser *p) {
    struct sim_state *s = p->state;
    struct sim_xid xid = {.key = p->text_hash};
    sim_line_take(&p->line, "id");
    if (!room(p, s->xids_count, SIM_XIDS_MAX) || !take_gpu(p, &xid.gpu) ||
        !sim_line_required(&p->line, "code", p->error) ||
        !sim_line_number(&p->line, "code", UINT32_MAX, &xid.code, p->error)) {
        return false;
    }
    for (size_t i = 0, nth = 0; i < s->xids_count; i++) {
        if (s->xids[i].key == xid.key) {
            xid.key = occurrence(p->text_hash, ++nth);
            i = (size_t)-1;
        }
    }
    s->xids[s->xids_count++] = xid;
    return true;
}

static bool parse_teardown(struct parser *p) {
    return sim_line_required(&p->line, "ms", p->error) &&
           sim_line_number(&p->line, "ms", INT_MAX, &p->state->teardown_ms, p->error);
}

static bool parse_missing(struct parser *p) {
    struct sim_state *s = p->state;
    if (!room(p, s->missing_count, SIM_MISSING_MAX) || !take_call(p, &s->missing[s->missing_count])) {
        return false;
    }
    s->missing_count++;
    return true;
}

static bool parse_line(struct parser *p) {
    static const struct {
        const char *name;
        bool (*parse)(struct parser *);
    } directives[] = {
        {"driver", parse_driver},     {"gpu", parse_gpu},     {"mig", parse_mig},
        {"process", parse_process},   {"fault", parse_fault}, {"delay", parse_delay},
        {"xid", parse_xid},           {"missing", parse_missing},
        {"teardown", parse_teardown},
    };
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        if (strcmp(p->line.directive, directives[i].name) == 0) {
            return directives[i].parse(p) && sim_line_finish(&p->line, p->error);
        }
    }
    return sim_fail(p->error, "'%s' is no directive", p->line.directive);
}

static uint64_t hash(const char *text) {
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return value;
}

static int by_index(const void *a, const void *b) {
    const struct sim_gpu *one = a;
    const struct sim_gpu *other = b;
    return (one->index > other->index) - (one->index < other->index);
}

static void set_defaults(struct sim_state *s) {
    s->driver = (struct sim_driver){
        .version = "580.159.04", .nvml = "13.580.159.04", .cuda = 13000, .stride = 24, .generation = 1};
    s->teardown_ms = 0;
    s->gpus_count = s->migs_count = s->processes_count = s->faults_count = 0;
    s->delays_count = s->xids_count = s->missing_count = 0;
}

bool sim_state_parse(char *text, struct sim_state *state, struct sim_error *error) {
    set_defaults(state);
    struct parser p = {.state = state, .error = error};
    size_t number = 0;
    for (char *at = text; at != NULL;) {
        char *end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        number++;
        p.text_hash = hash(at);
        if (!sim_line_split(at, &p.line, error) || (p.line.directive != NULL && !parse_line(&p))) {
            struct sim_error inner = *error;
            return sim_fail(error, "line %zu: %.200s", number, inner.text);
        }
        at = end == NULL ? NULL : end + 1;
    }
    qsort(state->gpus, state->gpus_count, sizeof state->gpus[0], by_index);
    return true;
}

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
