package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What task-spooler prints, says and exits with, q does too: each script runs with both. Written from what task-spooler
 * is seen to do.
 */
@Timeout(180)
class SideBySideIT {
    @BeforeAll
    static void thereIsSomethingToCompareWith() {
        SideBySide.needsTsp();
    }

    private static void same(String script) throws IOException {
        String tsp = SideBySide.tsp(script);
        assertThat(tsp).doesNotContain("never: ");
        assertThat(SideBySide.withoutExplanations(SideBySide.q(script))).isEqualTo(tsp);
    }

    @Test
    void anEmptyQueueAnswers() throws IOException {
        same("""
                ts
                ts -l
                ts -s
                ts -w
                ts -o
                ts -p
                ts -c
                ts -t
                ts -k
                ts -r
                ts -u
                ts -S
                ts -C
                """);
    }

    @Test
    void helpAndVersionAreOnStandardOutput() throws IOException {
        same("""
                ts -h | grep -c . | grep -c .
                ts -V | grep -c . | grep -c .
                ts -h >/dev/null
                ts -V >/dev/null
                """);
    }

    @Test
    void aCommandIsQueuedUnderItsUsersName() throws IOException {
        same("""
                ts echo hello
                ts -w
                ts
                ts -l
                ts | grep -e ID -e "$(id -un)"
                ts echo 'two  blanks' and "it's quoted"
                ts -w 1
                ts -c 1
                ts
                """);
    }

    @Test
    void labelsAreShownAndTheLastCounts() throws IOException {
        same("""
                ts -L a true
                ts -L a -L b true
                ts -L '' true
                ts -Lc true
                ts -L 'with blanks' true
                @ts -w 4
                ts
                ts -L d
                ts -i 0
                """);
    }

    @Test
    void optionsEndAtTheFirstWordThatIsNone() throws IOException {
        same("""
                ts echo -l
                ts -- echo -n x
                ts -L l -- echo y
                @ts -w 2
                ts -c 0
                ts -c 1
                ts -c 2
                ts
                """);
    }

    @Test
    void theLastActionCounts() throws IOException {
        same("""
                ts true
                @ts -w
                ts -C -l
                ts -lw
                ts -S2
                ts -Sl
                ts -S 3 -l
                ts -K -l
                ts -l -s
                ts -s0
                ts -l true
                @ts -w
                ts -f
                ts -n
                ts -l -C
                ts
                ts -C true
                ts -V true | wc -l | grep -c .
                """);
    }

    @Test
    void mistakesAreSaid() throws IOException {
        same("""
                ts -z
                ts -lz
                ts -x true
                ts -L
                ts -N
                ts -D
                ts -U
                ts -fL
                ts -S 0
                ts -S x
                ts -S -3
                ts -U 1
                ts -U 1,2
                ts -U 1-1
                ts -U 1-2
                ts -mn true
                ts -mg true
                ts -s 99
                ts -w 99
                ts -c 99
                ts -t 99
                ts -o 99
                ts -p 99
                ts -k 99
                ts -r 99
                ts -u 99
                """);
    }

    @Test
    void theForegroundExitsAsTheJobDoes() throws IOException {
        same("""
                ts -f true
                ts -f false
                ts -f sh -c 'exit 77'
                ts -f sh -c 'exit 200'
                ts -f sh -c 'exit 255'
                ts -f sh -c 'kill -9 $$'
                ts -f no-such-command
                ts -fL x true
                ts -w 3
                ts -w 5
                ts -w 6
                ts -s 6
                """);
    }

    @Test
    void withoutAFileTheForegroundIsTheCallersTerminal() throws IOException {
        same("""
                ts -nf echo hello
                ts -nf sh -c 'echo out; echo err >&2; exit 200'
                echo typed | ts -nf cat
                ts -fn sh -c 'exit 3'
                ts
                """);
    }

    @Test
    void whatRunsAndWhatWaits() throws IOException {
        same("""
                ts ./gate
                ts -L second echo second
                ts -N 2 echo third
                @running 0
                ts
                ts -s
                ts -s 0
                ts -s 1
                ts -i
                ts -i 1
                ts -i 2
                ts -c 1
                ts -t 1
                ts -o 1
                ts -p 1
                ts -k 1
                ts -r 0
                ts -o >/dev/null
                ts -p | grep -cx '[1-9][0-9]*'
                ts -r 1
                ts
                ts -r
                ts -r
                ts
                @touch go
                ts -w 0
                ts
                """);
    }

