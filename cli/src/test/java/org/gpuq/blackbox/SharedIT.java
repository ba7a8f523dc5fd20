package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One machine, several people: jobs run as who submitted them, and nobody has more rights than at a prompt. */
class SharedIT {
    private static SharedBox box;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("");
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @Test
    void aJobIsItsSubmitterAsAtLogin() {
        for (String role : List.of("ann", "adm")) {
            String login = box.ok(role, "id");
            int job = box.run(role, "sh -c 'id; pwd; umask'");
            assertThat(box.output(role, job)).isEqualTo(login + "\n" + box.home(role) + "\n0022");
        }
    }

    @Test
    void anOutputIsItsOwnersAlone() {
        int job = box.run("ann", "echo secret");
        assertThat(box.output("ann", job)).isEqualTo("secret");
        Path output = Path.of(box.job(job).text("output"));
        String owner = box.user("ann");
        assertThat(box.sh("cd $(dirname " + output + ") && stat -c '%U %a' " + output + " . ..")
                        .line())
                .isEqualTo(owner + " 600\n" + owner + " 700\nroot 755");
        assertThat(box.as("ben", "cat " + output).status()).isNotZero();
    }

    /** Each process of the daemon and of q-launch's unprivileged part, while it serves jobs of three people. */
    @Test
    void theDaemonHasNoPrivileges() {
        List<Integer> jobs = Stream.of("ann", "ben", "adm")
                .map(role -> box.run(role, "sleep 1000"))
                .toList();
        int daemonUid = box.uid("d");
        Json daemon = box.daemon();
        for (String process : List.of("pid", "launcher_pid")) {
            String status = SharedBox.read(Path.of("/proc/" + daemon.number(process) + "/status"));
            assertThat(status).contains("NoNewPrivs:\t1\n");
            assertThat(fields(status, "Uid:")).containsOnly(Integer.toString(daemonUid));
            assertThat(fields(status, "Gid:")).doesNotContain("0");
            assertThat(fields(status, "Groups:")).doesNotContain("0");
            for (String set : List.of("CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:")) {
                assertThat(fields(status, set)).containsOnly("0000000000000000");
            }
        }
        assertThat(daemon.text("mode")).isEqualTo("shared");
        jobs.forEach(job -> box.ok("root", "q cancel " + job));
    }

