package org.gpuq.daemon.loop;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Journal;
import org.gpuq.daemon.port.Launcher;
import org.gpuq.daemon.port.Observer;
import org.gpuq.daemon.port.PollPace;

/**
 * What the loop works with.
 *
 * @param observers in the order in which they are told
 * @param pace is told on the loop's thread when the pace at which to look at the GPUs changes; must be quick
 */
public record Parts(
        Journal journal,
        Launcher launcher,
        Clock clock,
        Supplier<Token> tokens,
        List<Observer> observers,
        Consumer<PollPace> pace) {
    public Parts {
        observers = List.copyOf(observers);
    }
}
