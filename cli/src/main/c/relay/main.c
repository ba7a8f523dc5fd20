/* q: brings a call to the daemon and does what comes back. It knows no commands; see docs/protocol.md. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "background.h"
#include "frame.h"
#include "output.h"
#include "protocol.h"
#include "reach.h"
#include "request.h"
#include "say.h"
#include "start.h"
#include "talk.h"
#include "where.h"

enum { MOST_TRIES = 100, PAUSE_NS = 20 * 1000 * 1000 };

/* Commands that are programs of their own, as in git: they use q, the daemon does not know them. */
static void run_external(char **words) {
    char program[PATH_MAX];
    bool setup = words[0] != NULL && strcmp(words[0], "daemon") == 0 && words[1] != NULL
                 && (strcmp(words[1], "install") == 0 || strcmp(words[1], "uninstall") == 0);
    if (!setup && (words[0] == NULL || strcmp(words[0], "demo") != 0)) {
        return;
    }
    beside(program, setup ? "daemon-setup" : words[0]);
    (void)execv(program, words);
    fail(STATUS_FAILED, "%s cannot be run: %s.", program, strerror(errno));
}

static void make_request(struct buffer *request, char **words) {
    request->start = request->end = 0;
    if (append_hello(request) < 0 || append_request(request, words) < 0) {
        fail(STATUS_USAGE, errno == EMSGSIZE ? "The command and its environment are larger than 16 MiB."
                                             : "Out of memory.");
    }
}

/* What the daemon that ended wanted the next one to be asked. The words point into the buffer. */
static void make_retry(struct buffer *request, struct buffer *retry) {
    char **words = string_list(retry->bytes + retry->start, buffer_length(retry));
    if (words == NULL) {
        fail(STATUS_FAILED, "Out of memory.");
    }
    make_request(request, words);
    free(words);
}

int main(int argc, char **argv) {
    char **words = argv + (argc > 0 ? 1 : 0);
    struct place place;
    struct buffer request = {.limit = REQUEST_BYTES};
    struct buffer retry = {.limit = REQUEST_BYTES};
    bool deserted = false;
    hold_standard_streams();
    run_external(words);
    find_place(&place);
    make_request(&request, words);
    int status = ASK_AGAIN;
    for (int tries = 0; status == ASK_AGAIN && tries < MOST_TRIES; tries++) {
        if (tries > 0) {
            struct timespec pause = {.tv_nsec = PAUSE_NS};
            (void)nanosleep(&pause, NULL); /* the one that ends may still be at its door */
        }
        int fd = deserted ? reach_next(&place) : reach(&place, words);
        /* When the daemon hangs up before it has read everything, it has said why. */
        (void)send_all(fd, &request);
        status = talk(&place, fd, &retry);
        if (status == ASK_FROM_BACKGROUND) {
            go_to_background();
            request.bytes[request.start + FRAME_HEADER + 1] |= BACKGROUND; /* HELLO is the first frame */
            status = ASK_AGAIN;
        } else if (status == ASK_NEXT_DAEMON) {
            make_retry(&request, &retry);
            deserted = true;
            tries = 0;
            status = ASK_AGAIN;
        }
    }
    buffer_free(&request);
    buffer_free(&retry);
    if (status == ASK_AGAIN) {
        fail(STATUS_NO_DAEMON, "The daemon ends again and again. Its log is daemon.log in its state directory.");
    }
    return status;
}
