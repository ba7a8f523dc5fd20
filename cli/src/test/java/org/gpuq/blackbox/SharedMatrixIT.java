package org.gpuq.blackbox;

import static java.util.regex.Pattern.quote;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of docs/security.md, cell by cell and command by command, with real users. */
class SharedMatrixIT {
    private static final String SECRET = "words-of-ann";
    private static final int STATUS_NOT_PERMITTED = 4;

    private static SharedBox box;

    /** Somebody's attempt. */
    private interface Attempt {
        /** @return whether it was done */
        boolean by(String who) throws Exception;
    }

    private final Map<String, Attempt> attempts = new TreeMap<>();

    /** One of ann's that runs on GPU 0, and one that waits for it. */
    private int running;

    private int waiting;

    /** Two of hers that have ended, well and not. */
    private int ended;

    private int failed;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("show_commands = false\n[jobs]\nslots = 64\n[cancel]\ngrace = \"1s\"", 2);
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @Test
    void everyCellOfTheTable() throws Exception {
        setUp();
        looking();
        changing();
        machine();
        SoftAssertions all = new SoftAssertions();
        for (Deed deed : Deed.values()) {
            for (String command : deed.commands()) {
                Attempt attempt = attempts.remove(deed + " " + command);
                assertThat(attempt)
                        .as("there is a trial of q " + command + " for " + deed)
                        .isNotNull();
                for (Role role : Role.values()) {
                    boolean inTable = role != Role.OWNER || deed.of() == Deed.Of.A_JOB;
                    if (inTable) {
                        all.assertThat(attempt.by(who(role)))
                                .as("%s: q %s by %s", deed, command, role)
                                .isEqualTo(deed.allowedTo(role));
                    }
                }
            }
        }
        all.assertAll();
        assertThat(attempts.keySet()).as("trials of what is not in the table").isEmpty();
        whatAdministratorsDidIsOnRecord();
    }

    /** And nothing else: what people did to their own jobs is their own business, and what was refused was not done. */
    private static void whatAdministratorsDidIsOnRecord() {
        String audit = SharedBox.read(box.root().resolve("var/lib/gpuq/audit.log"));
        for (String who : List.of("root", "adm")) {
            String name = box.user(who) + "(" + box.uid(who) + ")";
            String ann = box.user("ann") + "(" + box.uid("ann") + ")";
            for (String what : List.of(
                    "cancel job \\d+ of ",
                    "send signal 15 to job \\d+ of ",
                    "move to the front job \\d+ of ",
                    "swap jobs [-,0-9]+ of ",
                    "remove job \\d+ of ",
                    "clear from the list jobs? [-,0-9]+ of ",
                    "end the queue with jobs? [-,0-9]+ of ")) {
                assertThat(audit).containsPattern("(?m)^\\S+Z " + quote(name) + " " + what + quote(ann) + "$");
            }
            for (String what : List.of(
                    "set the CPU slots to 65",
                    "drain GPU " + Simulation.uuid(1),
                    "resume GPU " + Simulation.uuid(1),
                    "ignore process \\d+ for 1 s",
                    "stop the daemon")) {
                assertThat(audit).containsPattern("(?m)^\\S+Z " + quote(name) + " " + what + "$");
            }
        }
        // A queue that is all one's own is everybody's next one, with its numbers.
        assertThat(audit.lines().filter(line -> line.contains("Z " + box.user("ann") + "(")))
                .isNotEmpty()
                .allMatch(line -> line.endsWith(") end the queue"));
        assertThat(audit).doesNotContain("Z " + box.user("ben") + "(", SECRET);
    }

    /** Jobs are ann's. */
    private static String who(Role role) {
        return switch (role) {
            case OWNER -> "ann";
            case ROOT -> "root";
            case ADMINISTRATOR -> "adm";
            case OTHER -> "ben";
        };
    }

    private void trial(Deed deed, String command, Attempt attempt) {
        assertThat(attempts.put(deed + " " + command, attempt)).isNull();
    }

    private void trials(Deed deed, String template, String... commands) {
        for (String command : commands) {
            trial(deed, command, who -> succeeds(who, "q " + command + template));
        }
    }

    private static boolean succeeds(String who, String line) {
        return box.as(who, line).status() == 0;
    }

    private static boolean shows(String who, String line, String text) {
        return box.as(who, line).out().contains(text);
    }

