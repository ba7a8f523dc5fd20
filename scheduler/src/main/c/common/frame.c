#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 4096 };

/* Makes room for `more` bytes after the end: moves what is left to the front, then grows by doubling. */
static int reserve(struct buffer *buffer, size_t more) {
    size_t used = buffer_length(buffer);
    if (more > buffer->limit || used > buffer->limit - more) {
        errno = EMSGSIZE;
        return -1;
    }
    if (buffer->capacity - buffer->end >= more) {
        return 0;
    }
    size_t wanted = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;
    while (wanted < used + more) {
        wanted = wanted > buffer->limit / 2 ? buffer->limit : wanted * 2;
    }
    if (wanted > buffer->capacity) {
        uint8_t *bytes = realloc(buffer->bytes, wanted);
        if (bytes == NULL) {
            return -1;
        }
        buffer->bytes = bytes;
        buffer->capacity = wanted;
    }
    if (buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
    }
    return 0;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
    if (length == 0) {
        return 0;
    }
    if (reserve(buffer, length) < 0) {
        return -1;
    }
    memcpy(buffer->bytes + buffer->end, bytes, length);
    buffer->end += length;
    return 0;
}

int buffer_append_frame(struct buffer *buffer, uint8_t type, const void *payload, size_t length) {
    uint8_t header[FRAME_HEADER] = {type};
    if (length > UINT32_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    put_u32(header + 1, (uint32_t)length);
    if (reserve(buffer, FRAME_HEADER + length) < 0) {
        return -1;
    }
    /* The room is there: neither can fail, so a frame is never half in. */
    (void)buffer_append(buffer, header, sizeof header);
    return buffer_append(buffer, payload, length);
}

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){.limit = buffer->limit};
}

ssize_t buffer_fill(struct buffer *buffer, int fd) {
    size_t room = buffer->limit - buffer_length(buffer);
    if (room == 0) {
        errno = EMSGSIZE;
        return -1;
    }
    if (reserve(buffer, room < FIRST_CAPACITY ? room : FIRST_CAPACITY) < 0) {
        return -1;
    }
    size_t free_bytes = buffer->capacity - buffer->end;
    ssize_t count;
    do {
        count = read(fd, buffer->bytes + buffer->end, free_bytes < room ? free_bytes : room);
    } while (count < 0 && errno == EINTR);
    if (count > 0) {
        buffer->end += (size_t)count;
    }
    return count;
}

int buffer_drain(struct buffer *buffer, int fd) {
    while (buffer_length(buffer) > 0) {
        ssize_t count = write(fd, buffer->bytes + buffer->start, buffer_length(buffer));
        if (count >= 0) {
            buffer->start += (size_t)count;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return 0;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    buffer->start = 0;
    buffer->end = 0;
    return 0;
}

enum frame_result buffer_take_frame(struct buffer *buffer, uint32_t bound, struct frame *frame) {
    uint8_t *head = buffer->bytes + buffer->start;
    if (buffer_length(buffer) < FRAME_HEADER) {
        return FRAME_INCOMPLETE;
    }
    uint32_t length = get_u32(head + 1);
    if (length > bound) {
        return FRAME_TOO_LONG;
    }
    if (buffer_length(buffer) - FRAME_HEADER < length) {
        return FRAME_INCOMPLETE;
    }
    *frame = (struct frame){.type = head[0], .length = length, .payload = head + FRAME_HEADER};
    buffer->start += FRAME_HEADER + (size_t)length;
    return FRAME_READY;
}

int write_full(int fd, const void *bytes, size_t length) {
    const uint8_t *rest = bytes;
    while (length > 0) {
        ssize_t count = write(fd, rest, length);
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        if (count > 0) {
            rest += count;
            length -= (size_t)count;
        }
    }
    return 0;
}

enum frame_result nested_frame(uint8_t **rest, size_t *length, struct frame *frame) {
    if (*length < FRAME_HEADER) {
        return FRAME_INCOMPLETE;
    }
    uint32_t inner = get_u32(*rest + 1);
    if (*length - FRAME_HEADER < inner) {
        return FRAME_INCOMPLETE;
    }
    *frame = (struct frame){.type = (*rest)[0], .length = inner, .payload = *rest + FRAME_HEADER};
    *rest += FRAME_HEADER + (size_t)inner;
    *length -= FRAME_HEADER + (size_t)inner;
    return FRAME_READY;
}

char **string_list(uint8_t *bytes, size_t length) {
    if (length > 0 && bytes[length - 1] != '\0') {
        errno = EINVAL;
        return NULL;
    }
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += bytes[i] == '\0';
    }
    char **list = calloc(count + 1, sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) {
        list[i] = (char *)at;
        at += strlen(list[i]) + 1;
    }
    return list;
}

void put_u16(uint8_t *to, uint16_t value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

void put_u32(uint8_t *to, uint32_t value) {
    put_u16(to, (uint16_t)(value >> 16));
    put_u16(to + 2, (uint16_t)value);
}

void put_u64(uint8_t *to, uint64_t value) {
    put_u32(to, (uint32_t)(value >> 32));
    put_u32(to + 4, (uint32_t)value);
}

uint16_t get_u16(const uint8_t *from) {
    return (uint16_t)(from[0] << 8 | from[1]);
}

uint32_t get_u32(const uint8_t *from) {
    return (uint32_t)get_u16(from) << 16 | get_u16(from + 2);
}

uint64_t get_u64(const uint8_t *from) {
    return (uint64_t)get_u32(from) << 32 | get_u32(from + 4);
}
