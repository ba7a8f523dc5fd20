package org.gpuq;

import java.io.IOException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** qd, the daemon. q-launch starts it; people never do. */
public final class Main {
    /** A start that failed for good: q-launch does not try again. */
    private static final int FATAL = 2;

    private static final int FAILED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] words) {
        if (words.length > 0 && words[words.length - 1].equals(Salvaging.WORD)) {
            System.exit(Salvaging.run(Arguments.parse(Arrays.copyOf(words, words.length - 1)), System.out, System.err));
        }
        Notification notification = Notification.fromEnvironment(System.getenv());
        Daemon daemon;
        try {
            daemon = Daemon.start(Arguments.parse(words));
        } catch (IOException | IllegalArgumentException e) {
            notification.failed(String.valueOf(e.getMessage()));
            System.exit(FATAL);
            return;
        } catch (RuntimeException e) {
            LOG.error("The daemon could not start by a fault of gpuq", e);
            notification.failed("the daemon could not start by a fault of gpuq: " + e);
            System.exit(FATAL);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(FAILED);
            return;
        }
        notification.ready();
        System.exit(daemon.run() ? 0 : FAILED);
    }
}
