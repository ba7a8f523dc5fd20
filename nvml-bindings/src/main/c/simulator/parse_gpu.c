/* The lines that describe hardware: gpu and mig. */
#include "parser.h"

#include <limits.h>
#include <stdio.h>

static bool parse_gpu_health(struct sim_parser *p, struct sim_gpu *gpu) {
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

static bool parse_gpu_dynamics(struct sim_parser *p, struct sim_gpu *gpu) {
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

bool sim_parse_gpu(struct sim_parser *p) {
    static const char *const unified[] = {"false", "true", "zero", NULL};
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    if (!sim_parser_room(p, s->gpus_count, SIM_GPUS_MAX) || !sim_line_required(l, "index", p->error) ||
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

bool sim_parse_mig(struct sim_parser *p) {
    struct sim_state *s = p->state;
    struct sim_line *l = &p->line;
    struct sim_mig mig = {.name = "Simulated MIG slice", .gi_slices = 1, .ci_slices = 1, .multiprocessors = 14};
    uint64_t slot = 0;
    if (!sim_parser_room(p, s->migs_count, SIM_MIGS_MAX) || !sim_parser_gpu(p, &mig.gpu) || !sim_line_required(l, "slot", p->error) ||
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
