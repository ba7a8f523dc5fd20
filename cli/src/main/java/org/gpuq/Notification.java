package org.gpuq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line that whoever started the daemon waits for: READY, or why not.
 *
 * @param descriptor its number among ours; empty when nobody waits
 */
record Notification(Optional<String> descriptor) {
    private static final Logger LOG = LoggerFactory.getLogger(Notification.class);

    static Notification fromEnvironment(Map<String, String> environment) {
        return new Notification(Optional.ofNullable(environment.get("GPUQ_NOTIFY_FD")));
    }

    void ready() {
        write("READY");
    }

    void failed(String sentence) {
        LOG.error("{}", sentence);
        write(sentence.replace('\n', ' '));
    }

    private void write(String line) {
        if (descriptor.isPresent()) {
            try (FileOutputStream out = new FileOutputStream("/proc/self/fd/" + descriptor.get())) {
                out.write((line + "\n").getBytes(UTF_8));
            } catch (IOException e) {
                LOG.warn("Whoever started the daemon has gone: {}", e.getMessage());
            }
        }
    }
}
