#include "where.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "say.h"

#define SHARED_DIRECTORY "/run/gpuq"

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The daemon works in another directory, so a relative path is completed here. */
static void absolute(char path[PATH_MAX], const char *given) {
    char here[PATH_MAX];
    if (given[0] == '/') {
        path_print(path, "%s", given);
    } else if (getcwd(here, sizeof here) != NULL) {
        path_print(path, "%s/%s", here, given);
    } else {
        fail(STATUS_USAGE, "The path '%s' is relative to a directory that is gone. Use one that begins with /.",
             shown(given));
    }
}

static void in_directory(struct place *place, const char *directory) {
    place->whose = OWN;
    path_print(place->state, "%s", directory);
    path_print(place->socket, "%s/q.sock", directory);
}

/* The account's home directory. Only local accounts are looked up: HOME is unset in few places, and the resolvers of
 * the others would make every call of q slower. */
static const char *home(void) {
    const char *set = setting("HOME");
    if (set != NULL) {
        return set;
    }
    static char found[PATH_MAX];
    FILE *accounts = fopen("/etc/passwd", "re");
    if (accounts != NULL) {
        for (struct passwd *entry = fgetpwent(accounts); entry != NULL; entry = fgetpwent(accounts)) {
            if (entry->pw_uid == geteuid()) {
                path_print(found, "%s", entry->pw_dir);
                break;
            }
        }
        (void)fclose(accounts);
    }
    if (found[0] == '\0') {
        fail(STATUS_NO_DAEMON,
             "HOME is not set, and /etc/passwd has no account with uid %u. Set HOME, or a directory in GPUQ_DIR.",
             (unsigned)geteuid());
    }
    return found;
}

static bool owned_directory(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

/* /tmp is everybody's: what lies there under our name has to be a directory of ours that nobody else writes to. */
static void in_tmp(struct place *place) {
    char directory[PATH_MAX];
    path_print(directory, "/tmp/gpuq-%u", (unsigned)geteuid());
    struct stat found;
    if (mkdir(directory, 0700) < 0 && errno != EEXIST) {
        fail(STATUS_NO_DAEMON, "The directory %s cannot be made: %s. Set XDG_RUNTIME_DIR or GPUQ_DIR.", directory,
             strerror(errno));
    }
    if (lstat(directory, &found) < 0 || !S_ISDIR(found.st_mode) || found.st_uid != geteuid() ||
        (found.st_mode & 077) != 0) {
        fail(STATUS_NO_DAEMON,
             "%s is not a directory that only you can enter, so somebody else may have put it there. Remove it, or set"
             " XDG_RUNTIME_DIR or GPUQ_DIR.",
             directory);
    }
    path_print(place->socket, "%s/q.sock", directory);
}

static void embedded(struct place *place) {
    place->whose = OWN;
    const char *state = setting("XDG_STATE_HOME");
    if (state != NULL && state[0] == '/') {
        path_print(place->state, "%s/gpuq", state);
    } else {
        path_print(place->state, "%s/.local/state/gpuq", home());
    }
    const char *runtime = setting("XDG_RUNTIME_DIR");
    /* After su or sudo it may still be somebody else's. */
    if (runtime != NULL && runtime[0] == '/' && owned_directory(runtime)) {
        path_print(place->socket, "%s/gpuq/q.sock", runtime);
    } else {
        in_tmp(place);
    }
}

void find_place(struct place *place) {
    *place = (struct place){.whose = NAMED};
    char directory[PATH_MAX];
    const char *given;
    struct stat found;
    if ((given = setting("GPUQ_SOCKET")) != NULL) {
        absolute(place->socket, given);
    } else if ((given = setting("GPUQ_DIR")) != NULL) {
        absolute(directory, given);
        in_directory(place, directory);
    } else if ((given = setting("TS_SOCKET")) != NULL) {
        /* Its own name belongs to task-spooler, whose server may run there. */
        char beside[PATH_MAX];
        absolute(beside, given);
        path_print(directory, "%s.gpuq", beside);
        in_directory(place, directory);
    } else if (lstat(SHARED_DIRECTORY, &found) == 0) {
        /* Also while its daemon is down: two queues would give one GPU twice. */
        place->whose = SHARED;
        path_print(place->socket, "%s/q.sock", SHARED_DIRECTORY);
    } else {
        embedded(place);
    }
    if (strlen(place->socket) >= sizeof((struct sockaddr_un *)NULL)->sun_path) {
        fail(STATUS_NO_DAEMON,
             "The socket's path is longer than the %zu bytes that Unix allows: %s. Choose a shorter directory, for"
             " example in GPUQ_DIR.",
             sizeof((struct sockaddr_un *)NULL)->sun_path - 1, shown(place->socket));
    }
}

int make_directories(const char *path) {
    char made[PATH_MAX];
    path_print(made, "%s", path);
    for (char *slash = strchr(made + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(made, 0700) < 0 && errno != EEXIST && access(made, F_OK) < 0) {
            return -1;
        }
        *slash = '/';
    }
    return mkdir(made, 0700) < 0 && errno != EEXIST ? -1 : 0;
}
