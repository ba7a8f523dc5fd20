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

static const char *const controllers[CONTROLLERS] = {"memory", "pids", "cpu"};

/* Whether `word` is in a list of words parted by commas or blanks. */
static bool listed(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        if ((at == list || strchr(", \n", at[-1]) != NULL) && strchr(", \n", at[length]) != NULL) {
            return true;
        }
    }
    return false;
}

/* The mount point of the whole hierarchy, of version 2 or of a controller's version 1; false when there is none. */
static bool find_mount(const char *controller, char mount[PATH_MAX]) {
    char line[3 * PATH_MAX];
    char root[PATH_MAX];
    bool found = false;
    FILE *file = fopen("/proc/self/mountinfo", "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *kind = strstr(line, controller == NULL ? " - cgroup2 " : " - cgroup ");
        found = kind != NULL && (controller == NULL || listed(kind, controller))
                && sscanf(line, "%*s %*s %*s %4095s %4095s", root, mount) == 2 && strcmp(root, "/") == 0
                && strchr(mount, '\\') == NULL;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

/* Our own place in it, empty for its root. */
static bool find_own(const char *controller, char own[PATH_MAX]) {
    char line[PATH_MAX];
    bool found = false;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':');
        char *path = names == NULL ? NULL : strchr(++names, ':');
        if (path == NULL) {
            continue;
        }
        *path++ = '\0';
        found = controller == NULL ? names[0] == '\0' : listed(names, controller);
        if (found) {
            (void)snprintf(own, PATH_MAX, "%s", strcmp(path, "/") == 0 ? "" : path);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
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
    if (!find_mount(controller, mount) || !find_own(controller, own)) {
        return;
    }
    size_t end = strlen(own);
    if (end >= strlen(leaf) && strcmp(own + end - strlen(leaf), leaf) == 0) {
        own[end - strlen(leaf)] = '\0';
    }
    int length = snprintf(base, CGROUP_BYTES, "%s%s%s", mount, own, owner == NULL ? "" : "/gpuq");
    if (length < 0 || length + 64 > CGROUP_BYTES) {
        base[0] = '\0';
        return;
    }
    if (owner == NULL) {
        return;
    }
    if ((mkdir(base, 0755) < 0 && errno != EEXIST) || lchown(base, owner->uid, owner->gid) < 0) {
        base[0] = '\0';
        return;
    }
    for (int i = 0; controller == NULL && i < CONTROLLERS; i++) {
        char word[16];
        char parent[CGROUP_BYTES];
        (void)snprintf(word, sizeof word, "+%s", controllers[i]);
        (void)snprintf(parent, sizeof parent, "%.*s", length - (int)strlen("/gpuq"), base);
        (void)(cgroup_put(parent, "cgroup.subtree_control", word) && cgroup_put(base, "cgroup.subtree_control", word));
    }
}

/* Whether a controller works in the cgroups below this one. */
static bool controls(const char *base, const char *controller) {
    char text[512] = "";
    char name[PATH_MAX];
    (void)snprintf(name, sizeof name, "%s/cgroup.subtree_control", base);
    int fd = base[0] == '\0' ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    return length > 0 && listed(text, controller);
}

/* Whether we, who are or will be the owner, can make a cgroup there and put a process into it. */
static bool usable(const char *base) {
    char probe[PATH_MAX];
    (void)snprintf(probe, sizeof probe, "%s/gpuq-probe-%d", base, (int)getpid());
    if (base[0] == '\0' || mkdir(probe, 0755) < 0) {
        return false;
    }
    char procs[PATH_MAX];
    (void)snprintf(procs, sizeof procs, "%.4000s/cgroup.procs", base);
    bool writable = access(procs, W_OK) == 0;
    return rmdir(probe) == 0 && writable;
}

void bases_find(struct bases *found, const struct account *owner) {
    find_base(found->unified, NULL, owner);
    if (!usable(found->unified)) {
        found->unified[0] = '\0';
    }
    for (int i = 0; i < CONTROLLERS; i++) {
        found->version[i] = controls(found->unified, controllers[i]) ? 2 : 0;
        if (found->version[i] == 0) {
            find_base(found->legacy[i], controllers[i], owner);
            found->version[i] = usable(found->legacy[i]) ? 1 : 0;
        }
    }
}
