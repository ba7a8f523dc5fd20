/* Asks the gate, as whoever took over what talks to it might: fuzz_gate SEED COUNT USER OUTPUTS WITNESS UID VICTIM…
 *
 * Run as root, in cgroups of its own. USER is who the loop is, UID somebody who may have jobs, and each VICTIM a process
 * that nobody may signal or move. Jobs that start leave a file in WITNESS with the uid that they run as. Compiled with
 * -Dmain=…, as fuzz.c is. */
#include "../../main/c/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#undef main

enum { MOST_GIVEN = 8, STARTED_PIDS = 16 };

static struct {
    uint64_t chance;
    unsigned long left;
    unsigned long answers[6]; /* by verb, those that were not refused */
    pid_t started[STARTED_PIDS];
} *shared; /* with the loops that come after one that the gate has ended */

static char **arguments;
static int victims;

static uint64_t chance(uint64_t below) {
    shared->chance ^= shared->chance << 13;
    shared->chance ^= shared->chance >> 7;
    shared->chance ^= shared->chance << 17;
    return shared->chance % below;
}

static void random_bytes(void *to, size_t length) {
    for (size_t i = 0; i < length; i++) {
        ((uint8_t *)to)[i] = (uint8_t)chance(256);
    }
}

static uint32_t some_uid(void) {
    const uint32_t uids[] = {0, (uint32_t)getuid(), (uint32_t)atoi(arguments[6]), 4000000000U + (uint32_t)chance(3),
                             (uint32_t)-1};
    return uids[chance(sizeof uids / sizeof uids[0])];
}

static pid_t some_pid(void) {
    const pid_t victim = atoi(arguments[7 + chance((uint64_t)victims)]);
    const pid_t pids[] = {victim, victim, 0, 1, INT_MAX, INT_MIN, door.gate, shared->started[chance(STARTED_PIDS)],
                          (pid_t)chance(40000)};
    pid_t pid = pids[chance(sizeof pids / sizeof pids[0])];
    return pid > INT_MIN && pid != getpid() && chance(3) == 0 ? -pid : pid;
}

static size_t field(uint8_t *to, uint8_t type, const void *payload, size_t length) {
    to[0] = type;
    put_u32(to + 1, (uint32_t)length);
    memcpy(to + FRAME_HEADER, payload, length);
    return FRAME_HEADER + length;
}

/* A whole order, or something else. */
static int order(const struct spawn *spawn) {
    static const char words[] = "/bin/sh\0-c\0id -u > \"$0/$$\"";
    static const char environment[] = "PATH=/usr/bin:/bin";
    static const uint8_t mask[4] = {0, 0, 0, 022};
    char command[PATH_MAX];
    uint8_t bytes[8192];
    size_t length = field(bytes, FIELD_TOKEN, spawn->token, TOKEN_BYTES);
    memcpy(command, words, sizeof words);
    size_t all = sizeof words + (size_t)snprintf(command + sizeof words, 1024, "%s", arguments[5]) + 1;
    length += field(bytes + length, FIELD_ARGUMENTS, command, all);
    length += field(bytes + length, FIELD_ENVIRONMENT, environment, sizeof environment);
    length += field(bytes + length, FIELD_DIRECTORY, "/", 1);
    length += field(bytes + length, FIELD_OUTPUT, "", 0);
    length += field(bytes + length, FIELD_UMASK, mask, sizeof mask);
    length += field(bytes + length, FIELD_JOB, mask, sizeof mask);
    if (chance(3) == 0) {
        bytes[chance(length)] ^= (uint8_t)(1 + chance(255));
    }
    int fd = memfd_create("order", MFD_CLOEXEC);
    return fd < 0 || write(fd, bytes, length) != (ssize_t)length ? -1 : fd;
}

static int some_descriptor(void) {
    int ends[2];
    switch (chance(4)) {
        case 0:
            return open("/dev/null", O_RDWR | O_CLOEXEC);
        case 1:
            return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        case 2:
            return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        default:
            if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
                return -1;
            }
            close(ends[0]);
            return ends[1];
    }
}

