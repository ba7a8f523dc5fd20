package org.gpuq.daemon.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job says goes where its submitter wants it. */
class DeliveryTest {
    @TempDir
    Path directory;

    private JobSpec spec(boolean errorsApart, boolean compressed, String script) {
        return Jobs.command(directory, "sh", "-c", script)
                .with(new Delivery(
                        Optional.empty(),
                        errorsApart,
                        compressed,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private String unpacked() throws IOException {
        byte[] stored = Files.readAllBytes(directory.resolve("out"));
        return new String(new GZIPInputStream(new ByteArrayInputStream(stored)).readAllBytes(), UTF_8);
    }

    @Test
    void standardErrorHasAFileOfItsOwn() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = Jobs.start(launch, directory, spec(true, false, "echo said; echo wrong >&2"));
            launch.await(LaunchEvent.Exited.class, token);

            assertThat(directory.resolve("out")).hasContent("said");
            assertThat(directory.resolve("out.e")).hasContent("wrong");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("out.e"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aCompressedOutputIsWholeWhenTheEndIsTold() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/gzip")), "gzip is not installed");
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = Jobs.start(launch, directory, spec(false, true, "seq 100000; exit 7"));
            LaunchEvent.Exited exited = launch.await(LaunchEvent.Exited.class, token);

            assertThat(exited.status()).isEqualTo(new ExitStatus.Exited(7));
            assertThat(unpacked()).endsWith("99999\n100000\n");
            launch.await(LaunchEvent.Empty.class, token);
        }
    }

    @Test
    void theEndIsToldThoughSomebodyElseHoldsTheOutput() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/gzip")), "gzip is not installed");
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = Jobs.start(launch, directory, spec(true, true, "echo said; sleep 1000 &"));
            launch.await(LaunchEvent.Exited.class, token);

            launch.link().signal(token, 15); // which gzip does not heed: it ends with its input
            launch.await(LaunchEvent.Empty.class, token);
            assertThat(unpacked()).isEqualTo("said\n");
        }
    }

    @Test
    void withoutAPackerNothingRuns() throws IOException {
        try (QLaunch launch = QLaunch.in(directory)) {
            Token token = QLaunch.token();
            RawBytes output = RawBytes.utf8(directory.resolve("out").toString());
            launch.link()
                    .start(
                            token,
                            new JobId(7),
                            spec(false, true, ": > ran"),
                            List.of(RawBytes.utf8("PATH=/nowhere")),
                            output);

            assertThat(launch.await(LaunchEvent.NotStarted.class, token).failure())
                    .isEqualTo(new StartFailure(StartFailure.Stage.OUTPUT, 2));
            assertThat(directory.resolve("ran")).doesNotExist();
        }
    }
}
