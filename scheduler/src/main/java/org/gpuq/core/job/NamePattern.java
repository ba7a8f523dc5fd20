package org.gpuq.core.job;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that a GPU's name must contain, whatever the case. Somebody typed it: matching gives up after so
 * many steps, because a pattern can be made to take for ever.
 *
 * @param text as it was typed
 */
public record NamePattern(String text) {
    private static final int MOST_STEPS = 100_000;
    private static final int LONGEST = 200;

    /** @throws IllegalArgumentException when it is no regular expression; the message says why in a few words */
    public NamePattern {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("longer than " + LONGEST + " characters");
        }
        try {
            Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getDescription(), e);
        }
    }

    /** Whether a name contains it; a pattern that takes too long to try is in none. */
    public boolean in(String name) {
        try {
            return Pattern.compile(text, Pattern.CASE_INSENSITIVE)
                    .matcher(new Counted(name))
                    .find();
        } catch (TooManySteps | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManySteps() {
            super(null, null, false, false);
        }
    }

    /** Counts how often the matcher looks at a character. */
    private static final class Counted implements CharSequence {
        private final String name;
        private int steps;

        Counted(String name) {
            this.name = name;
        }

        @Override
        public int length() {
            return name.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MOST_STEPS) {
                throw new TooManySteps();
            }
            return name.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return name.subSequence(start, end);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
