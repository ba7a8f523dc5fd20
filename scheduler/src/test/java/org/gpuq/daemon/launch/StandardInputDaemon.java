package org.gpuq.daemon.launch;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;

/** A daemon of a few lines: runs one job in the directory it is given, and ends with 0 once that is over. */
final class StandardInputDaemon {
    private StandardInputDaemon() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        BlockingQueue<LaunchEvent> events = new LinkedBlockingQueue<>();
        LaunchLink link = LaunchLink.onStandardInput(new StartTerms(0, false), events::add);
        for (LaunchEvent event = events.take(); ; event = events.take()) {
            switch (event) {
                case LaunchEvent.Ready ready ->
                    link.start(
                            QLaunch.token(),
                            new JobId(1),
                            Jobs.command(directory, "echo", "hello from a job"),
                            Jobs.PATH,
                            RawBytes.utf8(directory.resolve("out").toString()));
                case LaunchEvent.Exited exited -> System.exit(exited.status().shellCode());
                case LaunchEvent.Disconnected disconnected -> System.exit(2);
                case LaunchEvent.NotStarted failed -> System.exit(2);
                case LaunchEvent.Started started -> {}
                case LaunchEvent.Empty empty -> {}
                case LaunchEvent.Joined joined -> {}
                case LaunchEvent.Counted counted -> {}
                case LaunchEvent.Gone gone -> {}
            }
        }
    }
}
