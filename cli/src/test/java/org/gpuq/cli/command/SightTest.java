package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.cli.Sample;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever somebody is shown goes through one gate: every command that shows something, in each of its forms. */
class SightTest {
    private static final String COMMAND = "command-secret";
    private static final String FOREIGN = "foreign-secret";
    private static final String REMARK = "environment-secret";
    private static final User ROOT = new User(0, 0, "root");

    static final List<String> LOOKS = List.of(
            "",
            "list",
            "list --json",
            "list --all --color=always",
            "show 0",
            "show --json 0",
            "show 1",
            "why 1",
            "why --json 1",
            "gpu",
            "gpu --json",
            "gpu show 0",
            "gpu show --json 0",
            "gpu show 1",
            "gpu show --json 1",
            "-l",
            "-i 0",
            "-i 1",
            "-o 0",
            "-s 0",
            "-p 0");

    private static Session session(boolean commands, boolean processes) throws Exception {
        Session session =
                new Session(new Rules(user -> user.uid() == 0 || user.is(Sample.CARL), commands, processes, true));
        session.queue.gpus(Sample.snapshot(
                Sample.gpu(0, List.of(ofJob())),
                Sample.gpu(1, List.of(Sample.foreign(Sample.ANN, 77, "/opt/" + FOREIGN + " --data=" + FOREIGN, 3)))));
        JobSpec spec = Sample.job(Sample.ANN, 0, "/" + COMMAND + "/run", COMMAND)
                .with(new Delivery(
                        Optional.of(RawBytes.utf8("/" + COMMAND)),
                        false,
                        false,
                        Optional.of(RawBytes.utf8("/" + COMMAND)),
                        Optional.of(RawBytes.utf8(COMMAND)),
                        Optional.of(session.queue.keep(List.of(RawBytes.utf8(REMARK))))));
        session.queue.submit(spec);
        session.queue.submit(spec);
        session.queue.launched(new JobId(0));
        return session;
    }

    private static GpuProcess ofJob() {
        return new GpuProcess(
                4000,
                Optional.of(Sample.ANN),
                COMMAND + " --token",
                OptionalLong.of(1 << 30),
                GpuProcess.Owner.JOB,
                Optional.of(new JobId(0)));
    }

    private static String seen(Session session, User user, String look) throws InterruptedException {
        StringBuilder all = new StringBuilder();
        for (Terminal terminal : List.of(Session.PIPE, Session.terminal(250))) {
            Session.Result result = session.q(user, terminal, look.isEmpty() ? new String[0] : look.split(" ", -1));
            all.append(result.out()).append(result.err());
        }
        return all.toString();
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void nobodySeesACommandThatIsNotToBeShown(String look) throws Exception {
        assertThat(seen(session(false, false), Sample.BOB, look)).isNotEmpty().doesNotContain(COMMAND, FOREIGN, REMARK);
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void aProcessOfNoJobIsShownAsPsWouldShowIt(String look) throws Exception {
        assertThat(seen(session(false, true), Sample.BOB, look)).doesNotContain(COMMAND, REMARK);
        assertThat(seen(session(true, false), Sample.BOB, look)).doesNotContain(FOREIGN, REMARK);
        assertThat(seen(session(true, true), Sample.BOB, look).contains(FOREIGN))
                .isEqualTo(look.startsWith("gpu") && !look.endsWith("0"));
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void itsOwnerAndAdministratorsSeeIt(String look) throws Exception {
        String all = seen(session(true, true), Sample.BOB, look);
        for (User user : List.of(Sample.ANN, Sample.CARL, ROOT)) {
            assertThat(seen(session(false, false), user, look).replace("Environment:\n" + REMARK + "\n", ""))
                    .as(user.name())
                    .isEqualTo(all);
        }
    }

    @Test
    void whatTheOwnersCommandPrintedTheOwnerAloneSees() throws Exception {
        assertThat(seen(session(true, true), Sample.ANN, "-i 0")).contains(REMARK);
        for (User user : List.of(Sample.BOB, Sample.CARL, ROOT)) {
            assertThat(seen(session(true, true), user, "-i 0")).doesNotContain(REMARK);
        }
    }
}
