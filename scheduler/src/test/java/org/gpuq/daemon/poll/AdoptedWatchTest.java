package org.gpuq.daemon.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.poll.AdoptedWatch.Adopted;
import org.junit.jupiter.api.Test;

class AdoptedWatchTest {
    private static final Token TOKEN = new Token(1, 2);

    private final ProcFs proc = new ProcFs(Path.of("/proc"));
    private final List<Token> gone = new ArrayList<>();

    private void look(int pid, long startTicks) {
        gone.clear();
        Adopted one = new Adopted(TOKEN, new JobProcess(pid, startTicks, ""));
        try (AdoptedWatch watch = new AdoptedWatch(proc, () -> List.of(one), gone::add)) {
            watch.look();
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        for (int left = 3000; !condition.getAsBoolean(); left--) {
            assertThat(left).as("tries").isPositive();
            Thread.sleep(10);
        }
    }

    private long startOf(int pid) {
        return proc.process(pid).orElseThrow().startTicks();
    }

    @Test
    void aProcessIsWatchedUntilItEnds() throws IOException, InterruptedException {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        int pid = Math.toIntExact(sleeper.pid());
        long start = startOf(pid);
        look(pid, start);
        assertThat(gone).isEmpty();
        sleeper.destroy();
        until(() -> {
            look(pid, start);
            return gone.equals(List.of(TOKEN));
        });
    }

    @Test
    void whoeverGotItsPidIsNotIt() {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        look(pid, startOf(pid) - 1);
        assertThat(gone).containsExactly(TOKEN);
    }

    @Test
    void oneThatOnlyItsParentHasNotTakenNoteOfHasEnded() throws IOException, InterruptedException {
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.1 & exec sleep 300").start();
        until(() -> parent.children().findAny().isPresent());
        int child = Math.toIntExact(parent.children().findFirst().orElseThrow().pid());
        long start = startOf(child);
        until(() -> {
            look(child, start);
            return gone.equals(List.of(TOKEN));
        });
        assertThat(Path.of("/proc", Integer.toString(child))).exists();
        parent.destroy();
    }
}
