package org.gpuq.nvml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's own memory, for GPUs that share it. */
final class MemInfo {
    private static final Pattern LINE = Pattern.compile("(\\w+):\\s+(\\d+) kB");

    private final Path file;

    /** @param file {@code /proc/meminfo}, or one like it */
    MemInfo(Path file) {
        this.file = file;
    }

    record Machine(long totalBytes, long availableBytes) {}

    /** Empty when the file cannot be read or lacks one of the two. */
    Optional<Machine> read() {
        Map<String, Long> bytes = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    bytes.put(matcher.group(1), Long.parseLong(matcher.group(2)) * 1024);
                }
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        Long total = bytes.get("MemTotal");
        Long available = bytes.get("MemAvailable");
        return total == null || available == null ? Optional.empty() : Optional.of(new Machine(total, available));
    }
}
