/* Compiled into q-launch with -DGPUQ_CRASH_POINTS, for tests alone. The file that GPUQ_CRASH names holds the name of one
 * point: whoever comes there first takes the file away and is killed as by kill -9. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void crash_point(const char *name) {
    int error = errno;
    char armed[64] = "";
    const char *path = getenv("GPUQ_CRASH");
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, armed, sizeof armed - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (length > 0 && strcmp(armed, name) == 0 && unlink(path) == 0) {
        (void)raise(SIGKILL);
    }
    errno = error;
}