    private static int queued(String who) {
        return box.run(who, "--after " + box.run(who, "sleep 1000") + " true");
    }

    private void setUp() throws IOException {
        running = box.run("ann", "--gpu -L mine sh -c 'sleep 1000; echo " + SECRET + "'");
        box.untilState(running, "running");
        waiting = box.run("ann", "--after " + running + " -L mine echo " + SECRET);
        ended = box.run("ann", "sh -c 'echo " + SECRET + "'");
        failed = box.run("ann", "sh -c 'echo " + SECRET + "; exit 3'");
        assertThat(box.as("ann", "q wait " + ended + " " + failed).status()).isEqualTo(3);
        box.simulation().add("process gpu=0 pid=" + box.job(running).number("pid") + " memory=1GiB");
        Sandbox.until("its process is on the GPU", () -> shows("root", "q gpu show 0", SECRET));
    }

    private void looking() {
        trials(Deed.SEE, " | grep -q mine", "", "list", "-a", "-l");
        trial(Deed.SEE, "show", who -> shows(who, "q show " + running, "mine"));
        trial(Deed.SEE, "why", who -> shows(who, "q why " + waiting, "job " + running));
        trial(Deed.SEE, "-s", who -> shows(who, "q -s " + running, "running"));
        trial(Deed.SEE, "-i", who -> shows(who, "q -i " + running, "Enqueue time"));
        trial(
                Deed.SEE,
                "-p",
                who -> shows(who, "q -p " + running, box.job(running).text("pid")));
        trial(Deed.SEE, "-o", who -> succeeds(who, "q -o " + running));
        trial(Deed.SEE_COMMAND, "list", who -> shows(who, "q list", SECRET) && shows(who, "q list --json", SECRET));
        trial(
                Deed.SEE_COMMAND,
                "show",
                who -> shows(who, "q show " + running, SECRET) && shows(who, "q show --json " + running, SECRET));
        trial(Deed.SEE_COMMAND, "-l", who -> shows(who, "q -l", SECRET));
        trial(Deed.SEE_COMMAND, "-i", who -> shows(who, "q -i " + running, SECRET));
        trial(Deed.SEE_COMMAND, "-o", who -> shows(who, "q -o " + inOwnDirectory(), "/" + SECRET + "/"));
        trial(Deed.SEE_COMMAND, "gpu", who -> shows(who, "q gpu --json", SECRET));
        trial(
                Deed.SEE_COMMAND,
                "gpu show",
                who -> shows(who, "q gpu show 0", SECRET) && shows(who, "q gpu show --json 0", SECRET));
        trials(Deed.WAIT, " " + ended, "wait", "-w");
        trials(Deed.READ_OUTPUT, " " + ended + " | grep -q " + SECRET, "logs", "-c", "-t");
        trial(Deed.READ_OUTPUT, "show", who -> shows(who, "q show " + failed, "\n" + SECRET));
    }

    private static int inOwnDirectory() {
        box.ok("ann", "mkdir -p " + SECRET);
        int job = Integer.parseInt(box.ok("ann", "TMPDIR=$HOME/" + SECRET + " q -L mine true"));
        box.as("ann", "q -w " + job);
        return job;
    }

