package org.gpuq.daemon.loop;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;

/**
 * An input on its way, and who waits for the answer.
 *
 * @param fact whether it has happened already and must not be lost; a wish may be refused, a passing thing comes again
 */
record Message(Input input, boolean fact, Optional<CompletableFuture<Answer>> asker) {
    static Message fact(Input input) {
        return new Message(input, true, Optional.empty());
    }

    /** A tick or a poll. */
    static Message passing(Input input) {
        return new Message(input, false, Optional.empty());
    }

    /** Whether nothing follows from it that anybody waits for. */
    boolean unhurried() {
        return input instanceof Input.Launched && asker.isEmpty();
    }

    void answer(Answer answer) {
        asker.ifPresent(waiting -> waiting.complete(answer));
    }

    void refuse(Refusal refusal) {
        answer(new Answer.Refused(refusal));
    }

    Message withoutAsker() {
        return new Message(input, fact, Optional.empty());
    }
}
