/* Throws random frames at all of q-launch that reads bytes of others: fuzz SEED COUNT. Compiled with -Dmain=…, which
 * gives q-launch's own main another name. */
#include "../../main/c/launch/launch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef main

static uint64_t state;

static uint64_t chance(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

/* A frame whose length is mostly what is there. */
static size_t frame(uint8_t *to, size_t room, uint8_t type, size_t length) {
    if (FRAME_HEADER + length > room) {
        length = room > FRAME_HEADER ? room - FRAME_HEADER : 0;
    }
    to[0] = chance(200) == 0 ? (uint8_t)chance(256) : type;
    put_u32(to + 1, chance(200) == 0 ? (uint32_t)chance(UINT32_MAX) : (uint32_t)length);
    for (size_t i = 0; i < length; i++) {
        to[FRAME_HEADER + i] = chance(60) == 0 ? 0 : (uint8_t)(1 + chance(255));
    }
    return FRAME_HEADER + length;
}

/* Mostly of the right fields and sizes, so that what lies behind the first checks is reached too. */
static size_t order(uint8_t *to, size_t room) {
    static const size_t sizes[] = {0, TOKEN_BYTES, 12, 20, 8, 8, 4, 256, 4, 8, 8, 8, 0, 21, 1, GPUS_BYTES};
    size_t length = frame(to, room, FIELD_TOKEN, TOKEN_BYTES);
    for (uint8_t field = 2; field < sizeof sizes && field <= FIELD_GPUS && room - length > 300; field++) {
        size_t at = length;
        length += frame(to + length, room - length, field, chance(40) == 0 ? chance(64) : sizes[field]);
        if ((field == FIELD_ARGUMENTS || field == FIELD_ENVIRONMENT) && length > at + FRAME_HEADER) {
            to[length - 1] = 0;
        }
    }
    return length;
}

int main(int count, char **arguments) {
    static uint8_t bytes[4096];
    static uint8_t copy[4096];
    unsigned long whole = 0;
    if (count != 3) {
        return 2;
    }
    state = strtoull(arguments[1], NULL, 10) | 1;
    for (unsigned long left = strtoul(arguments[2], NULL, 10); left > 0; left--) {
        struct buffer buffer = {.limit = sizeof bytes};
        struct frame got;
        struct order read;
        size_t length = chance(3) == 0 ? frame(bytes, sizeof bytes, (uint8_t)chance(8), chance(512))
                                       : order(bytes, sizeof bytes);
        if (chance(4) == 0) {
            bytes[chance(length)] ^= (uint8_t)(1U << chance(8));
        }
        memcpy(copy, bytes, length);
        whole += order_read(copy, length, &read) == 0;
        order_free(&read);
        (void)order_token(&(struct frame){.type = START, .length = (uint32_t)length, .payload = bytes});
        if (buffer_append(&buffer, bytes, length) == 0) {
            while (buffer_take_frame(&buffer, 2048, &got) == FRAME_READY) {
            }
        }
        buffer_free(&buffer);
    }
    printf("%lu\n", whole);
    return 0;
}