    private void changing() {
        trial(Deed.CANCEL, "cancel", who -> {
            int job = box.run("ann", "sleep 1000");
            return refusedOrDone(who, "q cancel " + job, STATUS_NOT_PERMITTED);
        });
        trial(Deed.SIGNAL, "-k", who -> {
            int job = box.run("ann", "sleep 1000");
            box.untilState(job, "running");
            boolean done = succeeds(who, "q -k " + job);
            Sandbox.until(
                    "job " + job + " is as it should be",
                    () -> box.job(job).text("state").equals(done ? "failed" : "running"));
            return done;
        });
        trial(Deed.MOVE, "-u", who -> {
            int first = queued("ann");
            int second = queued("ann");
            boolean done = succeeds(who, "q -u " + second);
            assertThat(before(second, first)).as(who).isEqualTo(done);
            return done;
        });
        trial(Deed.MOVE, "-U", who -> {
            int first = queued("ann");
            int second = queued("ann");
            boolean done = succeeds(who, "q -U " + first + "-" + second);
            assertThat(before(second, first)).as(who).isEqualTo(done);
            return done;
        });
        trial(Deed.MOVE_BEFORE_ALL, "-u", who -> {
            String owner = who.equals("root") ? "ben" : who;
            int others = queued("ann");
            int own = queued(owner);
            box.ok(who, "q -u " + own);
            boolean first = before(own, others);
            box.ok("root", "q -r " + own);
            return first;
        });
        trial(Deed.REMOVE, "-r", who -> {
            int job = queued("ann");
            return succeeds(who, "q -r " + job)
                    && box.as("ann", "q show " + job).status() == 3;
        });
        trial(Deed.REMOVE, "-C", who -> {
            int job = box.run("ann", "true");
            box.as("ann", "q wait " + job);
            box.as(who, "q -C");
            boolean gone = box.as("ann", "q show " + job).status() == 3;
            if (gone) {
                redo();
            }
            return gone;
        });
        trial(Deed.END_QUEUE, "-K", who -> {
            box.as("root", "q cancel $(q list --live | sed 1d | cut -f 1)");
            box.ok("root", "q -K");
            int job = box.run("ann", "true");
            box.as("ann", "q wait " + job);
            boolean done = succeeds(who, "q -K");
            assertThat(box.ok("ann", "q list --json").contains("\"id\""))
                    .as(who)
                    .isEqualTo(!done);
            return done;
        });
        for (String command : List.of("run -f", "-n")) {
            trial(Deed.RESUME, command, who -> resumed(who, command));
        }
    }

    /** What the looking trials look at is gone from the list. */
    private void redo() throws IOException {
        ended = box.run("ann", "sh -c 'echo " + SECRET + "'");
        failed = box.run("ann", "sh -c 'echo " + SECRET + "; exit 3'");
        box.as("ann", "q wait " + ended + " " + failed);
    }

    private static boolean refusedOrDone(String who, String line, int refusal) {
        Sandbox.Result result = box.as(who, line);
        assertThat(result.status()).as(who + ": " + line + ": " + result.err()).isIn(0, refusal);
        return result.status() == 0;
    }

    private static boolean before(int one, int other) {
        List<String> lines = box.ok("root", "q -l").lines().toList();
        return line(lines, one) < line(lines, other);
    }

