package org.gpuq.cli.command;

import java.util.regex.Pattern;
import org.gpuq.core.job.Resources;
import org.gpuq.daemon.port.RefusedException;

/** How many CPU slots, as people type it. */
final class SlotCount {
    private static final Pattern NUMBER = Pattern.compile("0*[1-9][0-9]{0,6}");

    private SlotCount() {}

    /** @throws RefusedException with a usage error unless it is a number from 1 to {@link Resources#MAX_SLOTS} */
    static int parse(String text) throws RefusedException {
        if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) > Resources.MAX_SLOTS) {
            throw Usage.wrong(
                    "'" + Usage.text(text) + "' is no number of CPU slots: it is at least 1 and at most "
                            + Resources.MAX_SLOTS,
                    "without it a job takes one slot");
        }
        return Integer.parseInt(text);
    }
}
