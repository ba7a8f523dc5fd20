package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code /proc/PID/stat} (proc_pid_stat(5)). */
final class ProcFs implements Processes {
    /** Counted behind the name in brackets, which may itself hold blanks and brackets. */
    private static final int PARENT = 1;

    private static final int START_TIME = 19;

    @Override
    public Optional<Facts> find(int pid) {
        try {
            return parse(pid, Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }

    static Optional<Facts> parse(int pid, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > START_TIME
                ? Optional.of(new Facts(pid, Integer.parseInt(fields[PARENT]), Long.parseLong(fields[START_TIME])))
                : Optional.empty();
    }
}
