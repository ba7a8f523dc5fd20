package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is said, with what to do, and takes nothing with it. */
@Timeout(120)
class InputIT {
    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.simulate(2);
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    @ParameterizedTest(name = "q {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "show 9999               | 3 | there is no job 9999",
                "logs 9999               | 3 | there is no job 9999",
                "wait 9999               | 3 | there is no job 9999",
                "cancel 9999             | 3 | there is no job 9999",
                "run --after 9999 true   | 3 | there is no job 9999",
                "show x                  | 2 | 'x' is not a job id",
                "show -1                 | 2 | -1",
                "show                    | 2 | ID",
                "run                     | 2 | there is no command to run",
                "run --                  | 2 | there is no command to run",
                "run ''                  | 2 | the command's first word is empty",
                "run --gpu 0 true        | 2 | --gpu 0 asks for no GPU",
                "run --gpu -1 true       | 2 | --gpu -1 asks for no GPU",
                "run --gpu=x true        | 2 | --gpu takes a number of GPUs",
                "run --gpu 99 true       | 1 | the job asks for 99 GPUs",
                "run --gpu 3 true        | 1 | the job asks for 3 GPUs and this machine has 2",
                "run --frob true         | 2 | --frob",
                "daemon frob             | 2 | frob",
                "list --frob             | 2 | --frob",
                "logs -n 0 1             | 2 | -n 0"
            })
    void aMistakeIsSaidWithItsCode(String words, int status, String message) {
        int before = box.json("q list --all --json").list("jobs").size();
        Result result = box.sh("q " + words);
        assertThat(result.err()).startsWith("q: ").contains(message).contains("\n  ");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(status);
        assertThat(box.json("q list --all --json").list("jobs")).hasSize(before);
    }

    @Test
    void anErrorIsJsonToo() {
        Result result = box.sh("q show --json 9999");
        assertThat(result.status()).isEqualTo(3);
        Json error = Json.of(result.out()).get("error");
        assertThat(error.text("code")).isEqualTo("not_found");
        assertThat(error.text("message")).contains("9999");
    }

    @Test
    void aDirectoryThatIsGoneBeforeTheCall() {
        Result result = box.sh("mkdir gone1; cd gone1; rmdir ../gone1; q run true");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).startsWith("q: the current directory does not exist any more");
    }

    @Test
    void aDirectoryThatIsGoneBeforeTheStart() {
        int gate = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done'");
        int job = Integer.parseInt(box.ok("mkdir gone2; cd gone2; q run true"));
        box.ok("rmdir gone2; touch go");
        assertThat(box.sh("q wait " + gate).status()).isZero();
        assertThat(box.sh("q wait " + job).status()).isEqualTo(126);
        assertThat(box.state(job)).isEqualTo("failed");
        assertThat(box.ok("q show " + job)).contains("its working directory cannot be entered: no such file");
        Result foreground = box.sh("q run --cwd /no/such/place -f true");
        assertThat(foreground.status()).isEqualTo(126);
        assertThat(foreground.err()).contains("its working directory cannot be entered");
    }

    @Test
    void aLogDirectoryThatCannotBeWritten() {
        String logs = box.queue() + "/logs";
        box.ended(box.run("true"));
        // Root may write anywhere but to what is no directory.
        box.ok("mv " + logs + " aside; touch " + logs);
        int job = box.run("true");
        assertThat(box.sh("q wait " + job).status()).isEqualTo(126);
        assertThat(box.ok("q show " + job)).contains("its output file cannot be written: not a directory");
        box.ok("rm " + logs + "; mv aside " + logs);
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
    }

    @Test
    void aMegabyteOfArguments() {
        String words = "$(head -c 100000 /dev/zero | tr '\\0' x)";
        int job = Integer.parseInt(box.ok(
                "x=" + words + "; ulimit -s unlimited; q run sh -c 'echo ${#1} $#' _ $x $x $x $x $x $x $x $x $x $x"));
        assertThat(box.ended(job).text("state")).isEqualTo("finished");
        assertThat(box.ok("q logs " + job)).isEqualTo("100000 10");
        assertThat(box.ok("q list").lines().mapToInt(String::length).max().orElse(0))
                .isGreaterThan(0);

        // One string of a megabyte cannot even reach q: the kernel bounds each at 128 KiB. By the socket it can.
        Result shell = box.sh("q run echo $(head -c 1000000 /dev/zero | tr '\\0' x)");
        assertThat(shell.status()).isEqualTo(126);
    }

    @ParameterizedTest
    @ValueSource(strings = {"q list", "q show $ID", "q list --json", "q show --json $ID", "q gpu"})
    void aLabelNeverSpeaksToTheTerminal(String call) {
        assumeTrue(box.sh("command -v script").status() == 0, "script (bsdutils) makes the terminal");
        int job = box.run("--gpu --label $'\\e]0;own3d\\a\\e[31mred\\nline\\x9b1m' --name $'\\e[2J' sh -c"
                + " $'while [ ! -e done.\"$GPUQ_JOB_ID\" ]; do sleep 0.05; done #\\e[5m\\r'");
        box.untilState(job, "running");
        String line = call.replace("$ID", Integer.toString(job));
        Result result = box.sh("script -qec '" + line + "' /dev/null < /dev/null");
        assertThat(result.status()).isZero();
        // Colours of its own are q's; of the label's bytes none is left.
        assertThat(result.out().replaceAll("\u001b\\[[0-9;]*m", "")).doesNotContain("\u001b", "\u0007", "\u009b");
        assertThat(result.out()).doesNotContain("\u001b[31mred").doesNotContain("\u001b[5m");
        box.ok("touch done." + job);
        box.ended(job);
    }
}
