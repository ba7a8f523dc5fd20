package org.gpuq.core.engine;

import static org.gpuq.core.engine.Role.ADMINISTRATOR;
import static org.gpuq.core.engine.Role.OTHER;
import static org.gpuq.core.engine.Role.OWNER;
import static org.gpuq.core.engine.Role.ROOT;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be done, by which commands, and who may: the one table. Decisions and commands ask it, docs/security.md shows
 * it to people, tests see to it that every command is in it and walk through all of it with real users. A command that is
 * in several rows does more for who may more.
 */
public enum Deed {
    SEE(
            "see that a job is there: owner, label, state, GPUs, times, why it waits",
            Of.A_JOB,
            by("", "list", "show", "why", "-a", "-l", "-s", "-i", "-p", "-o"),
            OWNER,
            ROOT,
            ADMINISTRATOR,
            OTHER),

    /** Others too where the configuration lets them. */
    SEE_COMMAND(
            "see its command line and directory, and those of its processes",
            Of.A_JOB,
            by("list", "show", "-l", "-i", "-o", "gpu", "gpu show"),
            OWNER,
            ROOT,
            ADMINISTRATOR),

    SEE_ENVIRONMENT("see its environment", Of.A_JOB, by()),

    WAIT("wait for it", Of.A_JOB, by("wait", "-w"), OWNER, ROOT, ADMINISTRATOR, OTHER),

    /** The file is the owner's own, and q opens it with its caller's rights. */
    READ_OUTPUT("read its output", Of.A_JOB, by("logs", "show", "-c", "-t"), OWNER, ROOT),

    CANCEL("cancel it", Of.A_JOB, by("cancel"), OWNER, ROOT, ADMINISTRATOR),

    SIGNAL("send it a signal", Of.A_JOB, by("-k"), OWNER, ROOT, ADMINISTRATOR),

    MOVE("move it in the queue, among its owner's jobs", Of.A_JOB, by("-u", "-U"), OWNER, ROOT, ADMINISTRATOR),

    /** Also one of their own. */
    MOVE_BEFORE_ALL("move it before others' jobs", Of.ALL, by("-u"), ROOT, ADMINISTRATOR),

    REMOVE("take it out of the queue or the list", Of.A_JOB, by("-r", "-C"), OWNER, ROOT, ADMINISTRATOR),

    /** Whose jobs they all are, or who may end everybody's. */
    END_QUEUE("end the whole queue: as owner of every job in it", Of.A_JOB, by("-K"), OWNER, ROOT, ADMINISTRATOR),

    /** To go on with a foreground job over another connection. */
    RESUME("go on with it in a terminal after a lost connection", Of.A_JOB, by("run -f", "-n"), OWNER),

    /** The owner of the process: it is nobody's job yet. */
    ADOPT(
            "make a process outside the queue a job: as owner of the process",
            Of.A_JOB,
            by("adopt"),
            OWNER,
            ROOT,
            ADMINISTRATOR),

    /** Root where the configuration lets it: then its jobs run as root. */
    SUBMIT("submit a job", Of.ALL, by("run", "COMMAND"), ADMINISTRATOR, OTHER),

    SEE_GPUS(
            "see the GPUs, who is on them, and the number of CPU slots",
            Of.ALL,
            by("gpu", "gpu show", "-S"),
            anybody()),

    SET_SLOTS("set the number of CPU slots", Of.ALL, by("-S"), ROOT, ADMINISTRATOR),

    DRAIN_GPU("take a GPU out of use, and give it back", Of.ALL, by("gpu drain", "gpu resume"), ROOT, ADMINISTRATOR),

    IGNORE_PROCESS("have a process outside the queue ignored", Of.ALL, by("gpu ignore"), ROOT, ADMINISTRATOR),

    SEE_DAEMON(
            "see the daemon's state, configuration and help",
            Of.ALL,
            by("daemon start", "daemon status", "daemon config", "help", "--help", "--version", "-h", "-V"),
            anybody()),

    STOP_DAEMON("stop the daemon", Of.ALL, by("daemon stop"), ROOT, ADMINISTRATOR),

    /** The daemon itself would write the file. A daemon of one's own does. */
    COPY_QUEUE("have the daemon write a copy of the queue", Of.ALL, by("daemon backup")),

    /** While the daemon runs there is nothing to save. Where it cannot, root does it with {@code serve --salvage}. */
    SALVAGE("save what can be read of a damaged queue", Of.ALL, by("daemon salvage")),

    /** It is no call to the daemon: the kernel sees to this one. */
    INSTALL("put gpuq on the machine, or take it away", Of.ALL, by("daemon install", "daemon uninstall"), ROOT);

    /** What it is done to. */
    public enum Of {
        A_JOB,
        /** The machine, the queue as a whole: what has no one owner. */
        ALL
    }

    private final String words;
    private final Of of;

    @SuppressWarnings("ImmutableEnumChecker") // what List.of gives is
    private final List<String> commands;

    @SuppressWarnings("ImmutableEnumChecker") // what Set.of gives is
    private final Set<Role> roles;

    Deed(String words, Of of, List<String> commands, Role... roles) {
        this.words = words;
        this.of = of;
        this.commands = commands;
        this.roles = Set.of(roles);
    }

    private static List<String> by(String... commands) {
        return List.of(commands);
    }

    private static Role[] anybody() {
        return new Role[] {ROOT, ADMINISTRATOR, OTHER};
    }

    /** What is wished for, as the table knows it. */
    public static Deed of(Input.Wish wish) {
        return switch (wish) {
            case Input.Cancel cancel -> CANCEL;
            case Input.Remove remove -> REMOVE;
            case Input.Signal signal -> SIGNAL;
            case Input.Advance advance -> MOVE;
            case Input.Swap swap -> MOVE;
            case Input.SetSlots set -> SET_SLOTS;
            case Input.Clear clear -> END_QUEUE;
            case Input.Forget forget -> REMOVE;
        };
    }

    public static Deed of(GpuWish wish) {
        return switch (wish) {
            case GpuWish.Drain drain -> DRAIN_GPU;
            case GpuWish.Resume resume -> DRAIN_GPU;
            case GpuWish.Ignore ignore -> IGNORE_PROCESS;
        };
    }

    public boolean allowedTo(Role role) {
        return roles.contains(role);
    }

    /** The setting that opens it to a role that is not in the table. */
    public Optional<String> setting(Role role) {
        if (this == SEE_COMMAND && role == OTHER) {
            return Optional.of("shared.show_commands");
        }
        return this == SUBMIT && role == ROOT ? Optional.of("shared.root_jobs") : Optional.empty();
    }

    /** What it is, for people, such as {@code cancel it}. */
    public String words() {
        return words;
    }

    public Of of() {
        return of;
    }

    /** What q is told for it, without its arguments: {@code gpu drain}; empty for nothing at all. */
    public List<String> commands() {
        return commands;
    }
}
