/* Frames as docs/protocol.md defines them: type u8, length u32 big endian, payload. */
#ifndef GPUQ_FRAME_H
#define GPUQ_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { FRAME_HEADER = 5 };

/* A frame in place: the payload points into the buffer or the frame around it and lives as long as that. */
struct frame {
    uint8_t type;
    uint32_t length;
    uint8_t *payload;
};

/* A queue of bytes that grows as needed, never beyond its limit. A zeroed one with a limit is ready to use. */
struct buffer {
    uint8_t *bytes;
    size_t start; /* the first byte not yet taken */
    size_t end;
    size_t capacity;
    size_t limit;
};

enum frame_result { FRAME_READY, FRAME_INCOMPLETE, FRAME_TOO_LONG };

/* These return 0, or -1 with errno: EMSGSIZE beyond the limit, ENOMEM. After -1 the buffer is as it was. */
int buffer_append(struct buffer *buffer, const void *bytes, size_t length);
int buffer_append_frame(struct buffer *buffer, uint8_t type, const void *payload, size_t length);

void buffer_free(struct buffer *buffer);

static inline size_t buffer_length(const struct buffer *buffer) {
    return buffer->end - buffer->start;
}

/* One read into the buffer: its count, 0 at the end of the file, -1 with errno (EMSGSIZE: the buffer is full). */
ssize_t buffer_fill(struct buffer *buffer, int fd);

/* Writes as much as fd takes now: 0 when it is written or fd would block (buffer_length tells), else -1 with errno. */
int buffer_drain(struct buffer *buffer, int fd);

/* Takes the next whole frame; it stays valid until the next call that changes the buffer. */
enum frame_result buffer_take_frame(struct buffer *buffer, uint32_t bound, struct frame *frame);

/* Writes all of it to a blocking descriptor: 0, or -1 with errno. */
int write_full(int fd, const void *bytes, size_t length);

/* Walks the frames inside a payload; on FRAME_READY *rest and *length have moved behind it. FRAME_INCOMPLETE with
 * *length 0 is the end, with more a frame that was cut off. */
enum frame_result nested_frame(uint8_t **rest, size_t *length, struct frame *frame);

/* The strings of a list, NULL-terminated, to be freed by the caller; they point into bytes. NULL with errno: EINVAL
 * when the last string has no NUL, ENOMEM. */
char **string_list(uint8_t *bytes, size_t length);

void put_u16(uint8_t *to, uint16_t value);
void put_u32(uint8_t *to, uint32_t value);
void put_u64(uint8_t *to, uint64_t value);
uint16_t get_u16(const uint8_t *from);
uint32_t get_u32(const uint8_t *from);
uint64_t get_u64(const uint8_t *from);

#endif
