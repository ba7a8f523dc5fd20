package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that write where their caller does, who does not wait for them. */
@Timeout(120)
class BackgroundIT {
    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.configure("[jobs]\nslots = 4");
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    private static void untilHolds(String file, String text) {
        Sandbox.until(
                file + " to hold " + text, () -> box.sh("cat " + file).out().contains(text));
    }

    @Test
    void theCallerGoesOnAndTheJobWritesToItsOutputLater() {
        Result call = box.sh("q -n sh -c 'until [ -e go ]; do sleep 0.05; done; echo said; echo wrong >&2'"
                + " > out.1 2> err.1; echo status $?");
        assertThat(call.out()).isEqualTo("status 0\n");
        assertThat(box.sh("cat out.1 err.1").out()).isEmpty();
        box.ok("touch go");

        untilHolds("out.1", "said\n");
        untilHolds("err.1", "wrong\n");
    }

    @Test
    void itHasASessionOfItsOwnAndNothingToRead() {
        box.ok("echo typed | q -n sh -c 'cat; test $$ = $(ps -o pgid= -p $$) && echo own; echo over' > out.2");

        untilHolds("out.2", "over");
        assertThat(box.sh("cat out.2").out()).isEqualTo("own\nover\n");
    }

    @Test
    void aRefusalReachesTheCaller() {
        Result call = box.sh("q -n -G 3 true");

        assertThat(call.status()).isEqualTo(255);
        assertThat(call.err()).startsWith("Error in the request: ").contains("GPU");
        assertThat(call.out()).isEmpty();
    }

    @Test
    void itIsCancelledLikeAnyOther() {
        box.ok("q -n -L long sh -c 'echo up; exec sleep 1000' > out.3");
        untilHolds("out.3", "up");
        int id = Integer.parseInt(
                box.sh("q list | awk '/long/ {print $1}'").out().strip());
        box.ok("q cancel " + id);

        box.untilState(id, "cancelled");
    }
}
