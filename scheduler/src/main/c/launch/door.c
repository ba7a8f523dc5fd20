/* The loop's way to what takes privileges: asking the gate, or doing it itself where there is none. */
#include "launch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct door door = {.asked = -1, .news = -1};

/* The gate answers each request at once, and waits for nobody itself. */
static int ask(const struct request *request, const int *given) {
    struct answer answer;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * GIVEN)] = {0};
    struct iovec part = {.iov_base = (void *)request, .iov_len = sizeof *request};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (given != NULL) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){
                .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int) * GIVEN)};
        memcpy(CMSG_DATA(header), given, sizeof(int) * GIVEN);
    }
    if (sendmsg(door.asked, &message, MSG_NOSIGNAL) < 0
        || recv(door.asked, &answer, sizeof answer, 0) != (ssize_t)sizeof answer) {
        say("the gate is gone");
        exit(1);
    }
    errno = answer.error;
    return answer.pid;
}

pid_t door_spawn(const struct spawn *spawn, const int given[GIVEN]) {
    struct request request = {.verb = ASK_START, .spawn = *spawn};
    return door.gate == 0 ? spawn_job(spawn, given) : ask(&request, given);
}

int door_confine(const struct spawn *spawn) {
    struct request request = {.verb = ASK_CONFINE, .spawn = *spawn};
    return door.gate == 0 ? confine(spawn) : ask(&request, NULL);
}

int door_join(const struct spawn *spawn, pid_t pid) {
    struct request request = {.verb = ASK_JOIN, .spawn = *spawn, .pid = pid};
    return door.gate == 0 ? join_caller(spawn, pid) : ask(&request, NULL);
}

int door_signal(pid_t pid, int number) {
    struct request request = {.verb = ASK_SIGNAL, .pid = pid, .number = number};
    return door.gate == 0 ? kill(pid, number) : ask(&request, NULL);
}

/* Whether we will hear of the end of this process, which is another's child no more. */
bool door_awaits(pid_t pid) {
    siginfo_t info;
    return door.gate == 0 ? waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0
                          : process_parent(pid) == door.gate;
}

/* All there is; ends q-launch's loop when the gate is gone. */
void door_read_news(void) {
    struct news news;
    ssize_t length;
    while (door.gate != 0 && (length = recv(door.news, &news, sizeof news, MSG_DONTWAIT)) >= 0) {
        if (length != (ssize_t)sizeof news) {
            say("the gate is gone");
            exit(1);
        }
        job_child_ended(news.pid, news.status, &news.usage);
    }
}