    @Test
    void outputIsShownAndFollowed() throws IOException {
        same("""
                ts sh -c 'seq 1 30; echo err >&2; ./gate; echo last; exit 3'
                @running 0
                @{ ts -c >followed; echo "exit $?" >>followed; } &
                @{ ts -t >tailed; echo "exit $?" >>tailed; } &
                @wait_for 'grep -q err followed && grep -q err tailed'
                @touch go; wait
                cat followed
                cat tailed
                ts -c
                ts -t
                ts -t 0
                cat "$(ts -o)" | tail -n 2
                stat -c %a "$(ts -o)"
                dirname "$(ts -o)" | sed "s|^$PWD/||"
                """);
    }

    @Test
    void whatIsKnownOfAJob() throws IOException {
        same("""
                ts sh -c 'exit 4'
                @ts -w
                ts -i
                ts -D 0 -L lab true
                @ts -f sh -c 'kill -15 $$'
                ts -i 2
                ts -i
                ts -L lab ./gate
                @running 3
                ts -i
                ts -i 3
                @touch go
                """);
    }

    @Test
    void oneAfterTheOther() throws IOException {
        same("""
                ts true
                ts -d true
                ts -d false
                ts -d echo never
                ts -d echo never
                @ts -w
                ts
                ts -w 3
                ts -s 4
                ts -c 3
                ts -o 3
                ts -p 3
                ts -k 3
                ts -D 0 echo after
                ts -D 2 echo never
                ts -D 77 echo never
                @ts -w
                ts
                ts -fd false
                ts -fd true
                ts -r 3
                ts
                """);
    }

    @Test
    void queuedJobsWaitForOthers() throws IOException {
        same("""
                ts ./gate
                ts -d true
                ts -d -L x true
                @running 0
                ts
                ts -i 2
                ts -r 1
                @touch go
                @ts -w 0
                @state 2 skipped
                ts | grep skipped
                """);
    }

    @Test
    void slots() throws IOException {
        same("""
                ts -S
                ts -S 2
                ts -S
                ts ./gate
                ts ./gate
                ts ./gate
                @running 0
                @running 1
                ts
                ts -S 3
                @running 2
                ts
                ts -S 1
                ts
                @touch go
                ts -w
                ts -w 0
                ts -S
                """);
    }

    @Test
    void severalSlotsForOneJob() throws IOException {
        same("""
                ts -S 3
                ts -N 2 ./gate
                @running 0
                ts
                ts -N 2 true
                ts
                @touch go
                ts -w
                ts -i 1
                """);
    }

    @Test
    void theOrderCanBeChanged() throws IOException {
        same("""
                ts ./gate
                @running 0
                @ts echo 1; ts echo 2; ts echo 3; ts echo 4
                ts -u 3
                ts
                ts -u
                ts
                ts -U 1-3
                ts
                ts -U 1-99
                ts -s
                @touch go
                @for id in 0 1 2 3 4; do ts -w $id; done
                ts
                ts -u 1
                ts -U 1-2
                """);
    }

    @Test
    void aRunningJobGetsATerm() throws IOException {
        same("""
                ts ./gate
                @running 0
                ts -k
                ts -w
                ts -i
                ts
                ts sh -c 'exec 2>/dev/null; trap "echo caught; exit 5" TERM; touch ready; while :; do sleep 0.02; done'
                @wait_for '[ -e ready ]'
                ts -k 1
                ts -w
                ts -c
                ts
                """);
    }

    @Test
    void finishedJobsAreForgotten() throws IOException {
        same("""
                ts true
                ts false
                ts ./gate
                @running 2
                ts -r 0
                ts
                ts -C
                ts
                ts -w 1
                @touch go
                ts -w
                ts -r
                ts -r
                ts
                ts echo 'the ids go on'
                """);
    }

    @Test
    void aNewQueueBeginsAtZero() throws IOException {
        same("""
                ts true
                ts true
                @ts -w
                ts -K
                ts
                ts true
                ts -K
                ts -K
                """);
    }

