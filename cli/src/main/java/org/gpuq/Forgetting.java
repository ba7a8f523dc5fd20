package org.gpuq;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.gpuq.core.engine.Input;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;

/** {@code -K} while no daemon ran: {@code q} has left word that the queue is to be forgotten. */
final class Forgetting {
    private static final String WORD = "forget-queue";

    private Forgetting() {}

    /**
     * Forgets the queue if there is such a word. To be called before anybody is answered: the word holds for what was
     * queued until then.
     *
     * @param state the state directory
     * @throws IOException when the queue or the word cannot be got rid of; nobody may be answered then
     */
    static void heed(Path state, Queue queue) throws IOException, InterruptedException {
        Path word = state.resolve(WORD);
        if (!Files.exists(word)) {
            return;
        }
        try {
            queue.ask(new Input.Clear(new User(Setup.ownUid(), 0, "-K"), true));
        } catch (RefusedException e) {
            throw new IOException("the queue cannot be forgotten, as -K asked: " + e.getMessage(), e);
        }
        Files.delete(word);
        // Should it come back with a power cut, it would take the next queue along.
        try (FileChannel directory = FileChannel.open(state, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
