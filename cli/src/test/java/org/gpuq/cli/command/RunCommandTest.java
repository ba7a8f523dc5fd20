package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gpuq.cli.FakeClient;
import org.gpuq.cli.Sample;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people type after {@code q run}, and without it. */
final class RunCommandTest {
    private final Session session = new Session();

    @BeforeEach
    void fourGpus() {
        session.queue.gpus(Sample.snapshot(Sample.gpu(0), Sample.gpu(1), Sample.gpu(2), Sample.gpu(3)));
    }

    private JobSpec submitted(String... words) throws InterruptedException {
        Session.Result result = session.q(words);
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        return session.job(Integer.parseInt(result.out().strip())).spec();
    }

    private static List<String> text(List<RawBytes> words) {
        return words.stream().map(RawBytes::text).toList();
    }

    @ParameterizedTest
    @CsvSource({"run -N 3 true, 3", "run --slots=12 true, 12", "run -N007 true, 7", "run true, 1", "run --gpu true, 0"})
    void slots(String words, int slots) throws InterruptedException {
        assertThat(submitted(words.split(" ")).resources().slots()).isEqualTo(slots);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-N 0", "-N -1", "-N x", "-N=", "-N 1000001", "-N 99999999999", "--gpu -N 1"})
    void wrongSlots(String options) throws InterruptedException {
        Session.Result result = session.q(("run " + options + " true").split(" "));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("slots");
    }

    static Stream<Arguments> grammar() {
        return Stream.of(
                Arguments.of("run true", 0, "true"),
                Arguments.of("run --gpu true", 1, "true"),
                Arguments.of("run --gpu 2 true", 2, "true"),
                Arguments.of("run --gpu +3 true", 3, "true"),
                Arguments.of("run --gpu=2 true", 2, "true"),
                Arguments.of("run --gpu=2 3 4", 2, "3 4"),
                Arguments.of("run --gpu 2 3 4", 2, "3 4"),
                Arguments.of("run -G 2 true", 2, "true"),
                Arguments.of("run -G2 true", 2, "true"),
                Arguments.of("run --gpu --name n true", 1, "true"),
                Arguments.of("run --gpu -- true", 1, "true"),
                Arguments.of("run --gpu -- 2", 1, "2"),
                Arguments.of("run --gpu -- x=1", 1, "x=1"),
                Arguments.of("run python --gpu 2 -f --help", 0, "python --gpu 2 -f --help"),
                Arguments.of("run -- --gpu true", 0, "--gpu true"),
                Arguments.of("run sh -c -- x -- y", 0, "sh -c -- x -- y"),
                Arguments.of("run -- -- x", 0, "-- x"),
                Arguments.of("run @file ${sys:user.home} %n", 0, "@file ${sys:user.home} %n"),
                Arguments.of("run list --json", 0, "list --json"),
                Arguments.of("--gpu 2 python train.py", 2, "python train.py"),
                Arguments.of("-G1 python", 1, "python"),
                Arguments.of("python --json", 0, "python --json"),
                Arguments.of("-- list --json", 0, "list --json"),
                Arguments.of("-- --help", 0, "--help"));
    }

    @ParameterizedTest(name = "q {0}")
    @MethodSource("grammar")
    void grammar(String words, int gpus, String command) throws InterruptedException {
        JobSpec spec = submitted(words.split(" "));
        assertThat(spec.resources().gpus()).isEqualTo(gpus);
        assertThat(text(spec.command())).isEqualTo(Arrays.asList(command.split(" ")));
    }

    @ParameterizedTest(name = "q run {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--gpu 0 true       | --gpu 0 asks for no GPU: the least is 1",
                "--gpu=0 true       | --gpu 0 asks for no GPU: the least is 1",
                "--gpu -1 true      | --gpu -1 asks for no GPU: the least is 1",
                "-G -1 true         | --gpu -1 asks for no GPU: the least is 1",
                "--gpu x=1 true     | --gpu takes a number of GPUs, not 'x=1'",
                "--gpu=x true       | --gpu takes a number of GPUs, not 'x'",
                "--gpu= true        | --gpu takes a number of GPUs, not ''",
                "-G python          | there is no command to run",
                "-G python x        | --gpu takes a number of GPUs, not 'python'",
                "--gpu -G 2 true    | --gpu and -G both say how many GPUs",
                "--gpu 2            | there is no command to run",
                "--gpu              | there is no command to run",
                "--                 | there is no command to run",
                "--frob true        | q run does not know '--frob'",
                "--after x true     | 'x' is not a job id: ids are numbers from 0",
                "--after 1,,2 true  | '' is not a job id: ids are numbers from 0",
                "--after -3 true    | '-3' is not a job id: ids are numbers from 0",
                "--after 99999999999 true | '99999999999' is not a job id: ids are numbers from 0",
                "--cwd= true        | --cwd is empty"
            })
    void whatIsWrongIsAUsageError(String words, String message) throws InterruptedException {
        Session.Result result = session.q(("run " + words).split(" "));
        assertThat(result.err()).startsWith("q: " + message).contains("\n  ");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(2);
        assertThat(session.queue.view().state().jobs().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "64", "65", "99", "99999999999999999999"})
    void moreGpusThanTheMachineHasAreRefused(String count) throws InterruptedException {
        Session.Result result = session.q("run", "--gpu", count, "true");
        assertThat(result.err())
                .startsWith("q: the job asks for " + count + " GPUs")
                .contains("\n  'q gpu' lists");
        assertThat(result.exit()).isEqualTo(1);
    }

