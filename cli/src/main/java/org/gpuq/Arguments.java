package org.gpuq;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What q-launch passes on from {@code q}.
 *
 * @param state the state directory: journal, outputs, exit records; only its owner can enter it
 * @param socket where {@code q} finds the daemon
 */
record Arguments(Path state, Path socket) {
    static final String USAGE = "usage: qd --state DIR --socket PATH";

    /** @throws IllegalArgumentException when an argument is missing or unknown */
    static Arguments parse(String[] words) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            given.put(words[i], words[i + 1]);
        }
        String state = given.remove("--state");
        String socket = given.remove("--socket");
        if (state == null || socket == null || !given.isEmpty() || words.length % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        return new Arguments(Path.of(state), Path.of(socket));
    }
}