    private static Set<String> fields(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .flatMap(line -> Stream.of(line.substring(name.length()).strip().split("\\s+")))
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whoSomebodyIsTheKernelSays() {
        int job = box.run("ann", "true");
        assertThat(box.job(job).text("user")).isEqualTo(box.user("ann"));
        int forged = Integer.parseInt(
                box.ok("ben", "USER=root LOGNAME=root SUDO_UID=0 q run -L " + box.user("ann") + " id -un"));
        assertThat(box.job(forged).text("user")).isEqualTo(box.user("ben"));
        assertThat(box.output("ben", forged)).isEqualTo(box.user("ben"));
    }

    @Test
    void rootSubmitsNothingUnlessItIsConfigured() {
        Result refused = box.as("root", "q run id");
        assertThat(refused.status()).isEqualTo(4);
        assertThat(refused.err()).contains("shared.root_jobs");
    }

    @Test
    void aJobIsAsNiceAsItsSubmitter() {
        int usual = Integer.parseInt(box.ok("ann", "nice"));
        int job = Integer.parseInt(box.ok("ann", "nice -n 3 q run nice"));
        assertThat(box.output("ann", job)).isEqualTo(Integer.toString(Math.min(19, usual + 3)));
        // Root may give a user's process what the user could not have: a job gets no more than that user could.
        String as = "setpriv --reuid " + box.user("ann") + " --regid " + box.user("ann") + " --init-groups ";
        int favoured = Integer.parseInt(box.ok("root", "cd / && nice -n -5 " + as + "q run nice"));
        assertThat(box.output("ann", favoured)).isEqualTo(Integer.toString(usual));
    }

    @Test
    void aSessionIsOpenedAndClosedByRoot() throws IOException {
        Path service = box.root().resolve("pam.d/gpuq");
        assumeTrue(Files.exists(service), "there is no PAM on this machine");
        String rules = Files.readString(service);
        Path log = box.root().resolve("sessions");
        Path hook = Files.writeString(
                box.root().resolve("hook"), "#!/bin/sh\necho $PAM_TYPE $PAM_USER $(id -u) >> " + log + "\n");
        box.sh("chmod 755 " + hook);
        try {
            Files.writeString(service, rules + "session required pam_exec.so " + hook + "\n");
            int job = box.run("ann", "sh -c 'until [ -e go-on ]; do sleep 0.05; done'");
            box.untilState(job, "running");
            assertThat(log).hasContent("open_session " + box.user("ann") + " 0\n");
            box.ok("ann", "touch go-on && q wait " + job);
            Sandbox.until(
                    "the session is closed",
                    () -> SharedBox.read(log).endsWith("close_session " + box.user("ann") + " 0\n"));
            Files.writeString(service, "account required pam_deny.so\n");
            int denied = box.run("ann", "true");
            box.untilState(denied, "failed");
            assertThat(box.job(denied).text("reason")).contains("may not run jobs");
            Files.delete(service);
            assertThat(box.output("ann", box.run("ann", "echo without"))).isEqualTo("without");
        } finally {
            Files.writeString(service, rules);
        }
    }

    @Test
    void aJobHasNothingOfTheDaemons() {
        int job = box.run(
                "ann",
                "sh -c 'ls /proc/self/fd | tr \"\\n\" \" \"; grep -E \"Sig(Blk|Ign)|Cap|NoNew|Seccomp:\" /proc/self/status;"
                        + " env | sort'");
        String login = box.ok("ann", "grep -E 'Cap|NoNew|Seccomp:' /proc/self/status");
        String output = box.output("ann", job);
        assertThat(output).startsWith("0 1 2 3 SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
        assertThat(output).contains(login);
        assertThat(output).doesNotContain("GPUQ_LAUNCHER_FD", "JAVA_HOME", "GPUQ_NVML");
    }

    @Test
    void aDirectoryThatOnlyAGroupMayEnter() throws IOException {
        Path shared = box.root().resolve("project");
        box.sh("install -d -o root -g " + box.group() + " -m 770 " + shared);
        int job = Integer.parseInt(box.ok("adm", "cd " + shared + " && q run sh -c 'echo here > file; pwd'"));
        assertThat(box.output("adm", job)).isEqualTo(shared.toString());
        int refused = Integer.parseInt(box.ok("ann", "q run --cwd " + shared + " true"));
        assertThat(box.as("ann", "q wait " + refused).status()).isEqualTo(126);
        assertThat(box.job(refused).text("reason")).contains("working directory cannot be entered");
        assertThat(Files.exists(shared.resolve("file"))).isTrue();
    }

    @Test
    void anAccountWhosePasswordIsLockedRunsNothing() {
        box.sh("usermod -p '$6$abc$def' " + box.user("ben") + " && usermod -L " + box.user("ben"));
        try {
            int job = box.run("ben", "true");
            box.untilState(job, "failed");
            assertThat(box.job(job).text("reason")).contains("locked");
        } finally {
            box.sh("usermod -p '!' " + box.user("ben"));
        }
    }

    @Test
    void anAccountThatExpiresMeanwhileRunsNothing() {
        int first = box.run("ben", "sh -c 'until [ -e go ]; do sleep 0.05; done'");
        int queued = box.run("ben", "--after " + first + " true");
        box.sh("chage -E 1 " + box.user("ben"));
        try {
            box.sh("touch " + box.home("ben") + "/go");
            box.untilState(queued, "failed");
            assertThat(box.job(queued).text("reason")).contains("may not run jobs");
        } finally {
            box.sh("chage -E -1 " + box.user("ben"));
        }
    }
}
