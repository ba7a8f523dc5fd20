package org.gpuq.daemon.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.ForegroundOrder;

/** The bytes of docs/protocol.md: types by their names there, and how the daemon's frames are put together. */
final class Frames {

    static final int VERSION = 1;
    static final int HEADER_BYTES = 5;

    // q → daemon
    static final int HELLO = 1;
    static final int ARGUMENTS = 2;
    static final int ENVIRONMENT = 3;
    static final int DIRECTORY = 4;
    static final int LIMITS = 5;
    static final int GO = 6;
    static final int STARTED = 7;
    static final int ENDED = 8;
    static final int NOT_STARTED = 9;
    static final int RESUME = 10;
    static final int FILE_FAILED = 11;
    static final int CAPTURED = 12;

    // daemon → q
    static final int STDOUT = 64;
    static final int STDERR = 65;
    static final int FILE = 66;
    static final int FILE_END = 67;
    static final int RUN = 68;
    static final int EXIT = 69;
    static final int SIGNAL = 70;
    static final int AGAIN = 71;
    static final int WELCOME = 72;
    static final int DETACH = 73;
    static final int RELEASE = 74;
    static final int CAPTURE = 75;
    static final int RETRY_AS = 76;

    // inside RUN
    private static final int JOB_TOKEN = 1;
    private static final int JOB_ARGUMENTS = 2;
    private static final int JOB_ENVIRONMENT = 3;
    private static final int JOB_DIRECTORY = 4;

    private Frames() {}

    static byte[] frame(int type, byte... payload) {
        return frame(type, payload, 0, payload.length);
    }

    static byte[] frame(int type, byte[] from, int offset, int length) {
        return ByteBuffer.allocate(HEADER_BYTES + length)
                .put((byte) type)
                .putInt(length)
                .put(from, offset, length)
                .array();
    }

    static byte[] file(RawBytes path, long offset, boolean follow) {
        byte[] name = path.bytes();
        return frame(
                FILE,
                ByteBuffer.allocate(9 + name.length)
                        .put((byte) (follow ? 1 : 0))
                        .putLong(offset)
                        .put(name)
                        .array());
    }

    static byte[] run(ForegroundOrder order) {
        return frame(
                RUN,
                joined(List.of(
                        frame(JOB_TOKEN, token(order.token())),
                        frame(JOB_ARGUMENTS, list(order.arguments())),
                        frame(JOB_ENVIRONMENT, list(order.environment())),
                        frame(JOB_DIRECTORY, order.directory().bytes()))));
    }

    static byte[] joined(List<byte[]> parts) {
        var all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    /** Takes a string list apart. */
    static List<RawBytes> list(byte[] payload) throws ProtocolViolation {
        if (payload.length > 0 && payload[payload.length - 1] != 0) {
            throw new ProtocolViolation("a string list without its last NUL");
        }
        var strings = new ArrayList<RawBytes>();
        int start = 0;
        for (int i = 0; i < payload.length; i++) {
            if (payload[i] == 0) {
                strings.add(rawBytes(payload, start, i - start));
                start = i + 1;
            }
        }
        return strings;
    }

    /** @param bound how many bytes of the output are wanted at most */
    static byte[] capture(List<RawBytes> words, int bound) {
        byte[] list = list(words);
        return frame(
                CAPTURE,
                ByteBuffer.allocate(4 + list.length).putInt(bound).put(list).array());
    }

    static byte[] list(List<RawBytes> strings) {
        byte[] all = new byte[strings.stream().mapToInt(s -> s.length() + 1).sum()];
        int at = 0;
        for (RawBytes string : strings) {
            byte[] bytes = string.bytes();
            System.arraycopy(bytes, 0, all, at, bytes.length);
            at += bytes.length + 1;
        }
        return all;
    }

    static RawBytes rawBytes(byte[] from, int offset, int length) {
        return new RawBytes(new String(from, offset, length, StandardCharsets.ISO_8859_1));
    }

    private static byte[] token(Token token) {
        return ByteBuffer.allocate(16)
                .putLong(token.high())
                .putLong(token.low())
                .array();
    }
}
