/* From root to somebody else, for good. */
#include "gate.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_A_DAY = 24 * 60 * 60, MOST_GROUPS = 65536 };

/* Whether the account was locked (a password with ! before it; a lone ! is one that never had a password) or is past
 * its day. Accounts that are not in the shadow file have neither. */
static bool barred(const char *name) {
    const struct spwd *shadow = getspnam(name);
    if (shadow == NULL) {
        return false;
    }
    const char *password = shadow->sp_pwdp != NULL ? shadow->sp_pwdp : "";
    bool locked = password[0] == '!' && strchr(password, '$') != NULL;
    return locked || (shadow->sp_expire >= 0 && time(NULL) / SECONDS_A_DAY >= shadow->sp_expire);
}

/* Who has this uid, and all groups that a login would give. 0, or -1 with errno. */
int account_find(struct account *account, uid_t uid) {
    errno = 0;
    const struct passwd *entry = getpwuid(uid);
    if (entry == NULL) {
        errno = errno == 0 ? ENOENT : errno;
        return -1;
    }
    *account = (struct account){.uid = uid, .gid = entry->pw_gid, .count = MOST_GROUPS};
    account->groups = calloc(MOST_GROUPS, sizeof *account->groups); /* only what is used of it takes memory */
    if (account->groups == NULL) {
        return -1;
    }
    errno = E2BIG;
    return getgrouplist(entry->pw_name, entry->pw_gid, account->groups, &account->count) < 0 ? -1 : 0;
}

/* Whether the account may run jobs now; asked as root, just before one starts. 0, or -1 with errno. */
int account_check(uid_t uid) {
    const struct passwd *entry = getpwuid(uid);
    if (entry == NULL || barred(entry->pw_name)) {
        errno = EKEYEXPIRED;
        return -1;
    }
    return account_session(entry->pw_name);
}

/* Whether nothing of root is left, nor a way back to it. */
static bool proven(uid_t uid, gid_t gid) {
    uid_t uids[3];
    gid_t gids[3];
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 || getresgid(&gids[0], &gids[1], &gids[2]) < 0
        || syscall(SYS_capget, &header, held) < 0) {
        return false;
    }
    bool all = uids[0] == uid && uids[1] == uid && uids[2] == uid && gids[0] == gid && gids[1] == gid && gids[2] == gid;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        all = all && (held[i].effective | held[i].permitted | held[i].inheritable) == 0;
    }
    return all && setuid(0) < 0 && seteuid(0) < 0 && (gid == 0 || setgid(0) < 0);
}

/* Groups, then group, then user, then the proof. Nobody who is the same user may look into this process until it runs
 * a program. 0, or -1 with errno: the process must then end. */
int become(const struct account *account) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, held) < 0) {
        return -1;
    }
    held[0].inheritable = held[1].inheritable = 0;
    if (syscall(SYS_capset, &header, held) < 0 || setgroups((size_t)account->count, account->groups) < 0
        || setresgid(account->gid, account->gid, account->gid) < 0
        || setresuid(account->uid, account->uid, account->uid) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0) {
        return -1;
    }
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS) {
        return -1;
    }
    if (account->uid != 0 && !proven(account->uid, account->gid)) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

/* For processes that never need any privilege again, not even through a program with the setuid bit. */
int renounce(void) {
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability) < 0) {
            return -1;
        }
    }
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
