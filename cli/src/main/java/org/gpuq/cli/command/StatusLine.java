package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.function.Supplier;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.cli.render.Text;

/** One line on the caller's standard error that says why it waits, written again when that changes. */
final class StatusLine implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String CLEAR = "\r\u001b[K";

    private final Call call;
    private final Thread writer;

    /** @param text what to say, asked for once a second */
    StatusLine(Call call, Supplier<String> text) {
        this.call = call;
        this.writer = Thread.ofVirtual().name("status-line").start(() -> write(text));
    }

    private void write(Supplier<String> text) {
        int columns = call.request().terminal().columns();
        int room = columns == 0 ? 79 : columns - 1; // a line that is full would wrap, and could not be cleared
        String shown = "";
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String now = Text.fit("q: " + Sanitize.text(text.get()), room);
                if (!now.equals(shown)) {
                    call.client().err((CLEAR + now).getBytes(UTF_8));
                    shown = now;
                }
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the line away. */
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join();
            call.client().err(CLEAR.getBytes(UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
