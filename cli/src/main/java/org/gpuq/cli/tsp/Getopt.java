package org.gpuq.cli.tsp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.command.GpuCount;
import org.gpuq.core.model.RawBytes;

/**
 * Reads words as task-spooler does, by the rules of POSIX getopt: options end at the first word that is none, their letters
 * may share a word, an argument is the rest of the word or the next one. Of long options only {@code --gpu} is known.
 */
final class Getopt {
    private static final String GPU = "--gpu";

    private final Deque<String> left = new ArrayDeque<>();
    private final Asked asked = new Asked();

    private Getopt(List<RawBytes> words) {
        words.forEach(word -> left.add(word.latin1()));
    }

    /** Empty when there is a long option that this grammar does not know. */
    static Optional<Told> read(List<RawBytes> words) throws TspException {
        return new Getopt(words).read();
    }

    private Optional<Told> read() throws TspException {
        while (!left.isEmpty()
                && left.getFirst().length() > 1
                && left.getFirst().startsWith("-")) {
            String word = left.removeFirst();
            if (word.equals("--")) {
                break;
            }
            if (!word.startsWith("--")) {
                letters(word);
            } else if (word.equals(GPU)) {
                boolean said = !left.isEmpty() && GpuCount.belongs(left.getFirst());
                asked.gpus = said ? left.removeFirst() : "1";
            } else if (word.startsWith(GPU + "=")) {
                asked.gpus = word.substring(GPU.length() + 1);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(asked.told(left.stream().map(RawBytes::new).toList()));
    }

    private void letters(String word) throws TspException {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            if (asked.flag(letter)) {
                continue;
            }
            if (!asked.takesArgument(letter)) {
                throw TspException.of(
                        "Wrong option " + new RawBytes(String.valueOf(letter)).text() + ".",
                        "'q -h' lists what there is; a program whose name begins with a dash goes after --");
            }
            asked.argument(letter, i + 1 < word.length() ? Optional.of(word.substring(i + 1)) : next());
            return;
        }
    }

    private Optional<String> next() {
        return Optional.ofNullable(left.pollFirst());
    }
}