    private static int line(List<String> lines, int id) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(id + " ")) {
                return i;
            }
        }
        throw new AssertionError("no job " + id + " in " + lines);
    }

    /** Takes the token of a job in ann's terminal, as root can read it, and goes on with it over a connection of one's own. */
    private boolean resumed(String who, String command) throws IOException {
        Path out = box.root().resolve("foreground.out");
        String words = command.equals("run -f") ? "q run -f -L mine" : "q " + command + " -L mine";
        Process terminal =
                box.begin("ann", words + " sleep 1000", out, box.root().resolve("foreground.err"));
        try {
            Sandbox.until("the job runs", () -> latest().text("state").equals("running"));
            Json job = latest();
            Sandbox.until("its program runs", () -> token(job).length() == 32);
            String answer = box.ok(who, "python3 " + resume() + " " + token(job));
            assertThat(answer).isIn("refused 4", "taken");
            return answer.equals("taken");
        } finally {
            box.as("root", "q cancel " + latest().text("id"));
            terminal.destroy();
            // Cancelled, or lost where the connection that took it over was gone first.
            Sandbox.until("the job is over", () -> List.of("cancelled", "lost").contains(latest().text("state")));
        }
    }

    private static String token(Json job) {
        return box.sh("tr '\\0' '\\n' < /proc/" + job.text("pid") + "/environ | sed -n 's/^GPUQ_TOKEN=//p'")
                .line();
    }

    private static Json latest() {
        return Json.of(box.ok("root", "q list --json")).list("jobs").stream()
                .max((a, b) -> Long.compare(a.number("id"), b.number("id")))
                .orElseThrow();
    }

    /** HELLO and RESUME of docs/protocol.md; an EXIT means that it was refused. */
    private static Path resume() throws IOException {
        Path script = box.root().resolve("resume.py");
        java.nio.file.Files.writeString(script, """
                import socket, struct, sys
                def frame(kind, payload):
                    return struct.pack('>BI', kind, len(payload)) + payload
                s = socket.socket(socket.AF_UNIX)
                s.connect('/run/gpuq/q.sock')
                s.sendall(frame(1, struct.pack('>BBHHI', 1, 0, 0, 0, 0o22)) + frame(10, sys.argv[1].encode() + b'\\0'))
                s.settimeout(2)
                seen = b''
                try:
                    while len(seen) < 5 or seen[0] != 69:
                        more = s.recv(4096)
                        if not more:
                            break
                        seen += more
                        while len(seen) >= 5 and seen[0] != 69:
                            length = struct.unpack('>I', seen[1:5])[0]
                            if len(seen) < 5 + length:
                                break
                            seen = seen[5 + length:]
                except socket.timeout:
                    pass
                print('refused %d' % seen[5] if seen[:1] == b'\\x45' else 'taken')
                """);
        return script;
    }

    /** A process of ann's that is on a GPU; it ends when somebody has tried. */
    private static boolean adopts(String who) throws IOException {
        Path nowhere = box.root().resolve("adopted");
        Process process = box.begin("ann", "exec sleep 1000", nowhere, nowhere);
        String line = "process gpu=1 pid=" + process.pid() + " memory=1GiB";
        box.simulation().add(line);
        Sandbox.until("it is on the GPU", () -> shows("root", "q gpu show 1", "pid " + process.pid()));
        try {
            return refusedOrDone(who, "q adopt " + process.pid(), STATUS_NOT_PERMITTED);
        } finally {
            process.destroy();
            box.simulation().remove(line::equals);
            Sandbox.until(
                    "its GPU is nobody's again",
                    () -> !List.of("leased", "cooldown")
                            .contains(Json.of(box.ok("root", "q gpu --json"))
                                    .list("gpus")
                                    .get(1)
                                    .text("state")));
        }
    }

    private void machine() throws IOException {
        trials(Deed.SUBMIT, " true", "run");
        trial(Deed.SUBMIT, "COMMAND", who -> succeeds(who, "q -L mine true"));
        trials(Deed.SEE_GPUS, "", "gpu", "-S");
        trial(Deed.SEE_GPUS, "gpu show", who -> shows(who, "q gpu show 0", "GPU 0"));
        trial(Deed.SET_SLOTS, "-S", who -> {
            box.ok("root", "q -S 64");
            boolean done = succeeds(who, "q -S 65");
            assertThat(box.ok("ben", "q -S")).as(who).isEqualTo(done ? "65" : "64");
            return done;
        });
        trial(Deed.DRAIN_GPU, "gpu drain", who -> {
            boolean done = refusedOrDone(who, "q gpu drain 1", STATUS_NOT_PERMITTED);
            box.as("root", "q gpu resume 1");
            return done;
        });
        trial(Deed.DRAIN_GPU, "gpu resume", who -> {
            box.ok("root", "q gpu drain 1");
            boolean done = refusedOrDone(who, "q gpu resume 1", STATUS_NOT_PERMITTED);
            box.as("root", "q gpu resume 1");
            return done;
        });
        Process outsider = box.begin(
                "ann",
                "exec sleep 1000",
                box.root().resolve("outsider"),
                box.root().resolve("outsider"));
        box.simulation().add("process gpu=1 pid=" + outsider.pid() + " memory=1GiB");
        Sandbox.until("it is on the GPU", () -> shows("root", "q gpu show 1", "pid " + outsider.pid()));
        trial(
                Deed.IGNORE_PROCESS,
                "gpu ignore",
                who -> refusedOrDone(who, "q gpu ignore " + outsider.pid() + " --for 1s", STATUS_NOT_PERMITTED));
        trial(Deed.ADOPT, "adopt", SharedMatrixIT::adopts);
        trials(Deed.SEE_DAEMON, "", "daemon start", "daemon status", "daemon config", "help");
        trials(Deed.SEE_DAEMON, "", "--help", "--version", "-h", "-V");
        trial(Deed.STOP_DAEMON, "daemon stop", who -> {
            boolean done = refusedOrDone(who, "q daemon stop", STATUS_NOT_PERMITTED);
            if (done) {
                assertThat(box.server().waitFor()).isZero();
                box.start();
            }
            return done;
        });
        trials(Deed.COPY_QUEUE, " copy.db", "daemon backup");
        trials(Deed.SALVAGE, "", "daemon salvage");
        // Root's own is done for real by SharedInstallIT, where it can change nothing of this machine.
        trial(Deed.INSTALL, "daemon install", who -> who.equals("root") || succeeds(who, "q daemon install"));
        trial(Deed.INSTALL, "daemon uninstall", who -> who.equals("root") || succeeds(who, "q daemon uninstall"));
    }
}
