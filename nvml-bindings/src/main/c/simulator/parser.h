/* Turns the lines of a state file into a state: what its parts share. */
#ifndef GPUQ_SIM_PARSER_H
#define GPUQ_SIM_PARSER_H

#include "state.h"

struct sim_parser {
    struct sim_state *state;
    struct sim_line line;
    uint64_t text_hash; /* of the line as it stands in the file */
    struct sim_error *error;
};

/* Whether one more fits; if not, the error says so. */
bool sim_parser_room(struct sim_parser *p, size_t count, size_t max);
/* The gpu= that a line needs. */
bool sim_parser_gpu(struct sim_parser *p, int *gpu);

bool sim_parse_gpu(struct sim_parser *p);
bool sim_parse_mig(struct sim_parser *p);

#endif
