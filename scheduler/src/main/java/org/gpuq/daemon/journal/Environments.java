package org.gpuq.daemon.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;

/**
 * Environments in memory: those kept for a submission that is on its way, and those used last. At most
 * {@value #LIMIT_BYTES} bytes; who has not been asked for longest goes first. Thread-safe.
 */
final class Environments {
    static final long LIMIT_BYTES = 64 << 20;

    private final LinkedHashMap<EnvironmentId, byte[]> recent = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /** The last one held. A loop in a shell submits the same one over and over: comparing is cheaper than a hash. */
    private volatile Held last = new Held("", new EnvironmentId(sha256(new byte[0])));

    private record Held(String text, EnvironmentId id) {}

    /** Remembers an environment, in the form in which it is stored. */
    EnvironmentId hold(List<RawBytes> entries) {
        String text = text(entries);
        Held held = last;
        if (held.text().equals(text) && get(held.id()).isPresent()) {
            return held.id();
        }
        byte[] body = text.getBytes(ISO_8859_1);
        EnvironmentId id = new EnvironmentId(sha256(body));
        put(id, body);
        last = new Held(text, id);
        return id;
    }

    synchronized void put(EnvironmentId id, byte[] body) {
        byte[] before = recent.put(id, body);
        bytes += body.length - (before == null ? 0 : before.length);
        while (bytes > LIMIT_BYTES && recent.size() > 1) {
            Map.Entry<EnvironmentId, byte[]> oldest = recent.pollFirstEntry();
            bytes -= oldest.getValue().length;
        }
    }

    synchronized Optional<byte[]> get(EnvironmentId id) {
        return Optional.ofNullable(recent.get(id));
    }

    /** Each entry followed by a NUL byte: what the kernel's own form is, and what none of them can contain. */
    private static String text(List<RawBytes> entries) {
        StringBuilder text = new StringBuilder();
        for (RawBytes entry : entries) {
            if (entry.latin1().indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an environment entry holds a NUL byte");
            }
            text.append(entry.latin1()).append('\0');
        }
        return text.toString();
    }

    static List<RawBytes> decode(byte[] body) {
        String text = new String(body, ISO_8859_1);
        List<RawBytes> entries = new ArrayList<>();
        for (int start = 0, end; (end = text.indexOf('\0', start)) >= 0; start = end + 1) {
            entries.add(new RawBytes(text.substring(start, end)));
        }
        return List.copyOf(entries);
    }

    /** Whether these are the bytes that the id is of. */
    static boolean isOf(EnvironmentId id, byte[] body) {
        return id.sha256().equals(sha256(body));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
