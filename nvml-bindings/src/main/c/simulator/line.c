#include "line.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sim_fail(struct sim_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof error->text, format, arguments) < 0) {
        error->text[0] = '\0';
    }
    va_end(arguments);
    return false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* Reads `key=value` or `key="value"` at *at, ends both with a NUL, and moves *at behind them. */
static bool split_word(char **at, struct sim_word *word, struct sim_error *error) {
    char *key = *at;
    char *equals = key + strcspn(key, "= \t\r");
    if (*equals != '=' || equals == key) {
        return sim_fail(error, "'%.*s' is not key=value", (int)(equals - key), key);
    }
    *equals = '\0';
    char *value = equals + 1;
    char *end;
    if (*value == '"') {
        value++;
        end = strchr(value, '"');
        if (end == NULL) {
            return sim_fail(error, "the quote after %s= is never closed", key);
        }
        if (end[1] != '\0' && !is_blank(end[1])) {
            return sim_fail(error, "no blank after the quoted value of %s", key);
        }
    } else {
        end = value + strcspn(value, " \t\r");
    }
    *at = *end == '\0' ? end : end + 1;
    *end = '\0';
    *word = (struct sim_word){.key = key, .value = value};
    return true;
}

bool sim_line_split(char *text, struct sim_line *line, struct sim_error *error) {
    line->directive = NULL;
    line->count = 0;
    char *at = text;
    for (;;) {
        while (is_blank(*at)) {
            at++;
        }
        if (*at == '\0' || *at == '#') {
            return true;
        }
        if (line->directive == NULL) {
            line->directive = at;
            at += strcspn(at, " \t\r");
            if (*at != '\0') {
                *at++ = '\0';
            }
            continue;
        }
        if (line->count == SIM_WORDS_MAX) {
            return sim_fail(error, "more than %d words", (int)SIM_WORDS_MAX);
        }
        struct sim_word word;
        if (!split_word(&at, &word, error)) {
            return false;
        }
        for (size_t i = 0; i < line->count; i++) {
            if (strcmp(line->words[i].key, word.key) == 0) {
                return sim_fail(error, "%s is given twice", word.key);
            }
        }
        line->words[line->count++] = word;
    }
}

const char *sim_line_take(struct sim_line *line, const char *key) {
    for (size_t i = 0; i < line->count; i++) {
        if (strcmp(line->words[i].key, key) == 0) {
            line->words[i].taken = true;
            return line->words[i].value;
        }
    }
    return NULL;
}

bool sim_line_finish(const struct sim_line *line, struct sim_error *error) {
    for (size_t i = 0; i < line->count; i++) {
        if (!line->words[i].taken) {
            return sim_fail(error, "%s has no key '%s'", line->directive, line->words[i].key);
        }
    }
    return true;
}

bool sim_line_required(const struct sim_line *line, const char *key, struct sim_error *error) {
    for (size_t i = 0; i < line->count; i++) {
        if (strcmp(line->words[i].key, key) == 0) {
            return true;
        }
    }
    return sim_fail(error, "%s needs %s=", line->directive, key);
}

/* Digits only (or 0x…): strtoull alone would take blanks and a minus sign. */
static bool parse_number(const char *text, uint64_t max, uint64_t *out, const char **rest) {
    if (!isdigit((unsigned char)*text)) {
        return false;
    }
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, base);
    if (errno != 0 || end == text || value > max) {
        return false;
    }
    *rest = end;
    *out = value;
    return true;
}

bool sim_line_number(struct sim_line *line, const char *key, uint64_t max, uint64_t *out, struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value == NULL) {
        return true;
    }
    const char *rest;
    if (!parse_number(value, max, out, &rest) || *rest != '\0') {
        return sim_fail(error, "%s=%s is not a whole number from 0 to %" PRIu64, key, value, max);
    }
    return true;
}

bool sim_line_signed(struct sim_line *line, const char *key, int *out, struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value == NULL) {
        return true;
    }
    bool negative = *value == '-';
    uint64_t magnitude;
    const char *rest;
    if (!parse_number(negative ? value + 1 : value, INT_MAX, &magnitude, &rest) || *rest != '\0') {
        return sim_fail(error, "%s=%s is not a whole number", key, value);
    }
    *out = negative ? -(int)magnitude : (int)magnitude;
    return true;
}

bool sim_size_parse(const char *text, uint64_t *out) {
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {{"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
    uint64_t number;
    const char *unit;
    if (!parse_number(text, UINT64_MAX, &number, &unit)) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i].name) == 0) {
            if (number > UINT64_MAX >> units[i].shift) {
                return false;
            }
            *out = number << units[i].shift;
            return true;
        }
    }
    return false;
}

bool sim_line_size(struct sim_line *line, const char *key, uint64_t *out, struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value != NULL && !sim_size_parse(value, out)) {
        return sim_fail(error, "%s=%s is not a size with its unit (512MiB, 21GiB)", key, value);
    }
    return true;
}

bool sim_line_flag(struct sim_line *line, const char *key, bool *out, struct sim_error *error) {
    static const char *const names[] = {"false", "true", NULL};
    unsigned chosen = *out;
    if (!sim_line_choice(line, key, names, &chosen, error)) {
        return false;
    }
    *out = chosen == 1;
    return true;
}

bool sim_milli_parse(const char *text, uint64_t *out) {
    uint64_t whole;
    const char *rest;
    if (!parse_number(text, UINT32_MAX, &whole, &rest)) {
        return false;
    }
    uint64_t milli = whole * 1000;
    if (*rest == '.') {
        rest++;
        for (uint64_t digit = 100; isdigit((unsigned char)*rest) && digit > 0; digit /= 10) {
            milli += digit * (uint64_t)(*rest++ - '0');
        }
    }
    *out = milli;
    return *rest == '\0';
}

bool sim_line_milli(struct sim_line *line, const char *key, uint64_t *out, struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value != NULL && !sim_milli_parse(value, out)) {
        return sim_fail(error, "%s=%s is not a number with at most three decimals", key, value);
    }
    return true;
}

bool sim_line_text(struct sim_line *line, const char *key, char *out, size_t capacity, struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value == NULL) {
        return true;
    }
    size_t length = strlen(value);
    if (length == 0 || length >= capacity) {
        return sim_fail(error, "%s is empty or longer than %zu characters", key, capacity - 1);
    }
    memcpy(out, value, length + 1);
    return true;
}

bool sim_line_choice(struct sim_line *line, const char *key, const char *const names[], unsigned *out,
                     struct sim_error *error) {
    const char *value = sim_line_take(line, key);
    if (value == NULL) {
        return true;
    }
    for (unsigned i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], value) == 0) {
            *out = i;
            return true;
        }
    }
    return sim_fail(error, "%s=%s is none of its choices", key, value);
}
