package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who runs when. */
@Timeout(120)
class OrderIT {
    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
    }

    @AfterEach
    void stop() throws IOException {
        box.close();
    }

    @Test
    void firstInFirstOutOneAtATime() {
        int gate = box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done'");
        List<Integer> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(box.run("sh -c 'echo " + i + " >> order; test ! -e busy && touch busy && sleep 0.05 && rm busy'"));
        }
        assertThat(box.job(jobs.getFirst()).text("reason")).contains("the one CPU slot is taken");
        assertThat(box.job(jobs.get(3)).text("reason")).contains("3 jobs are before it");
        box.ok("touch go");
        assertThat(box.sh("q wait " + gate).status()).isZero();
        for (int job : jobs) {
            assertThat(box.sh("q wait " + job).status()).isZero();
        }
        assertThat(box.text("order")).isEqualTo("0\n1\n2\n3\n4\n");
    }

    @Test
    void asManyAsThereAreSlots() throws IOException {
        box.configure("[jobs]\nslots = 3");
        List<Integer> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jobs.add(box.run("sh -c 'while [ ! -e go ]; do sleep 0.05; done'"));
        }
        for (int job : jobs.subList(0, 3)) {
            box.untilState(job, "running");
        }
        assertThat(box.state(jobs.get(3))).isEqualTo("queued");
        assertThat(box.job(jobs.get(3)).text("reason")).contains("all 3 CPU slots are taken");
        box.ok("touch go");
        assertThat(box.sh("q wait " + jobs.get(3)).status()).isZero();
    }

    @Test
    void neitherLineWaitsForTheOther() throws IOException {
        box.simulate(1);
        int holder = box.run("--gpu sleep 100");
        int waiting = box.run("--gpu touch gpu-done");
        box.untilState(holder, "running");
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
        assertThat(box.state(waiting)).isEqualTo("queued");

        int busy = box.run("sleep 100");
        int behind = box.run("true");
        box.untilState(busy, "running");
        box.sh("q cancel " + holder);
        assertThat(box.sh("q wait " + waiting).status()).isZero();
        assertThat(box.state(behind)).isEqualTo("queued");
    }

    @Test
    void nothingIsLostOrReorderedWhenManySubmitAtOnce() {
        String all = box.ok("for i in 1 2 3 4; do (for j in 1 2 3 4 5; do q run true; done) & done; wait");
        assertThat(all.lines().map(Integer::parseInt).sorted().toList())
                .isEqualTo(java.util.stream.IntStream.range(0, 20).boxed().toList());
        assertThat(box.sh("q wait $(seq 0 19)").status()).isZero();
        assertThat(box.json("q list --all --json").list("jobs")).hasSize(20);
    }
}
