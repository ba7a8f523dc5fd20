/* One line of the state file: a directive and its key=value words. */
#ifndef GPUQ_SIM_LINE_H
#define GPUQ_SIM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_WORDS_MAX = 40, SIM_ERROR_MAX = 256 };

struct sim_error {
    char text[SIM_ERROR_MAX];
};

struct sim_word {
    const char *key;
    const char *value;
    bool taken;
};

struct sim_line {
    const char *directive; /* NULL on a blank line or a comment */
    struct sim_word words[SIM_WORDS_MAX];
    size_t count;
};

/* Says what is wrong and returns false, so that a parser can `return sim_fail(…)`. */
bool sim_fail(struct sim_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Splits text in place; the line points into it. */
bool sim_line_split(char *text, struct sim_line *line, struct sim_error *error);

/* The value of a key, or NULL. What nobody takes, sim_line_finish reports. */
const char *sim_line_take(struct sim_line *line, const char *key);
bool sim_line_finish(const struct sim_line *line, struct sim_error *error);

/* Each leaves *out alone, its default, when the key is not there. */
bool sim_line_number(struct sim_line *line, const char *key, uint64_t max, uint64_t *out, struct sim_error *error);
bool sim_line_signed(struct sim_line *line, const char *key, int *out, struct sim_error *error);
bool sim_line_size(struct sim_line *line, const char *key, uint64_t *out, struct sim_error *error);
bool sim_line_flag(struct sim_line *line, const char *key, bool *out, struct sim_error *error);
bool sim_line_milli(struct sim_line *line, const char *key, uint64_t *out, struct sim_error *error);
bool sim_line_text(struct sim_line *line, const char *key, char *out, size_t capacity, struct sim_error *error);
bool sim_line_choice(struct sim_line *line, const char *key, const char *const names[], unsigned *out,
                     struct sim_error *error);
bool sim_line_required(const struct sim_line *line, const char *key, struct sim_error *error);

/* `21GiB`, `512MiB`, `64KiB`, `10B`, `1TiB`: a whole number and its unit. */
bool sim_size_parse(const char *text, uint64_t *out);
/* A decimal number in thousandths: `1.5` is 1500. */
bool sim_milli_parse(const char *text, uint64_t *out);

#endif
