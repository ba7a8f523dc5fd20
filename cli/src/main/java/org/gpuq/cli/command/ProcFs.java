package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** Reads {@code /proc/PID} (proc_pid_stat(5) and its kin). */
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

    @Override
    public Optional<Description> describe(int pid) {
        Path directory = Path.of("/proc", Integer.toString(pid));
        try {
            int uid = (Integer) Files.getAttribute(directory, "unix:uid");
            int gid = (Integer) Files.getAttribute(directory, "unix:gid");
            String name = Files.getOwner(directory).getName();
            return Optional.of(new Description(
                    new User(uid, gid, name), realUid(directory), words(directory), workingDirectory(directory)));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int realUid(Path directory) throws IOException {
        String line = Files.readString(directory.resolve("status"), ISO_8859_1)
                .lines()
                .filter(it -> it.startsWith("Uid:"))
                .findFirst()
                .orElse("");
        return Integer.parseUnsignedInt(line.split("\\s+", -1)[1]);
    }

    private static List<RawBytes> words(Path directory) throws IOException {
        String line = new String(Files.readAllBytes(directory.resolve("cmdline")), ISO_8859_1);
        if (line.isEmpty()) {
            String name =
                    Files.readString(directory.resolve("comm"), ISO_8859_1).strip();
            return List.of(new RawBytes("[" + name + "]"));
        }
        String text = line.endsWith("\0") ? line.substring(0, line.length() - 1) : line;
        return Arrays.stream(text.split("\0", -1)).map(RawBytes::new).toList();
    }

    private static RawBytes workingDirectory(Path directory) {
        try {
            return RawBytes.utf8(
                    Files.readSymbolicLink(directory.resolve("cwd")).toString());
        } catch (IOException e) {
            return RawBytes.utf8(""); // another's process: the link is not ours to read
        }
    }
}