    @Test
    void anEmptyWordIsNoCommand() throws InterruptedException {
        Session.Result result = session.q("run", "", "x");
        assertThat(result.err()).startsWith("q: the command's first word is empty");
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void emptyArgumentsArePassedOn() throws InterruptedException {
        assertThat(text(submitted("run", "echo", "", " ", "a b").command())).containsExactly("echo", "", " ", "a b");
    }

    @Test
    void everythingThatWasSaidIsInTheSpecification() throws InterruptedException {
        session.limits = List.of(new ResourceLimit(1, 2));
        submitted("run", "true");
        submitted("run", "true");
        JobSpec spec = submitted(
                "run", "-L", "sweep", "--name=big one", "--after", "0,1", "--after=0", "--cwd", "sub/dir", "true");
        assertThat(spec.user()).isEqualTo(Sample.ANN);
        assertThat(spec.label()).contains(RawBytes.utf8("sweep"));
        assertThat(spec.name()).contains(RawBytes.utf8("big one"));
        assertThat(spec.after()).containsExactly(new JobId(0), new JobId(1));
        assertThat(spec.directory().text()).isEqualTo("/home/ann/work/sub/dir");
        assertThat(spec.umask()).isEqualTo(022);
        assertThat(spec.limits()).containsExactly(new ResourceLimit(1, 2));
        assertThat(session.queue.environment(spec.environment())).isEqualTo(session.environment);
        assertThat(spec.foreground()).isFalse();
    }

    @Test
    void oneCallLeavesNothingBehindForTheNext() throws InterruptedException {
        submitted("run", "true");
        submitted("run", "--gpu", "2", "-L", "x", "--name", "y", "--after", "0", "--cwd", "/tmp", "a", "b");
        JobSpec next = submitted("run", "c");
        assertThat(next.resources().gpus()).isZero();
        assertThat(next.label()).isEmpty();
        assertThat(next.name()).isEmpty();
        assertThat(next.after()).isEmpty();
        assertThat(next.directory().text()).isEqualTo("/home/ann/work");
        assertThat(text(next.command())).containsExactly("c");
    }

    @Test
    void aBareCommandIsLabelledWithItsOwner() throws InterruptedException {
        assertThat(submitted("python", "train.py").label()).contains(RawBytes.utf8("ann"));
        assertThat(submitted("--", "list").label()).contains(RawBytes.utf8("ann"));
        assertThat(submitted("run", "python").label()).isEqualTo(Optional.empty());
    }

    @Test
    void bytesThatAreNoTextRoundTrip() throws InterruptedException {
        RawBytes odd = RawBytes.of(new byte[] {(byte) 0xff, (byte) 0xfe, '\n', 0x1b, (byte) 0x80, 'x'});
        Session.Result result = session.call(
                new FakeClient(Sample.ANN),
                Session.PIPE,
                List.of(RawBytes.utf8("run"), RawBytes.utf8("--label"), odd, RawBytes.utf8("prog"), odd));
        assertThat(result.exit()).isZero();
        assertThat(session.job(0).spec().command()).containsExactly(RawBytes.utf8("prog"), odd);
        assertThat(session.job(0).spec().label()).contains(odd);
    }

    @Test
    void anAbsoluteDirectoryNeedsNoCurrentOne() throws InterruptedException {
        session.directory = new RawBytes("");
        assertThat(submitted("run", "--cwd", "/data", "true").directory().text())
                .isEqualTo("/data");
        Session.Result result = session.q("run", "true");
        assertThat(result.err()).startsWith("q: the current directory does not exist any more");
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void wordsThatExecveWouldNotTakeAreRefused() throws InterruptedException {
        assertThat(session.q("run", "echo", "x".repeat(131_071)).exit()).isZero();
        Session.Result tooLong = session.q("run", "echo", "x".repeat(131_072));
        assertThat(tooLong.err()).contains("131072 bytes").contains("131071");
        assertThat(tooLong.exit()).isEqualTo(1);

        String[] many = new String[100];
        Arrays.fill(many, "x".repeat(100_000));
        many[0] = "run";
        Session.Result tooMany = session.q(many);
        assertThat(tooMany.err()).contains("the command and the environment together");
        assertThat(tooMany.exit()).isEqualTo(1);
    }

    @Test
    void aSmallStackTakesFewerWords() throws InterruptedException {
        long stack = 1 << 20;
        session.limits = List.of(
                new ResourceLimit(-1, -1),
                new ResourceLimit(-1, -1),
                new ResourceLimit(-1, -1),
                new ResourceLimit(stack, -1));
        assertThat(session.q("run", "echo", "x".repeat(100_000)).exit()).isZero();
        assertThat(session.q("run", "echo", "x".repeat(100_000), "x".repeat(100_000), "x".repeat(60_000))
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void onATerminalALineTellsWhatHappensNext() throws InterruptedException {
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "--gpu", "3", "a")
                        .err())
                .isEqualTo("q: job 0 starts now on GPU 0-2\n");
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "a").err())
                .isEqualTo("q: job 1 starts now\n");
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "a").err())
                .isEqualTo("q: job 2 is queued: place 1, the one CPU slot is taken\n");
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "a").err())
                .isEqualTo("q: job 3 is queued: place 2, next after job 2\n");
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "--gpu", "2", "a")
                        .err())
                .isEqualTo("q: job 4 is queued: place 1, needs 2 GPUs, 1 free: 3 leased\n");
        assertThat(session.q(Sample.ANN, Session.terminal(80), "run", "--after", "0,1", "a")
                        .err())
                .isEqualTo("q: job 5 is queued: waits for job 0, 1\n");
    }

    @Test
    void elsewhereTheIdAlone() throws InterruptedException {
        Session.Result result = session.q("run", "a");
        assertThat(result.out()).isEqualTo("0\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void withoutADriverGpuJobsAreRefusedAndTheDemoIsNamed() throws InterruptedException {
        Session bare = new Session();
        bare.queue.gpus(new GpuSnapshot(new GpuSnapshot.Driver.Absent("there is no libnvidia-ml.so.1"), List.of(), 0));
        Session.Result result = bare.q("run", "--gpu", "true");
        assertThat(result.err())
                .startsWith("q: no GPU can be used on this machine: ")
                .contains("'q demo'");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(bare.q("run", "true").exit()).isZero();
    }
}
