package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class RebootTest {
    private final Machine machine = Machine.withGpus(1);

    @Test
    void theSameBootChangesNothing() {
        machine.give(new Input.DaemonStart("a"));
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);

        machine.give(new Input.DaemonStart("a"));

        assertThat(machine.word(job)).isEqualTo("running");
        assertThat(machine.state().leases()).containsOnlyKeys(job);
    }

    @Test
    void anotherBootLosesWhatRanAndKeepsWhatWaits() {
        machine.give(new Input.DaemonStart("a"));
        JobId ran = machine.submit(Specs.gpu(1));
        machine.launched(ran);
        JobId started = machine.submit(Specs.cpu());
        JobId follower = machine.submit(Specs.after(started));
        JobId waits = machine.submit(Specs.gpu(1));

        machine.give(new Input.DaemonStart("b"));

        assertThat(machine.word(ran)).isEqualTo("lost");
        assertThat(machine.word(started)).isEqualTo("lost");
        assertThat(machine.word(follower)).isEqualTo("skipped");
        machine.poll(Gpus.clean(0));
        assertThat(machine.word(waits)).isEqualTo("starting");
    }
}
