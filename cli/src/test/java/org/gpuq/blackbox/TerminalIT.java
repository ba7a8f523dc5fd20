package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Foreground jobs and tables on a real terminal, which {@code script} makes. */
@Timeout(120)
class TerminalIT {
    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.configure("[jobs]\nslots = 4");
        box.simulate(2);
        assumeTrue(box.sh("command -v script").status() == 0, "script (bsdutils) makes the terminal");
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    /** A line on a terminal on which {@code typed} comes in, a line at a time once a prompt is there. */
    private static Running terminal(String line, String typed) {
        return box.start("(" + typed + "; sleep 1) | script -qec '" + line + "' /dev/null");
    }

    @Test
    void aShellIsInteractive() {
        Running shell = terminal(
                "stty -echo; export PS1=\"ready> \"; exec q run -f --gpu sh -i",
                "while ! [ -e sh.up ]; do sleep 0.05; done; echo 'tty && echo my $((40 + 2)); exit 7'");
        Sandbox.until("the prompt", () -> shell.out().contains("ready> "));
        box.ok("touch sh.up");
        Result result = shell.end();
        assertThat(result.out()).contains("/dev/pts/", "my 42");
        assertThat(result.status()).isEqualTo(7);
    }

    @Test
    void anInterruptReachesTheJobAndNotQ() {
        // The shell waits by itself: a child would be interrupted as well, and that is not what this is about.
        Running job = terminal(
                "mkfifo idle; exec q run -f bash -c"
                        + " \"exec 3<> idle; trap \\\"echo caught; exit 9\\\" INT; echo up; while :; do read -t 0.1 -u 3; done\"",
                "while ! [ -e int.up ]; do sleep 0.05; done; printf '\\003'");
        Sandbox.until("it runs", () -> job.out().contains("up"));
        box.ok("touch int.up");
        Result result = job.end();
        assertThat(result.out()).contains("caught");
        assertThat(result.status()).isEqualTo(9);
    }

    @Test
    void aJobThatAnInterruptKillsGives130() {
        Running job = terminal(
                "exec q run -f sh -c \"echo up; exec sleep 100\"",
                "while ! [ -e kill.up ]; do sleep 0.05; done; printf '\\003'");
        Sandbox.until("it runs", () -> job.out().contains("up"));
        box.ok("touch kill.up");
        assertThat(job.end().status()).isEqualTo(130);
    }

    @Test
    void anInterruptWhileItWaitsTakesItBack() {
        int holder = box.run("--gpu 2 sleep 100");
        box.untilState(holder, "running");
        Running job = terminal(
                "exec q run --label waiting -f --gpu touch never",
                "while ! [ -e wait.up ]; do sleep 0.05; done; printf '\\003'");
        Sandbox.until("it waits", () -> job.out().contains("waits"));
        box.ok("touch wait.up");
        assertThat(job.end().status()).isNotZero();
        Sandbox.until(
                "it is taken back",
                () -> box.json("q list --all --json").list("jobs").stream()
                        .filter(found -> found.text("label").equals("waiting"))
                        .allMatch(found -> found.text("state").equals("cancelled")));
        box.sh("q cancel " + holder);
        box.ended(holder);
        assertThat(box.directory().resolve("never")).doesNotExist();
    }

    @Test
    void submittingTellsThePlaceInTheQueue() {
        int holder = box.run("--gpu 2 sleep 100");
        box.untilState(holder, "running");
        Result result = box.sh("script -qec 'stty cols 80; q run --gpu true; q; q gpu' /dev/null < /dev/null");
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("needs 1 GPU, 0 free");
        assertThat(result.out().replaceAll("\u001b\\[[0-9;]*m", "").lines())
                .allMatch(line -> line.length() <= 80, "80 columns");
        box.sh("q cancel " + holder);
        box.ended(holder);
    }
}
