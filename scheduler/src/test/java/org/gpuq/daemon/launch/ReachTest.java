package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals find a process that left its session and its parent. */
class ReachTest {
    private static final String LEAVE_A_GRANDCHILD =
            "(setsid sh -c 'trap \"\" TERM; echo $$ > grandchild; exec sleep 100' &) ; until [ -s grandchild ]; do sleep 0.01; done";

    @TempDir
    Path directory;

    @Test
    void throughACgroup() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            var ready = (LaunchEvent.Ready) launch.await(LaunchEvent.Ready.class::isInstance);
            assumeTrue(
                    !ready.cgroup().isEmpty(), "no cgroup can be made here: it takes cgroup v2 and the right to write");
            reachesTheGrandchild(launch);
        }
    }

    @Test
    void throughTheSupervisor() throws IOException {
        try (QLaunch launch = QLaunch.withoutCgroups(directory)) {
            var ready = (LaunchEvent.Ready) launch.await(LaunchEvent.Ready.class::isInstance);
            assertThat(ready.pid()).isEqualTo((int) launch.pid());
            assertThat(ready.cgroup()).isEmpty();
            reachesTheGrandchild(launch);
        }
    }

    @Test
    void aSignalForTheGroupReachesNobodyElseAndNothingOfAFinishedJob() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = Jobs.start(launch, directory, "sh", "-c", LEAVE_A_GRANDCHILD + "; : > left; exec sleep 100");
            launch.await("the grandchild", () -> Files.exists(directory.resolve("left")));

            launch.link().signalGroup(token, 10); // USR1, for which nobody has a handler

            LaunchEvent.Exited exited = launch.await(LaunchEvent.Exited.class, token);
            assertThat(exited.status()).isEqualTo(new ExitStatus.Killed(10, false));
            long grandchild = Long.parseLong(
                    Files.readString(directory.resolve("grandchild")).strip());
            launch.link().signalGroup(token, 9);
            Token unknown = QLaunch.token();
            launch.link().adopt(unknown); // its answer comes after what was asked before
            launch.await(LaunchEvent.Gone.class, unknown);
            assertThat(ProcessHandle.of(grandchild)).isPresent();
            launch.link().signal(token, 9);
            launch.await(LaunchEvent.Empty.class, token);
        }
    }

    private void reachesTheGrandchild(QLaunch launch) throws IOException {
        Token token = Jobs.start(launch, directory, "sh", "-c", LEAVE_A_GRANDCHILD);
        launch.await(LaunchEvent.Exited.class, token);
        long grandchild =
                Long.parseLong(Files.readString(directory.resolve("grandchild")).strip());
        launch.link().signal(token, 15); // which it ignores
        launch.link().adopt(token);
        assertThat(ProcessHandle.of(grandchild)).isPresent();
        assertThat(launch.has(LaunchEvent.Empty.class, token)).isFalse();
        launch.link().signal(token, 9);
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(ProcessHandle.of(grandchild)).isEmpty();
    }
}
