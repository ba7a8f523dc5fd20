package org.gpuq.daemon.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gpuq.core.engine.View;

/** A scrape taken apart: series as written, such as {@code gpuq_jobs{line="cpu",state="queued"}}, and their values. */
record Samples(String text, Map<String, Double> values) {
    static Samples of(Instruments instruments, View view) throws IOException {
        String text = new String(instruments.scrape(view), UTF_8);
        Map<String, Double> values = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
        });
        return new Samples(text, values);
    }

    /** Whether any series has this in its name or labels. */
    boolean mentions(String part) {
        return values.keySet().stream().anyMatch(series -> series.contains(part));
    }
}
