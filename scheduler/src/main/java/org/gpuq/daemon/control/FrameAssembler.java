package org.gpuq.daemon.control;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Puts frames together from what a socket happens to deliver. Not thread-safe. */
final class FrameAssembler {

    /** Takes whole frames. */
    interface Sink {

        /**
         * Asked as soon as a frame's header is known, so before anything of it is kept.
         *
         * @param length the payload's bytes as the header says
         */
        void announced(int type, long length) throws ProtocolViolation;

        void frame(int type, byte[] payload) throws ProtocolViolation;
    }

    /** A header's word is not believed further than this before the bytes come. */
    private static final int FIRST_BYTES = 64 << 10;

    private final Sink sink;
    private final ByteBuffer header = ByteBuffer.allocate(Frames.HEADER_BYTES);
    private byte[] payload = {};
    private int expected;
    private int arrived;

    FrameAssembler(Sink sink) {
        this.sink = sink;
    }

    /** Takes everything that is left in {@code bytes}. */
    void feed(ByteBuffer bytes) throws ProtocolViolation {
        while (bytes.hasRemaining()) {
            if (header.hasRemaining()) {
                header.put(bytes.get());
                if (!header.hasRemaining()) {
                    begin();
                }
            } else {
                take(bytes);
            }
        }
    }

    private void begin() throws ProtocolViolation {
        long length = Integer.toUnsignedLong(header.getInt(1));
        sink.announced(type(), length);
        expected = Math.toIntExact(length);
        arrived = 0;
        payload = new byte[Math.min(expected, FIRST_BYTES)];
        finishIfWhole();
    }

    private void take(ByteBuffer bytes) throws ProtocolViolation {
        if (arrived == payload.length) {
            payload = Arrays.copyOf(payload, (int) Math.min(expected, payload.length * 2L));
        }
        int count = Math.min(bytes.remaining(), payload.length - arrived);
        bytes.get(payload, arrived, count);
        arrived += count;
        finishIfWhole();
    }

    private void finishIfWhole() throws ProtocolViolation {
        if (arrived == expected) {
            byte[] whole = payload;
            payload = new byte[0];
            int type = type();
            header.clear();
            sink.frame(type, whole);
        }
    }

    private int type() {
        return Byte.toUnsignedInt(header.get(0));
    }
}
