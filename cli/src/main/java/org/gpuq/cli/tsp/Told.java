package org.gpuq.cli.tsp;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;

/**
 * What the words ask for.
 *
 * @param argument the word that belongs to the action, as typed
 * @param words what follows the options: the command to queue, if the action is the list
 */
record Told(Action action, Optional<String> argument, JobOptions job, List<RawBytes> words) {
    Told {
        words = List.copyOf(words);
    }

    /** The list is the default action, and a command goes before it. */
    boolean submits() {
        return action == Action.LIST && !words.isEmpty();
    }
}
