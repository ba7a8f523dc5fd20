package org.gpuq.cli.render;

import java.util.List;
import org.gpuq.core.model.RawBytes;

/** A command as one would type it again. */
public final class Shell {
    private Shell() {}

    /** Words with anything special in them are put in single quotes; then made safe to print. */
    public static String line(List<RawBytes> command) {
        if (command.size() == 1 && plain(command.getFirst().latin1())) {
            return command.getFirst().latin1();
        }
        StringBuilder line = new StringBuilder();
        for (RawBytes word : command) {
            if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(plain(word.latin1()) ? word.latin1() : quoted(Sanitize.text(word)));
        }
        return line.toString();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static boolean plain(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "_@%+=:,./-".indexOf(c) < 0) {
                return false;
            }
        }
        return !word.isEmpty();
    }
}