/* The descriptors that belong to a start, or mostly. Returns how many. */
static size_t descriptors(const struct spawn *spawn, int given[MOST_GIVEN]) {
    given[GIVEN_ORDER] = order(spawn);
    given[GIVEN_RECORD] = memfd_create("record", MFD_CLOEXEC);
    given[GIVEN_NOTES] = open("/dev/null", O_WRONLY | O_CLOEXEC);
    given[GIVEN_WORDS] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); /* nothing to be read in it */
    if (chance(6) == 0) {
        size_t which = chance(GIVEN);
        close(given[which]);
        given[which] = some_descriptor();
    }
    return GIVEN;
}

static struct request some_request(void) {
    static const uint8_t cgroup[TOKEN_BYTES] = {7};
    /* Not those that the address sanitizer takes for faults of the program's. */
    static const int numbers[] = {-1, 0, SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGTERM, SIGSTOP, SIGCONT, SIGTSTP, 64, 65};
    struct request request;
    random_bytes(&request, sizeof request);
    request.verb = (enum verb)chance(6);
    if (request.verb == ASK_START && chance(8) != 0) {
        request.verb = ASK_SIGNAL; /* a start takes long */
    }
    request.spawn.uid = some_uid();
    request.spawn.as_user = (uint8_t)chance(3);
    request.spawn.confined = chance(4) == 0;
    if (chance(2) == 0) { /* the one that there is */
        memcpy(request.spawn.token, cgroup, TOKEN_BYTES);
        request.spawn.job = 7;
    }
    request.pid = some_pid();
    request.number = chance(10) == 0 ? (int)chance(UINT32_MAX) : numbers[chance(sizeof numbers / sizeof numbers[0])];
    return request;
}

static bool say_it(const void *bytes, size_t length, const int *given, size_t count) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * MOST_GIVEN)] = {0};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){
                .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int) * count)};
        memcpy(CMSG_DATA(header), given, sizeof(int) * count);
    }
    return sendmsg(door.asked, &message, MSG_NOSIGNAL) >= 0;
}

static void remember(const struct request *request, const struct answer *answer) {
    if (answer->pid >= 0 && request->verb < 6) {
        shared->answers[request->verb]++;
    }
    if (answer->pid > 0) {
        shared->started[chance(STARTED_PIDS)] = answer->pid;
    }
}

/* One question; false when the gate has ended the conversation. */
static bool ask(void) {
    struct request request = some_request();
    struct answer answer;
    struct news news;
    int given[MOST_GIVEN];
    size_t count = request.verb == ASK_START ? descriptors(&request.spawn, given) : 0;
    size_t length = sizeof request;
    if (chance(4000) == 0) { /* of the wrong size, or with the wrong descriptors */
        length = chance(sizeof request + 1);
        while (count < MOST_GIVEN && chance(2) == 0) {
            given[count++] = some_descriptor();
        }
    }
    bool open = say_it(&request, length, given, count)
                && recv(door.asked, &answer, sizeof answer, 0) == (ssize_t)sizeof answer;
    for (size_t i = 0; i < count; i++) {
        close(given[i]);
    }
    while (recv(door.news, &news, sizeof news, MSG_DONTWAIT) == (ssize_t)sizeof news) {
    }
    if (open) {
        remember(&request, &answer);
    }
    return open;
}

int main(int count, char **all) {
    arguments = all;
    victims = count - 7;
    if (victims < 1) {
        return 2;
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared->chance = strtoull(all[1], NULL, 10) | 1;
    shared->left = strtoul(all[2], NULL, 10);
    char *words[] = {all[0], (char *)"--user", all[3], (char *)"--outputs", all[4], (char *)"--", (char *)"x", NULL};
    (void)gate_open(7, words);
    char cgroup[CGROUP_BYTES];
    const uint8_t token[TOKEN_BYTES] = {7};
    for (int i = -1; i < CONTROLLERS; i++) { /* as the loop would make them */
        (void)cgroup_path(cgroup, i < 0 ? bases.unified : bases.legacy[i], 7, token);
        (void)mkdir(cgroup, 0755);
    }
    while (shared->left > 0) {
        shared->left--;
        if (!ask()) {
            return 1; /* and is started again */
        }
    }
    printf("started %lu signalled %lu joined %lu confined %lu\n", shared->answers[ASK_START],
           shared->answers[ASK_SIGNAL], shared->answers[ASK_JOIN], shared->answers[ASK_CONFINE]);
    return 0;
}
