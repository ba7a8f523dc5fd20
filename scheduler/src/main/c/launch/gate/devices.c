/* Which GPUs' device files a job can open: its own. Of /dev/nvidia0, 1, … the major number is fixed; /dev/nvidiactl and
 * nvidia-modeset have the highest minors of it, and /dev/nvidia-uvm another major. They stay open, as does all else. */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NVIDIA_MAJOR = 195 };

static bool may_open(const struct spawn *spawn, int minor) {
    return (spawn->gpus[minor / 8] & 1 << minor % 8) != 0;
}

static int bpf(int command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

/* An instruction on r2 and a constant or, when it loads, on what r1 points to. */
static struct bpf_insn op(int code, int offset, int constant) {
    return (struct bpf_insn){.code = (uint8_t)code, .dst_reg = 2, .src_reg = BPF_CLASS(code) == BPF_LDX ? 1 : 0,
                             .off = (int16_t)offset, .imm = constant};
}

/* Version 2: a program that the kernel asks, for every process of the cgroup, with struct bpf_cgroup_dev_ctx in r1: the
 * type of the file in the lower half of its first word, then major and minor. The answer, in r0, is yes (1) unless it is
 * a GPU's device file, and none of the job's own. Each test that holds jumps over the end that follows. */
static int confine_by_program(const char *cgroup, const struct spawn *spawn) {
    const struct bpf_insn end = {.code = BPF_JMP | BPF_EXIT};
    struct bpf_insn program[13 + 2 * GPU_MINORS] = {
            {.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1},
            op(BPF_LDX | BPF_MEM | BPF_W, 0, 0), op(BPF_ALU64 | BPF_AND, 0, 0xffff),
            op(BPF_JMP | BPF_JEQ, 1, BPF_DEVCG_DEV_CHAR), end,
            op(BPF_LDX | BPF_MEM | BPF_W, 4, 0), op(BPF_JMP | BPF_JEQ, 1, NVIDIA_MAJOR), end,
            op(BPF_LDX | BPF_MEM | BPF_W, 8, 0), op(BPF_JMP | BPF_JLT, 1, GPU_MINORS), end};
    uint32_t count = 11;
    for (int minor = 0; minor < GPU_MINORS; minor++) {
        if (may_open(spawn, minor)) {
            program[count++] = op(BPF_JMP | BPF_JNE, 1, minor);
            program[count++] = end;
        }
    }
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 0};
    program[count++] = end;
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE, .insns = (uintptr_t)program, .insn_cnt = count,
                           .license = (uintptr_t) "Apache-2.0"};
    union bpf_attr attach = {.attach_type = BPF_CGROUP_DEVICE, .attach_flags = BPF_F_ALLOW_MULTI};
    int target = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int loaded = target < 0 ? -1 : bpf(BPF_PROG_LOAD, &load);
    attach.target_fd = (uint32_t)target;
    attach.attach_bpf_fd = (uint32_t)loaded;
    int result = loaded < 0 ? -1 : bpf(BPF_PROG_ATTACH, &attach);
    int error = errno;
    close(target);
    close(loaded); /* the cgroup keeps the program */
    errno = error;
    return result;
}

/* Version 1, where its controller is: a rule for each device file that is not to be opened. */
static int confine_by_rules(const char *cgroup, const struct spawn *spawn) {
    char rule[32];
    for (int minor = 0; minor < GPU_MINORS; minor++) {
        (void)snprintf(rule, sizeof rule, "c %d:%d rwm", NVIDIA_MAJOR, minor);
        if (!may_open(spawn, minor) && !cgroup_put(cgroup, "devices.deny", rule)) {
            return -1;
        }
    }
    return 0;
}

int confine(const struct spawn *spawn) {
    char cgroup[CGROUP_BYTES];
    if (cgroup_path(cgroup, bases.legacy[CONTROL_DEVICES], spawn->job, spawn->token) == 0) {
        return confine_by_rules(cgroup, spawn);
    }
    (void)cgroup_path(cgroup, bases.unified, spawn->job, spawn->token); /* an empty one cannot be opened */
    return confine_by_program(cgroup, spawn);
}
