package org.gpuq.cli.tsp;

import java.util.List;
import java.util.Optional;
import org.gpuq.cli.tsp.Action.Argument;
import org.gpuq.cli.tsp.JobOptions.Parent;
import org.gpuq.core.model.RawBytes;
import org.jspecify.annotations.Nullable;

/** Options as they come, one after the other: a later one goes before an earlier one of its kind. */
final class Asked {
    private static final String WITH_ARGUMENT = "LNDG";

    private Action action = Action.LIST;
    private Optional<String> argument = Optional.empty();
    private boolean stored = true;
    private boolean foreground;
    private boolean gzip;
    private boolean mail;
    private boolean errorsApart;
    private boolean patient = true;
    private Parent follows = new Parent.None();
    private @Nullable String label;
    private @Nullable String slots;

    @Nullable String gpus;

    /** An option without an argument; false when the letter is none. */
    boolean flag(char letter) {
        switch (letter) {
            case 'n' -> stored = false;
            case 'f' -> foreground = true;
            case 'g' -> gzip = true;
            case 'm' -> mail = true;
            case 'E' -> errorsApart = true;
            case 'B' -> patient = false;
            case 'd' -> follows = new Parent.Latest();
            default -> {
                Optional<Action> known = Action.of(letter).filter(found -> found.argument() == Argument.NONE);
                known.ifPresent(found -> act(found, Optional.empty()));
                return known.isPresent();
            }
        }
        return true;
    }

    boolean takesArgument(char letter) {
        return WITH_ARGUMENT.indexOf(letter) >= 0 || Action.of(letter).isPresent();
    }

    void argument(char letter, Optional<String> word) throws TspException {
        Optional<Action> known = Action.of(letter);
        boolean needed = known.map(found -> found.argument() == Argument.NEEDED).orElse(true);
        if (needed && word.isEmpty()) {
            throw TspException.of("Option " + letter + " missing argument.");
        }
        if (known.isPresent()) {
            act(known.get(), word);
            return;
        }
        switch (letter) {
            case 'L' -> label = word.get();
            case 'N' -> slots = word.get();
            case 'D' -> follows = new Parent.Named(word.get());
            default -> gpus = word.get();
        }
    }

    private void act(Action asked, Optional<String> word) {
        action = asked;
        argument = word;
    }

    Told told(List<RawBytes> words) {
        JobOptions job = new JobOptions(
                stored,
                foreground,
                gzip,
                mail,
                errorsApart,
                patient,
                follows,
                Optional.ofNullable(label).map(RawBytes::new),
                Optional.ofNullable(slots),
                Optional.ofNullable(gpus));
        return new Told(action, argument, job, words);
    }
}
