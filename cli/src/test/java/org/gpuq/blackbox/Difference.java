package org.gpuq.blackbox;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that q means to do otherwise than task-spooler.
 *
 * @param what was asked for
 * @param tsp what task-spooler does with it
 * @param q what q does
 * @param why it is better so
 * @param script shows it, as in {@link SideBySide}
 * @param seenOfTsp a piece of what comes of the script with task-spooler
 * @param seenOfQ the same with q
 */
record Difference(String what, String tsp, String q, String why, String script, String seenOfTsp, String seenOfQ) {
    static final List<Difference> ALL = List.of(
            new Difference(
                    "exit codes over 127 in the list",
                    "200 is shown as -56",
                    "200; -1 stands for no exit code of its own: killed, not found, lost",
                    "the two can be told apart",
                    "ts -f sh -c 'exit 200'\nts",
                    "<output> -56 ",
                    "<output> 200 "),
            new Difference(
                    "control characters in commands and labels",
                    "as they are, so a newline breaks the list",
                    "visible: `\\n`, `\\x1b`",
                    "a line is a job, and nobody's label writes to your terminal",
                    "ts -f echo $'a\\nb'\nts",
                    "]echo a\nb\n",
                    "]echo a\\nb\n"),
            new Difference(
                    "a word that is no number where an id is expected",
                    "means job 0",
                    "is an error, 255",
                    "`-k train` would end somebody's job 0",
                    "ts -f true\nts -s train",
                    "finished\n=> 0",
                    "2> 'train' is not a job id"),
            new Difference(
                    "`-N 0`",
                    "ends the server: the queue is gone",
                    "is an error, 255",
                    "nothing is lost",
                    "@ts -f true\nts -N 0 true\n@wait_for '! ts -i 1 >/dev/null 2>&1'\nts",
                    "Command [run=0/1]\n=> 0",
                    "2> Error in the request: '0' is no number of CPU slots"),
            new Difference(
                    "`-u` on a running job",
                    "ends the server: the queue is gone",
                    "is an error, 255",
                    "nothing is lost",
                    "@ts ./gate; running 0; ts true\nts -u 0\nts\n@touch go",
                    "2> Error in move_urgent",
                    "2> Error in the request: The job 0 cannot be urged."),
            new Difference(
                    "`-k` on a job that is over",
                    "signals whatever process group has its number now",
                    "signals nothing and says so; exit code 0 as well",
                    "the number may be another's",
                    "@ts -f true\nts -k 0",
                    "$ ts -k 0\n=> 0",
                    "there is nothing to signal\n=> 0"),
            new Difference(
                    "`-i` of a job that was skipped",
                    "`killed by signal 1`",
                    "`did not run`, and a line `Reason:` below",
                    "nobody killed it",
                    "@ts -f false\n@ts -d true; state 1 skipped\nts -i",
                    "Exit status: killed by signal 1",
                    "Exit status: did not run"),
            new Difference(
                    "`-i` where there is no such job",
                    "`Error in wait_server_lines 2`",
                    "names the job; 255 as well",
                    "says what is wrong",
                    "ts -i 99",
                    "2> Error in wait_server_lines 2",
                    "2> Error in the request: The job 99 cannot be shown."),
            new Difference(
                    "an empty command",
                    "is queued and fails",
                    "is refused, 255",
                    "somebody is there to read why",
                    "ts ''",
                    "0\n=> 0",
                    "2> Error in the request: The command's first word is empty"),
            new Difference(
                    "a program that is not there",
                    "writes `ts could not run the command` into the output",
                    "leaves the output empty; `-c`, `-i` and `q show` say `command not found`",
                    "an output holds what the job wrote",
                    "@ts -f no-such-program\nts -c",
                    "ts could not run the command",
                    "2> q: job 0: command not found"),
            new Difference(
                    "the list while several run",
                    "places: a running job may stand behind waiting ones",
                    "running ones first, then the waiting ones in their order",
                    "what runs is seen at once",
                    """
                    @ts -S 2; ts ./gate; running 0
                    @ts -d true; ts ./gate; running 2
                    ts
                    @touch go
                    """,
                    "true\n2    running",
                    "2    running    <output>                         [root]./gate\n1    queued"),
            new Difference(
                    "`-d` when the job before failed and was cleared from the list",
                    "skips the job",
                    "runs it: it follows nobody",
                    "what is not in the list is not known any more; `-D ID` of such a job is skipped, as in tsp",
                    "@ts -f false; ts -C\nts -fd true",
                    "=> 255",
                    "=> 0"),
            new Difference(
                    "`-E`",
                    "crashes in Debian's build: the job fails",
                    "works: standard error is in a file of its own, the output's name and `.e`",
                    "it is what it is for",
                    "@ts -fE sh -c 'echo out; echo err >&2'\nts -c\ncat \"$(ts -o).e\"",
                    "The output is not stored.",
                    "$ ts -c\nout\n=> 0\n$ cat \"$(ts -o).e\"\nerr\n=> 0"),
            new Difference(
                    "`-n` with the output sent elsewhere, as in `-n CMD >file`",
                    "the job's output is closed: what it writes is lost, and it may fail",
                    "goes into the file, down the pipe, or to the terminal",
                    "it is what `-n` says",
                    "@ts >/dev/null; ts -n sh -c 'echo out; echo err >&2' >said 2>&1\nts -w\ncat said",
                    "$ cat said\n=> 0",
                    "=> 0\n$ cat said\nout\nerr\n=> 0"),
            new Difference(
                    "`TS_SAVELIST`",
                    "when the server gets a TERM, what was queued is written there, as a script",
                    "nothing is written: the queue is still there",
                    "nothing is lost; the script would queue it all a second time",
                    """
                    @export TS_SAVELIST=$PWD/saved; ts ./gate; running 0; ts echo later; kill_server
                    ls saved
                    ts -s 1
                    @touch go
                    """,
                    "$ ls saved\nsaved\n=> 0\n$ ts -s 1\n2> Error",
                    "=> 2\n$ ts -s 1\nqueued\n=> 0"),
            new Difference(
                    "`TS_MAXCONN=8`",
                    "two jobs, the running one included; one too many with `-B` is listed as finished",
                    "eight jobs may wait (as `jobs.max_queued`); others wait for room, or with `-B` exit with 2, as in tsp",
                    "a job that waits needs no connection",
                    """
                    @export TS_MAXCONN=8; ts ./gate; running 0
                    @for i in 1 2 3 4 5 6 7 8; do ts -B true; done
                    ts -B true
                    ts
                    @touch go
                    """,
                    "2> Error, queue full\n=> 2\n$ ts\nID",
                    "8    queued     (file)"),
            new Difference(
                    "long options",
                    "`Wrong option -.`",
                    "`--help`, `--gpu`, and those of `q run` and `q list`",
                    "there are none in tsp that could mean something else",
                    "ts --help | head -n 1\nts --version >/dev/null",
                    "2> Wrong option -.\n=> ",
                    "A queue for the GPUs"));

    static String table() {
        return ALL.stream()
                .map(one -> "| " + one.what + " | " + one.tsp + " | " + one.q + " | " + one.why + " |")
                .collect(Collectors.joining("\n", "| | tsp | q | why |\n|---|---|---|---|\n", "\n"));
    }

    @Override
    public String toString() {
        return what;
    }
}
