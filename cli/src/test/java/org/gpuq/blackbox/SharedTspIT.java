package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Task-spooler's words where several people share a queue: there anybody could do anything to anybody's jobs. */
@Timeout(300)
class SharedTspIT {
    private SharedBox box;

    @BeforeEach
    void open() throws IOException {
        box = SharedBox.create("");
    }

    @AfterEach
    void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    private int queue(String role, String words) {
        return Integer.parseInt(box.ok(role, "q " + words));
    }

    private String ids(String role) {
        return box.ok(role, "q -l | awk 'NR > 1 { print $1 }' | sort -n | paste -sd ' '");
    }

    private Result refused(String role, String words) {
        Result result = box.as(role, "q " + words);
        assertThat(result.status()).as(words).isEqualTo(255);
        assertThat(result.out()).as(words).isEmpty();
        assertThat(result.err()).as(words).startsWith("Error in the request: ");
        return result;
    }

    /** What ann has, and one that ben tries. */
    private void jobsOfBoth() {
        queue("ann", "true");
        queue("ben", "false");
        box.as("ann", "q -w 1");
        queue("ann", "sh -c 'echo $$ >pid; exec sleep 1000'");
        queue("ann", "true");
        queue("ben", "true");
        box.untilState(2, "running");
        Sandbox.until(
                "it is there",
                () -> !SharedBox.read(box.home("ann").resolve("pid")).isEmpty());
    }

    @Test
    void everybodysJobsAreListedUnderTheirNames() {
        jobsOfBoth();
        assertThat(box.ok("ben", "q -l | grep -e ID -e '\\[" + box.user("ann") + "]' | wc -l"))
                .isEqualTo("4");
        assertThat(box.ok("ben", "q -s 2")).isEqualTo("running");
        assertThat(box.as("ben", "q -w 1").status()).isEqualTo(1);
    }

    @Test
    void nobodyChangesAnothersJobs() {
        jobsOfBoth();
        for (String words : List.of("-k 2", "-r 0", "-r 3", "-u 3", "-U 3-4")) {
            assertThat(refused("ben", words).err()).as(words).contains("administrator");
        }
        assertThat(refused("ben", "-S 4").err()).contains("administrator");
        assertThat(ids("ben")).isEqualTo("0 1 2 3 4");
        assertThat(box.ok("ann", "q -s 2")).isEqualTo("running");
        box.ok("adm", "q -u 3; q -r 3; q -k 2");
        assertThat(box.as("ann", "q -w 2").status()).isEqualTo(255);
        assertThat(ids("ann")).isEqualTo("0 1 2 4");
    }

    @Test
    void whatIsClearedIsOnesOwnUnlessAnAdministratorAsks() {
        jobsOfBoth();
        Result cleared = box.as("ben", "q -C");
        assertThat(cleared.status()).isZero();
        assertThat(cleared.err()).contains("1 finished", "of others", "only an administrator may clear");
        assertThat(ids("ben")).isEqualTo("0 2 3 4");
        assertThat(box.ok("adm", "q -C")).isEmpty();
        assertThat(ids("ben")).isEqualTo("2 3 4");
    }

    @Test
    void anAdministratorEndsTheQueueAndNobodyElse() {
        jobsOfBoth();
        Result refused = refused("ben", "-K");
        assertThat(refused.err()).contains("belongs to " + box.user("ann"), "only an administrator ends a queue");
        assertThat(ids("ben")).isEqualTo("0 1 2 3 4");
        String pid = box.ok("ann", "cat pid");
        long daemon = box.daemon().number("pid");
        assertThat(box.as("adm", "q -K")).isEqualTo(new Result(0, "", ""));
        assertThat(box.daemon().number("pid"))
                .as("the daemon is everybody's, and stays")
                .isEqualTo(daemon);
        assertThat(ids("ben")).isEmpty();
        assertThat(queue("ben", "true")).isZero();
        assertThat(box.sh("kill -0 " + pid).status()).as("what runs goes on").isZero();
    }
}
