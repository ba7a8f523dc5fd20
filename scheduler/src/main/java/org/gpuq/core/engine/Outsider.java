package org.gpuq.core.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/**
 * A process that somebody wants adopted, as the kernel tells of it.
 *
 * @param key pid and start time
 * @param owner whose it is
 * @param family itself and those of its descendants that may be on GPUs
 * @param command its program and arguments, at least one word
 * @param directory where it runs; empty when that is not ours to know
 * @param environment an empty one: nothing is run in it
 * @param label for finding jobs of a kind
 * @param name a short name for people
 */
public record Outsider(
        ProcessKey key,
        User owner,
        Set<ProcessKey> family,
        List<RawBytes> command,
        RawBytes directory,
        EnvironmentId environment,
        Optional<RawBytes> label,
        Optional<RawBytes> name) {
    public Outsider {
        family = Set.copyOf(family);
        command = List.copyOf(command);
    }
}
