/* gate FIFO: a job that runs until somebody opens FIFO for writing; what keeps a queue from moving until it is full. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char end;
    int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        perror("gate");
        return 1;
    }
    return read(fd, &end, 1) < 0 ? 1 : 0;
}