    @Test
    void aJobRunsAsItsCallerWould() throws IOException {
        same("""
                @mkdir sub; cd sub; umask 027; export MINE=yes; ulimit -n 77
                ts sh -c 'pwd; umask; echo $MINE; ulimit -n; wc -c'
                @ts -w; cd ..
                ts -c | sed "s|$PWD|<here>|"
                """);
    }

    @Test
    void anOutputThatIsNotStoredCannotBeShown() throws IOException {
        same("""
                ts -n sh -c 'exit 3'
                @ts -w
                ts
                ts -c
                ts -t 0
                ts -o
                ts -i
                """);
    }

    @Test
    void theStoredOutputCanBePacked() throws IOException {
        same("""
                ts -g sh -c 'echo packed; echo err >&2; exit 4'
                ts -w
                @wait_for 'gunzip <"$(ts -o)" >/dev/null 2>&1'
                ts -c | gunzip
                gunzip <"$(ts -o)"
                ts
                """);
    }

    @Test
    void aProgramIsCalledAtTheEnd() throws IOException {
        same("""
                @printf '#!/bin/sh\\necho "$1 $2 $4" >>ends\\n[ -z "$3" ] || [ -e "$3" ] && echo file >>ends\\n' >end
                @chmod +x end; touch ends; export TS_ONFINISH=$PWD/end
                ts echo a b
                @ts -w; wait_for '[ "$(wc -l <ends)" = 2 ]'
                ts sh -c 'exit 44'
                @ts -w; wait_for '[ "$(wc -l <ends)" = 4 ]'
                cat ends
                """);
    }

    @Test
    void onlySoManyFinishedJobsAreKept() throws IOException {
        same("""
                @export TS_MAXFINISHED=3
                @for i in 1 2 3 4 5; do ts true; done; ts -w 4
                ts
                """);
    }

    @Test
    void theNumberOfSlotsAtTheStart() throws IOException {
        same("""
                @export TS_SLOTS=3
                ts
                ts -S
                """);
    }

    @Test
    void theSurroundingsAreNotedWhenAJobIsQueued() throws IOException {
        same("""
                @export TS_ENV='echo "branch $BRANCH in ${PWD##*/}"; echo oops >&2; cat'; export BRANCH=main
                @mkdir sub other; cd sub
                ts true
                @cd ../other; export BRANCH=other
                ts -L lab false
                @ts -w
                ts -i 0
                ts -i 1
                ts ../gate
                @running 2
                ts true
                ts -i
                ts -i 3
                @touch go; ts -w; cd ..
                @unset TS_ENV
                ts true
                @ts -w
                ts -i
                @export TS_ENV=
                ts true
                @export TS_ENV=no-such-command
                ts true
                @export TS_ENV='seq 5000; exit 3'
                ts true
                @ts -w
                ts -i 5
                ts -i 6
                ts -i 7
                ts -N 2 -L x true
                ts -i 8 | head -n 3
                """);
    }

    @Test
    void theOutputIsMailed() throws IOException {
        String script = """
                @export TS_MAILTO=bob@example.org
                ts -m sh -c 'echo hello; echo err >&2; exit 3'
                @ts -w; wait_for '[ -s mail ]'
                cat mail; rm mail
                @export TS_MAILTO=ann
                ts -mL lab echo 'two  words' a
                @ts -w; wait_for '[ -s mail ]'
                cat mail; rm mail
                ts -mf sh -c 'kill -9 $$'
                @wait_for '[ -s mail ]'
                cat mail; rm mail
                ts -md echo never
                ts -s
                ts
                """;
        SideBySide.needsMailer();
        String tsp = SideBySide.mailing().ofTsp(script);
        assertThat(tsp).doesNotContain("never: ").contains("Subject: the task 0 finished with error 3.");
        assertThat(SideBySide.withoutExplanations(SideBySide.mailing().ofQ(script)))
                .isEqualTo(tsp);
    }

    @Test
    void withoutAMailerTheJobIsAsItWas() throws IOException {
        same("""
                ts -m sh -c 'echo hello; exit 3'
                ts -w
                ts -c
                ts
                """);
    }
}
