package org.gpuq.cli.render;

import java.util.Map;

/** What the kernel's error numbers mean (errno(3), Linux). */
final class Errno {
    private static final Map<Integer, String> MEANINGS = Map.ofEntries(
            Map.entry(1, "operation not permitted"),
            Map.entry(2, "no such file or directory"),
            Map.entry(5, "input/output error"),
            Map.entry(7, "the arguments and the environment are too long"),
            Map.entry(8, "not a program this machine can run"),
            Map.entry(11, "too many processes"),
            Map.entry(12, "out of memory"),
            Map.entry(13, "permission denied"),
            Map.entry(17, "the file exists"),
            Map.entry(19, "no such device"),
            Map.entry(20, "not a directory"),
            Map.entry(21, "is a directory"),
            Map.entry(23, "too many open files on the machine"),
            Map.entry(24, "too many open files"),
            Map.entry(26, "the program is being written to"),
            Map.entry(28, "no space left on the device"),
            Map.entry(30, "read-only file system"),
            Map.entry(36, "the name is too long"),
            Map.entry(40, "too many symbolic links"),
            Map.entry(95, "this machine has no control groups for it"),
            Map.entry(122, "disk quota exceeded"),
            Map.entry(125, "it was killed before the program ran"));

    private Errno() {}

    static String meaning(int errno) {
        return MEANINGS.getOrDefault(errno, "error " + errno);
    }
}
