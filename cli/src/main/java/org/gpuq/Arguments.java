package org.gpuq;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What q-launch passes on from {@code q}.
 *
 * @param state the state directory: journal, outputs, exit records; only its owner can enter it
 * @param socket where {@code q} finds the daemon
 * @param configuration the configuration's file, whether it is there or not
 * @param outputs below which each user's outputs are, where several share the daemon; else empty
 */
record Arguments(Path state, Path socket, Path configuration, Optional<Path> outputs) {
    static final String USAGE = "usage: qd --state DIR --socket PATH [--config FILE] [--outputs DIR]";

    /** Whether several people share it: jobs then run as whoever submitted them. */
    boolean shared() {
        return outputs.isPresent();
    }

    /** @throws IllegalArgumentException when an argument is missing or unknown */
    static Arguments parse(String[] words) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            given.put(words[i], words[i + 1]);
        }
        String state = given.remove("--state");
        String socket = given.remove("--socket");
        Optional<String> configuration = Optional.ofNullable(given.remove("--config"));
        Optional<Path> outputs = Optional.ofNullable(given.remove("--outputs")).map(Path::of);
        if (state == null || socket == null || !given.isEmpty() || words.length % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        Path file = configuration.map(Path::of).orElse(Path.of(state).resolve("gpuq.toml"));
        return new Arguments(Path.of(state), Path.of(socket), file, outputs);
    }
}
