package org.gpuq.daemon.control;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.gpuq.daemon.port.ForegroundEvent;

/** Reads what a client reports after its request. */
final class EventReader {

    private EventReader() {}

    static ForegroundEvent read(int type, byte[] payload) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            return switch (type) {
                case Frames.STARTED -> new ForegroundEvent.Started(in.getInt());
                case Frames.ENDED -> new ForegroundEvent.Ended(in.getInt(), micros(in), micros(in), in.getLong());
                case Frames.NOT_STARTED -> new ForegroundEvent.NotStarted(Byte.toUnsignedInt(in.get()), in.getInt());
                case Frames.FILE_FAILED -> new ForegroundEvent.FileFailed(in.getInt());
                case Frames.CAPTURED -> captured(in.get() != 0, payload);
                default -> throw new ProtocolViolation("frame " + type + " after the request");
            };
        } catch (BufferUnderflowException e) {
            throw new ProtocolViolation("frame " + type + " of " + payload.length + " bytes");
        }
    }

    private static ForegroundEvent captured(boolean cut, byte[] payload) {
        return new ForegroundEvent.Captured(Frames.rawBytes(payload, 1, payload.length - 1), cut);
    }

    private static Duration micros(ByteBuffer in) {
        return Duration.of(in.getLong(), ChronoUnit.MICROS);
    }
}
