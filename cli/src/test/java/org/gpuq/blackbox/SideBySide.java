package org.gpuq.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.gpuq.blackbox.Sandbox.Result;

/**
 * Runs one script twice in a fresh queue each: {@code ts} in it is task-spooler, through the two-line wrapper that people
 * have, or {@code q}. What comes of each line is told in one form, and what has to differ between any two runs (paths,
 * times, process ids) is made the same.
 *
 * <p>A script's lines are steps: output, errors and exit code are kept. One that begins with {@code @} only has to be done.
 * {@code running ID} and {@code state ID WORD} wait for a job; {@code gate} is a command that runs until the file
 * {@code go} is there.
 */
final class SideBySide {
    private static final Path TSP = Path.of("/usr/bin/tsp");

    private static final String PRELUDE = """
            step() {
                printf '$ %s\\n' "$1"
                eval "$1" >step.out 2>step.err </dev/null
                code=$?
                cat step.out
                sed 's/^/2> /' step.err
                printf '=> %s\\n' "$code"
            }
            wait_for() {
                for _ in $(seq 600); do
                    if eval "$1"; then return; fi
                    sleep 0.05
                done
                echo "never: $1"
            }
            kill_server() {
                if [ -n "$TS_SOCKET" ]; then
                    inode=$(awk -v path="$TS_SOCKET" '$8 == path { print $7; exit }' /proc/net/unix)
                    pid=$(find /proc/[0-9]*/fd -lname "socket:?$inode?" 2>/dev/null | head -n 1 | cut -d / -f 3)
                else
                    pid=$(q daemon status --json | sed 's/.*"pid":\\([0-9]*\\).*/\\1/')
                fi
                kill "$pid"
                wait_for '! kill -0 '"$pid"' 2>/dev/null'
            }
            state() { wait_for '[ "$(ts -s '"$1"')" = '"$2"' ]'; }
            running() { wait_for 'ts -l | grep -v "(\\.\\.\\.)" | grep -q "^'"$1"' .*running"'; }
            export TMPDIR=$PWD/tmp; mkdir -p tmp
            printf '#!/bin/sh\\nwhile [ ! -e go ]; do sleep 0.02; done\\n' >gate; chmod +x gate
            """;

    /** A directory that holds all of /usr/sbin and a sendmail, in the place of /usr/sbin. */
    private static final String MAILER = """
            mkdir real fake; mount --bind /usr/sbin real
            for program in real/*; do ln -s "$PWD/$program" fake/; done
            printf '%s\\n' '#!/bin/sh' 'for recipient; do :; done' 'exec >"$HOME/mail.new"' 'echo "for $recipient"' \\
                "grep -v '^From: ' | sed 's/ *\\$//'" 'mv "$HOME/mail.new" "$HOME/mail"' >sendmail
            chmod 755 sendmail; rm -f fake/sendmail; mv sendmail fake; mount --bind fake /usr/sbin
            exec bash script
            """;

    private static final Pattern OUTPUT = Pattern.compile("/\\S*/(ts-out\\.\\w{6}|\\d+-[0-9a-f]{8}\\.log)");
    private static final Pattern TIMES = Pattern.compile("\\d+\\.\\d\\d/\\d+\\.\\d\\d/\\d+\\.\\d\\d *");
    private static final Pattern CTIME = Pattern.compile("\\w{3} \\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}");
    private static final Pattern SECONDS = Pattern.compile("(Time run(ning)?: )\\d+\\.\\d{6}s");

    /** Explanations that q adds below task-spooler's sentence, and lines of -i that task-spooler does not have. */
    private static final Pattern OURS = Pattern.compile("2> ( {2}|q: ).*|Reason: .*");

    private static final SideBySide PLAIN = new SideBySide("");

    /** Words to run a script's shell by; empty: nothing but the shell. */
    private final String around;

    private SideBySide(String around) {
        this.around = around;
    }

    static void needsTsp() {
        assumeTrue(Files.isExecutable(TSP), "task-spooler is not installed (apt install task-spooler)");
    }

    /**
     * On a machine with a mailer: one that writes its last argument and what it is told into the file {@code mail}, but for
     * who sent it.
     */
    static SideBySide mailing() {
        return new SideBySide("unshare -m --propagation private bash mailer");
    }

    static void needsMailer() {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/hostname")),
                "only root can put a mailer where both look for it");
    }

    /** What task-spooler does. */
    static String tsp(String script) throws IOException {
        return PLAIN.ofTsp(script);
    }

    String ofTsp(String script) throws IOException {
        try (Sandbox box = Sandbox.create()) {
            box.set("TS_SOCKET", box.directory().resolve("tsp.socket").toString());
            String told = tell(box, "exec " + TSP + " -L \"$(id -un)\" \"$@\"", script);
            box.sh("for id in $(" + TSP + " -l | awk '$2 == \"running\" { print $1 }'); do " + TSP + " -k $id; done; "
                    + TSP + " -K");
            return told;
        }
    }

    /** What q does. */
    static String q(String script) throws IOException {
        return PLAIN.ofQ(script);
    }

    String ofQ(String script) throws IOException {
        try (Sandbox box = Sandbox.create()) {
            return tell(box, "exec q \"$@\"", script);
        }
    }

    private String tell(Sandbox box, String wrapper, String script) throws IOException {
        Path bin = Files.createDirectories(box.directory().resolve("bin"));
        Files.writeString(bin.resolve("ts"), "#!/bin/sh\n" + wrapper + "\n");
        String steps = script.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.startsWith("@") ? line.substring(1) : "step '" + line.replace("'", "'\\''") + "'")
                .collect(Collectors.joining("\n"));
        Files.writeString(box.directory().resolve("script"), PRELUDE + steps + "\n");
        Files.writeString(box.directory().resolve("mailer"), MAILER);
        Result result =
                box.sh("chmod +x bin/ts; PATH=$PWD/bin:$PATH exec " + (around.isEmpty() ? "bash script" : around));
        return normal(result.out() + result.err());
    }

    private static String normal(String told) {
        String same = OUTPUT.matcher(told).replaceAll("<output>");
        same = TIMES.matcher(same).replaceAll("<times> ");
        same = CTIME.matcher(same).replaceAll("<time>");
        return SECONDS.matcher(same).replaceAll("$1<seconds>");
    }

    /** Without what q says more than task-spooler. */
    static String withoutExplanations(String told) {
        return told.lines().filter(line -> !OURS.matcher(line).matches()).collect(Collectors.joining("\n", "", "\n"));
    }
}
