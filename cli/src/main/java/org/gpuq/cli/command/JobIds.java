package org.gpuq.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;

/** Job ids as people type them: one a word, or several with commas between. */
public final class JobIds {
    private static final int MOST_DIGITS = 10;

    private JobIds() {}

    /** In the order given, each once. */
    public static List<JobId> parse(@Nullable List<String> words) throws RefusedException {
        List<JobId> ids = new ArrayList<>();
        for (String word : words == null ? List.<String>of() : words) {
            for (String part : word.split(",", -1)) {
                JobId id = parse(part);
                if (!ids.contains(id)) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    public static JobId parse(String word) throws RefusedException {
        return number(word)
                .map(JobId::new)
                .orElseThrow(() -> Usage.wrong(
                        "'" + Usage.text(word) + "' is not a job id: ids are numbers from 0",
                        "'q list' shows them in its first column"));
    }

    private static Optional<Integer> number(String word) {
        boolean digits =
                !word.isEmpty() && word.length() <= MOST_DIGITS && word.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Long.parseLong(word) > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(word));
    }
}
