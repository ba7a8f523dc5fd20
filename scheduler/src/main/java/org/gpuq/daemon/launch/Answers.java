package org.gpuq.daemon.launch;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.Token;

/** Reads q-launch's frames one after the other. For one thread. */
final class Answers {
    private static final int READY = 64;
    private static final int STARTED = 65;
    private static final int NOT_STARTED = 66;
    private static final int EXITED = 67;
    private static final int GONE = 68;
    private static final int EMPTY = 69;
    private static final int JOINED = 70;
    private static final int COUNTED = 71;

    private static final int LONGEST_BYTES = 4096;
    private static final int EPROTONOSUPPORT = 93;

    private final DataInputStream in;

    Answers(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * Waits for the next frame.
     *
     * @throws EOFException at the end of the stream
     * @throws IOException if reading fails, or with a sentence about a frame that makes no sense
     */
    LaunchEvent next() throws IOException {
        int type = in.readUnsignedByte();
        int length = in.readInt();
        if (length < 0 || length > LONGEST_BYTES) {
            throw new IOException("q-launch sent a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        try {
            return event(type, ByteBuffer.wrap(payload));
        } catch (BufferUnderflowException e) {
            throw new IOException("q-launch sent a frame of type " + type + " that is too short", e);
        }
    }

    private static LaunchEvent event(int type, ByteBuffer payload) throws IOException {
        return switch (type) {
            case READY -> ready(payload);
            case STARTED -> started(payload);
            case NOT_STARTED ->
                new LaunchEvent.NotStarted(
                        token(payload), new StartFailure(StartFailure.Stage.of(payload.get()), payload.getInt()));
            case EXITED -> exited(payload);
            case GONE -> new LaunchEvent.Gone(token(payload));
            case EMPTY -> new LaunchEvent.Empty(token(payload));
            case JOINED -> new LaunchEvent.Joined(token(payload), payload.getInt(), rest(payload));
            case COUNTED -> new LaunchEvent.Counted(payload.getInt());
            default -> throw new IOException("q-launch sent a frame of the unknown type " + type);
        };
    }

    private static LaunchEvent ready(ByteBuffer payload) throws IOException {
        int version = Byte.toUnsignedInt(payload.get());
        if (version < Orders.OLDEST) {
            throw new IOException("q-launch speaks version " + version + " of the protocol, this daemon needs version "
                    + Orders.OLDEST + "; stop it and start again");
        }
        int pid = payload.getInt();
        int controls = payload.get();
        boolean saysDevices = version >= Orders.NICE_AND_DEVICES_SINCE;
        int devices = saysDevices ? payload.get() : 0;
        int refusal = saysDevices ? Byte.toUnsignedInt(payload.get()) : EPROTONOSUPPORT;
        return new LaunchEvent.Ready(version, pid, controls, devices, refusal, rest(payload));
    }

    private static LaunchEvent started(ByteBuffer payload) {
        Token token = token(payload);
        int pid = payload.getInt();
        long startTicks = payload.getLong();
        Instant at = instant(payload.getLong());
        return new LaunchEvent.Started(token, new JobProcess(pid, startTicks, rest(payload)), at);
    }

    private static LaunchEvent exited(ByteBuffer payload) {
        Token token = token(payload);
        ExitStatus status = ExitStatus.ofWaitStatus(payload.getInt());
        long userMicros = payload.getLong();
        long systemMicros = payload.getLong();
        long peakBytes = payload.getLong();
        Instant startedAt = instant(payload.getLong());
        Instant endedAt = instant(payload.getLong());
        Usage usage = new Usage(userMicros, systemMicros, peakBytes, payload.getLong());
        return new LaunchEvent.Exited(token, status, usage, startedAt, endedAt);
    }

    private static Token token(ByteBuffer payload) {
        return new Token(payload.getLong(), payload.getLong());
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String rest(ByteBuffer payload) {
        return StandardCharsets.UTF_8.decode(payload).toString();
    }
}
