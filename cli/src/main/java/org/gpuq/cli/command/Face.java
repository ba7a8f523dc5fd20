package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;

/** Another way to tell {@code q} what to do than by verbs. Thread-safe. */
public interface Face {
    /**
     * What the words ask for.
     *
     * @param words those after {@code q}; the first is no verb
     * @param help what to do when they ask for help
     * @param version what to do when they ask for the version
     * @return empty when there is an option among them that verbs know and this face does not
     */
    Optional<Verb> read(List<RawBytes> words, Verb help, Verb version);
}
