/* What goes on when the file changes, and how long a process is listed. */
#include "world.h"

static bool same_process(const struct sim_process *a, const struct sim_process *b) {
    return a->pid == b->pid && a->start == b->start && a->gpu == b->gpu && a->slot == b->slot && a->kind == b->kind;
}

/* A process whose line has gone keeps its memory for the teardown, as one that has died does. */
static void carry_process(struct sim_process *old, struct sim_state *new, size_t from_file, int64_t now) {
    for (size_t i = 0; i < from_file; i++) {
        if (same_process(old, &new->processes[i])) {
            new->processes[i].dead_since_ms = old->dead_since_ms;
            return;
        }
    }
    if (old->stale || new->teardown_ms == 0 || new->processes_count == SIM_PROCESSES_MAX) {
        return;
    }
    if (old->dead_since_ms == 0) {
        old->dead_since_ms = now;
    }
    if (now - old->dead_since_ms < (int64_t)new->teardown_ms) {
        old->ghost = true;
        new->processes[new->processes_count++] = *old;
    }
}

void sim_carry_over(struct sim_state *old, struct sim_state *new) {
    for (size_t i = 0; i < new->faults_count; i++) {
        for (size_t j = 0; j < old->faults_count; j++) {
            if (new->faults[i].key == old->faults[j].key) {
                new->faults[i].spent = old->faults[j].spent;
            }
        }
    }
    for (size_t i = 0; i < new->xids_count; i++) {
        for (size_t j = 0; j < old->xids_count; j++) {
            if (new->xids[i].key == old->xids[j].key) {
                new->xids[i].delivered = old->xids[j].delivered;
            }
        }
    }
    size_t from_file = new->processes_count;
    int64_t now = sim_now_ms();
    for (size_t i = 0; i < old->processes_count; i++) {
        carry_process(&old->processes[i], new, from_file, now);
    }
}

bool sim_process_listed(struct sim_process *process) {
    if (process->stale) {
        return true;
    }
    if (!process->ghost && sim_process_alive(process->pid, process->start)) {
        process->dead_since_ms = 0;
        return true;
    }
    if (process->dead_since_ms == 0) {
        process->dead_since_ms = sim_now_ms();
    }
    return sim_now_ms() - process->dead_since_ms < (int64_t)sim_world()->teardown_ms;
}
