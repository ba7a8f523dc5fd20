package org.gpuq.daemon.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/** Jobs as tests start them. */
final class Jobs {
    static final List<RawBytes> PATH = List.of(RawBytes.utf8("PATH=/usr/local/bin:/usr/bin:/bin"));

    private Jobs() {}

    static JobSpec command(Path directory, String... words) {
        return command(
                RawBytes.utf8(directory.toString()),
                Arrays.stream(words).map(RawBytes::utf8).toList());
    }

    static JobSpec command(RawBytes directory, List<RawBytes> words) {
        return new JobSpec(
                new User(0, 0, "tester"),
                words,
                directory,
                new EnvironmentId("0".repeat(64)),
                027,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Resources.CPU,
                List.of(),
                false);
    }

    static Token start(QLaunch launch, Path directory, String... words) {
        return start(launch, directory, command(directory, words));
    }

    /** With its output in the file {@code out} of {@code directory}, in place of what an earlier one has left there. */
    static Token start(QLaunch launch, Path directory, JobSpec spec) {
        Path out = directory.resolve("out");
        try {
            if (Files.isRegularFile(out, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return into(launch, out, spec);
    }

    /** With its output in this file. */
    static Token into(QLaunch launch, Path out, JobSpec spec) {
        Token token = QLaunch.token();
        launch.link().start(token, new JobId(7), spec, PATH, RawBytes.utf8(out.toString()));
        return token;
    }
}
