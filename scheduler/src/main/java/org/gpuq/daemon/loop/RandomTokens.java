package org.gpuq.daemon.loop;

import java.security.SecureRandom;
import java.util.function.Supplier;
import org.gpuq.core.model.Token;

/** Tokens that nobody can guess. */
public final class RandomTokens implements Supplier<Token> {
    private final SecureRandom random = new SecureRandom();

    @Override
    public Token get() {
        return new Token(random.nextLong(), random.nextLong());
    }
}
