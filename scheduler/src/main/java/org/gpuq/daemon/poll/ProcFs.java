package org.gpuq.daemon.poll;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gpuq.core.model.User;

/** Reads processes from /proc. Stateless and thread-safe. */
public final class ProcFs {
    /** Places in /proc/PID/stat after the name's closing bracket, where proc(5) counts from 3. */
    private static final int PARENT = 4 - 3;

    private static final int STATE = 3 - 3;
    private static final int SESSION = 6 - 3;
    private static final int THREADS = 20 - 3;
    private static final int START_TIME = 22 - 3;
    private static final int MAX_COMMAND = 4096;

    /** Of the fields of /proc/self/mountinfo, counted from 0. */
    private static final int MOUNT_POINT = 4;

    /** Any value but 0: the kernel spells them as numbers or, since 5.8, as words. */
    private static final Pattern HIDEPID = Pattern.compile("(^|,)hidepid=(?!0\\b|off\\b)");

    private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

    private final Path root;

    public ProcFs(Path root) {
        this.root = root;
    }

    /** Empty when there is no such process, or it has just gone. */
    public Optional<ProcessFacts> process(int pid) {
        Path directory = root.resolve(Integer.toString(pid));
        try {
            String stat = Files.readString(directory.resolve("stat"), ISO_8859_1);
            int open = stat.indexOf('(');
            int close = stat.lastIndexOf(')'); // the name may hold brackets and blanks itself
            String name = stat.substring(open + 1, close);
            String[] fields = stat.substring(close + 2).split(" ", -1);
            String cgroups = Files.readString(directory.resolve("cgroup"), ISO_8859_1);
            return Optional.of(new ProcessFacts(
                    pid,
                    Integer.parseInt(fields[PARENT]),
                    Integer.parseInt(fields[SESSION]),
                    Long.parseLong(fields[START_TIME]),
                    user(directory),
                    command(directory, name),
                    program(directory, name),
                    cgroup(cgroups),
                    container(cgroups)));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether that very process still runs: one that only waits for its parent to take note of its end does not, and one
     * of which only the first thread has ended does.
     */
    public boolean runs(int pid, long startTicks) {
        try {
            String stat = Files.readString(root.resolve(Integer.toString(pid)).resolve("stat"), ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean over = "ZX".contains(fields[STATE]) && Integer.parseInt(fields[THREADS]) <= 1;
            return !over && Long.parseLong(fields[START_TIME]) == startTicks;
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return false;
        }
    }

    private static User user(Path directory) throws IOException {
        int uid = (Integer) Files.getAttribute(directory, "unix:uid");
        int gid = (Integer) Files.getAttribute(directory, "unix:gid");
        return new User(uid, gid, Files.getOwner(directory).getName());
    }

    private static String command(Path directory, String name) throws IOException {
        String words = new String(Files.readAllBytes(directory.resolve("cmdline")), UTF_8);
        String line = words.replace('\0', ' ').strip();
        return line.isEmpty() ? "[" + name + "]" : line.substring(0, Math.min(line.length(), MAX_COMMAND));
    }

    private static String program(Path directory, String name) {
        try {
            Path target = Files.readSymbolicLink(directory.resolve("exe")).getFileName();
            return target == null ? name : target.toString();
        } catch (IOException e) {
            return name; // another's process: the link is not ours to read
        }
    }

    /**
     * Whether everybody sees everybody's processes here, so that nothing is told that {@code ps} would not: not where
     * /proc is mounted with hidepid and this process alone may look.
     */
    public boolean showsEverybody() {
        try (Stream<String> mounts = Files.lines(root.resolve("self").resolve("mountinfo"), ISO_8859_1)) {
            return mounts.map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > MOUNT_POINT && fields[MOUNT_POINT].equals("/proc"))
                    .map(fields -> fields[fields.length - 1])
                    .reduce((below, above) -> above)
                    .filter(options -> HIDEPID.matcher(options).find())
                    .isEmpty();
        } catch (IOException | UncheckedIOException e) {
            return true; // then nothing else can be read here either
        }
    }

    /** The line {@code 0::/path} is version 2's. */
    private static String cgroup(String cgroups) {
        return cgroups.lines()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElse("");
    }

    /** Every runtime names the container's group by the container's id; the innermost counts. */
    private static Optional<String> container(String cgroups) {
        return CONTAINER.matcher(cgroups).results().map(MatchResult::group).reduce((outer, inner) -> inner);
    }

    /**
     * The value of a variable in the environment that a process was started with; empty when it is not there, or is not
     * ours to read.
     */
    public Optional<String> variable(int pid, String name) {
        try {
            byte[] entries =
                    Files.readAllBytes(root.resolve(Integer.toString(pid)).resolve("environ"));
            String prefix = name + "=";
            return Arrays.stream(new String(entries, ISO_8859_1).split("\0", -1))
                    .filter(entry -> entry.startsWith(prefix))
                    .map(entry -> entry.substring(prefix.length()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
