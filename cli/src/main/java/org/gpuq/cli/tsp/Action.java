package org.gpuq.cli.tsp;

import java.util.Optional;

/** What can be asked for; of several the last counts. */
enum Action {
    LIST('l', Argument.NONE),
    STATE('s', Argument.MAYBE),
    WAIT('w', Argument.MAYBE),
    INFO('i', Argument.MAYBE),
    OUTPUT('o', Argument.MAYBE),
    PID('p', Argument.MAYBE),
    CAT('c', Argument.MAYBE),
    TAIL('t', Argument.MAYBE),
    KILL('k', Argument.MAYBE),
    REMOVE('r', Argument.MAYBE),
    URGENT('u', Argument.MAYBE),
    SWAP('U', Argument.NEEDED),
    SLOTS('S', Argument.MAYBE),
    CLEAR('C', Argument.NONE),
    END('K', Argument.NONE),
    HELP('h', Argument.NONE),
    VERSION('V', Argument.NONE);

    /** Whether a word belongs to the option: MAYBE can only be left out at the very end of the words. */
    enum Argument {
        NONE,
        MAYBE,
        NEEDED
    }

    private final char letter;
    private final Argument argument;

    Action(char letter, Argument argument) {
        this.letter = letter;
        this.argument = argument;
    }

    /** As typed: {@code -l}. */
    String option() {
        return "-" + letter;
    }

    Argument argument() {
        return argument;
    }

    static Optional<Action> of(char letter) {
        for (Action action : values()) {
            if (action.letter == letter) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }
}
