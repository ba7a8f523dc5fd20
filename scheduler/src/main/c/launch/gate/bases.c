/* Where jobs get their cgroups: in the version 2 hierarchy, wherever that is mounted, and for controllers that it does
 * not have (hybrid machines) in those of version 1. */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bases bases;

const char *const controllers[CONTROLLERS] = {"memory", "pids", "cpu", "devices"};

/* Whether `word` is in a list of words parted by commas or blanks. */
bool listed(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        if ((at == list || strchr(", \n", at[-1]) != NULL) && strchr(", \n", at[length]) != NULL) {
            return true;
        }
    }
    return false;
}

bool search(const char *name, reader *wanted, const char *argument, char found[PATH_MAX]) {
    char line[3 * PATH_MAX];
    bool result = false;
    FILE *file = fopen(name, "re");
    while (file != NULL && !result && fgets(line, sizeof line, file) != NULL) {
        result = wanted(line, argument, found);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return result;
}

/* The mount point of the whole hierarchy, of version 2 or of a controller's version 1. */
static bool is_mount(char *line, const char *controller, char mount[PATH_MAX]) {
    char root[PATH_MAX];
    const char *kind = strstr(line, controller == NULL ? " - cgroup2 " : " - cgroup ");
    return kind != NULL && (controller == NULL || listed(kind, controller))
           && sscanf(line, "%*s %*s %*s %4095s %4095s", root, mount) == 2 && strcmp(root, "/") == 0
           && strchr(mount, '\\') == NULL;
}

/* Our own place in it, empty for its root. */
static bool is_own(char *line, const char *controller, char own[PATH_MAX]) {
    line[strcspn(line, "\n")] = '\0';
    char *names = strchr(line, ':');
    char *path = names == NULL ? NULL : strchr(++names, ':');
    if (path == NULL) {
        return false;
    }
    *path++ = '\0';
    (void)snprintf(own, PATH_MAX, "%.*s", PATH_MAX - 1, strcmp(path, "/") == 0 ? "" : path);
    return controller == NULL ? names[0] == '\0' : listed(names, controller);
}

bool cgroup_put(const char *cgroup, const char *file, const char *word) {
    char name[PATH_MAX];
    int length = snprintf(name, sizeof name, "%s/%s", cgroup, file);
    int fd = length < 0 || (size_t)length >= sizeof name ? -1 : open(name, O_WRONLY | O_CLOEXEC);
    bool taken = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);
    if (fd >= 0) {
        close(fd);
    }
    return taken;
}

/* A directory for jobs' cgroups in one hierarchy: beside us or, with an owner, one that is made and handed over. Empty
 * when it cannot be, or when a job's name (54 bytes longer) would not fit. */
static void find_base(char base[CGROUP_BYTES], const char *controller, const struct account *owner) {
    static const char leaf[] = "/launcher"; /* where systemd puts us, so that controllers can be had beside it */
    char mount[PATH_MAX];
    char own[PATH_MAX];
    base[0] = '\0';
    if (!search("/proc/self/mountinfo", is_mount, controller, mount)
        || !search("/proc/self/cgroup", is_own, controller, own)) {
        return;
    }
    size_t end = strlen(own);
    if (end >= strlen(leaf) && strcmp(own + end - strlen(leaf), leaf) == 0) {
        own[end - strlen(leaf)] = '\0';
    }
    int length = snprintf(base, CGROUP_BYTES, "%s%s%s", mount, own, owner == NULL ? "" : "/gpuq");
    if (length < 0 || length + 64 > CGROUP_BYTES
        || (owner != NULL
            && ((mkdir(base, 0755) < 0 && errno != EEXIST) || lchown(base, owner->uid, owner->gid) < 0))) {
        base[0] = '\0';
        return;
    }
    for (int i = 0; owner != NULL && controller == NULL && i < CONTROL_DEVICES; i++) {
        char word[16];
        char parent[CGROUP_BYTES];
        (void)snprintf(word, sizeof word, "+%s", controllers[i]);
        (void)snprintf(parent, sizeof parent, "%.*s", length - (int)strlen("/gpuq"), base);
        (void)(cgroup_put(parent, "cgroup.subtree_control", word) && cgroup_put(base, "cgroup.subtree_control", word));
    }
}

void bases_find(struct bases *found, const struct account *owner) {
    find_base(found->unified, NULL, owner);
    for (int i = 0; i < CONTROLLERS; i++) {
        find_base(found->legacy[i], controllers[i], owner);
    }
}
