#include "calls.h"
#include "parser.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const call_names[] = {
#define SIM_NAME(name) #name,
    SIM_CALLS(SIM_NAME)
#undef SIM_NAME
        NULL};

bool sim_parser_room(struct sim_parser *p, size_t count, size_t max) {
    return count < max || sim_fail(p->error, "more than %zu %s lines", max, p->line.directive);
}

bool sim_parser_gpu(struct sim_parser *p, int *gpu) {
    uint64_t index = 0;
    if (!sim_line_required(&p->line, "gpu", p->error) || !sim_line_number(&p->line, "gpu", INT_MAX, &index, p->error)) {
        return false;
    }
    *gpu = (int)index;
    return true;
}

static bool take_gpu_or_all(struct sim_parser *p, int *gpu) {
    for (size_t i = 0; i < p->line.count; i++) {
        if (strcmp(p->line.words[i].key, "gpu") == 0) {
            return sim_parser_gpu(p, gpu);
        }
    }
    *gpu = SIM_ALL_GPUS;
    return true;
}

static bool take_call(struct sim_parser *p, int *call) {
    unsigned chosen = 0;
    if (!sim_line_required(&p->line, "call", p->error) ||
        !sim_line_choice(&p->line, "call", call_names, &chosen, p->error)) {
        return false;
    }
    *call = (int)chosen;
    return true;
}

static bool parse_driver(struct sim_parser *p) {
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

static bool parse_process(struct sim_parser *p) {
    static const char *const kinds[] = {"compute", "graphics", "mps", NULL};
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    struct sim_process process = {.slot = SIM_NO_SLOT};
    uint64_t pid = 0;
    uint64_t slot = UINT64_MAX;
    if (!sim_parser_room(p, s->processes_count, SIM_PROCESSES_MAX) || !sim_parser_gpu(p, &process.gpu) ||
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

static bool parse_fault(struct sim_parser *p) {
    struct sim_state *s = p->state;
    struct sim_fault fault = {.forever = true, .times = UINT64_MAX};
    sim_line_take(&p->line, "id"); /* any word: makes an equal line another one, with its own count */
    if (!sim_parser_room(p, s->faults_count, SIM_FAULTS_MAX) || !take_call(p, &fault.call) || !take_gpu_or_all(p, &fault.gpu) ||
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

static bool parse_delay(struct sim_parser *p) {
    struct sim_state *s = p->state;
    struct sim_delay delay = {0};
    if (!sim_parser_room(p, s->delays_count, SIM_DELAYS_MAX) || !take_call(p, &delay.call) || !take_gpu_or_all(p, &delay.gpu) ||
        !sim_line_required(&p->line, "ms", p->error) ||
        !sim_line_number(&p->line, "ms", INT_MAX, &delay.ms, p->error)) {
        return false;
    }
    s->delays[s->delays_count++] = delay;
    return true;
}

static bool parse_xid(struct sim_parser *p) {
    struct sim_state *s = p->state;
    struct sim_xid xid = {.key = p->text_hash};
    sim_line_take(&p->line, "id");
    if (!sim_parser_room(p, s->xids_count, SIM_XIDS_MAX) || !sim_parser_gpu(p, &xid.gpu) ||
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

static bool parse_link(struct sim_parser *p) {
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    struct sim_link link = {.peer = SIM_ALL_GPUS, .active = true};
    uint64_t peer = UINT64_MAX;
    uint64_t count = 1;
    if (!sim_parser_gpu(p, &link.gpu) || !sim_line_number(l, "peer", INT_MAX, &peer, p->error) ||
        !sim_line_text(l, "switch", link.remote, sizeof link.remote, p->error) ||
        !sim_line_flag(l, "active", &link.active, p->error) || !sim_line_number(l, "count", 18, &count, p->error)) {
        return false;
    }
    if ((peer == UINT64_MAX) == (link.remote[0] == '\0')) {
        return sim_fail(p->error, "a link goes to a peer or to a switch");
    }
    if (peer != UINT64_MAX) {
        link.peer = (int)peer;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (!sim_parser_room(p, s->links_count, SIM_LINKS_MAX)) {
            return false;
        }
        s->links[s->links_count++] = link;
    }
    return true;
}

static bool parse_teardown(struct sim_parser *p) {
    return sim_line_required(&p->line, "ms", p->error) &&
           sim_line_number(&p->line, "ms", INT_MAX, &p->state->teardown_ms, p->error);
}

static bool parse_missing(struct sim_parser *p) {
    struct sim_state *s = p->state;
    if (!sim_parser_room(p, s->missing_count, SIM_MISSING_MAX) || !take_call(p, &s->missing[s->missing_count])) {
        return false;
    }
    s->missing_count++;
    return true;
}

static bool parse_line(struct sim_parser *p) {
    static const struct {
        const char *name;
        bool (*parse)(struct sim_parser *);
    } directives[] = {
        {"driver", parse_driver},     {"gpu", sim_parse_gpu},     {"mig", sim_parse_mig},
        {"process", parse_process},   {"fault", parse_fault}, {"delay", parse_delay},
        {"xid", parse_xid},           {"missing", parse_missing}, {"link", parse_link},
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
    s->delays_count = s->xids_count = s->links_count = s->missing_count = 0;
}

bool sim_state_parse(char *text, struct sim_state *state, struct sim_error *error) {
    set_defaults(state);
    struct sim_parser p = {.state = state, .error = error};
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
