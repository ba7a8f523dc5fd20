package org.gpuq.daemon.control;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Request;
import org.gpuq.daemon.port.Terminal;
import org.jspecify.annotations.Nullable;

/** Reads a connection's first frames, up to GO or RESUME. Not thread-safe. */
final class OpeningReader {

    private static final int HELLO_BYTES = 10;
    private static final int LIMIT_BYTES = 16;

    private @Nullable Terminal terminal;
    private int umask;
    private int nice;
    private boolean background;
    private @Nullable List<RawBytes> arguments;
    private @Nullable List<RawBytes> environment;
    private @Nullable RawBytes directory;
    private @Nullable List<ResourceLimit> limits;

    /** Takes the next frame; the opening is there with GO or RESUME. */
    Optional<Opening> accept(int type, byte[] payload) throws ProtocolViolation {
        if ((terminal == null) != (type == Frames.HELLO)) {
            throw new ProtocolViolation("HELLO has to come first, and once");
        }
        switch (type) {
            case Frames.HELLO -> hello(ByteBuffer.wrap(payload));
            case Frames.ARGUMENTS -> arguments = once(arguments, Frames.list(payload));
            case Frames.ENVIRONMENT -> environment = once(environment, Frames.list(payload));
            case Frames.DIRECTORY -> directory = once(directory, Frames.rawBytes(payload, 0, payload.length));
            case Frames.LIMITS -> limits = once(limits, limits(ByteBuffer.wrap(payload)));
            case Frames.GO -> {
                return Optional.of(call());
            }
            case Frames.RESUME -> {
                return Optional.of(resumption(Frames.list(payload)));
            }
            default -> throw new ProtocolViolation("frame " + type + " before GO");
        }
        return Optional.empty();
    }

    private void hello(ByteBuffer payload) throws ProtocolViolation {
        if (payload.remaining() < HELLO_BYTES) {
            throw new ProtocolViolation("a HELLO of " + payload.remaining() + " bytes");
        }
        int version = payload.get();
        if (version != Frames.VERSION) {
            throw new ProtocolViolation("version " + version);
        }
        int flags = payload.get();
        terminal = new Terminal(
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                Short.toUnsignedInt(payload.getShort()),
                Short.toUnsignedInt(payload.getShort()));
        umask = payload.getInt() & 0777;
        background = (flags & 8) != 0;
        nice = payload.hasRemaining() ? payload.get() : 0; // an older q does not say
    }

    private Opening call() throws ProtocolViolation {
        if (terminal == null || arguments == null || environment == null || directory == null || limits == null) {
            throw new ProtocolViolation("GO before the request is complete");
        }
        return new Opening.Call(
                new Request(arguments, environment, directory, umask, limits, terminal, nice, background));
    }

    private static Opening resumption(List<RawBytes> words) throws ProtocolViolation {
        if (words.size() != 1) {
            throw new ProtocolViolation("a RESUME with " + words.size() + " words");
        }
        try {
            return new Opening.Resumption(Token.parse(words.getFirst().latin1()));
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("a RESUME without a token");
        }
    }

    private static List<ResourceLimit> limits(ByteBuffer payload) throws ProtocolViolation {
        if (payload.remaining() % LIMIT_BYTES != 0) {
            throw new ProtocolViolation("LIMITS of " + payload.remaining() + " bytes");
        }
        var limits = new ArrayList<ResourceLimit>();
        while (payload.hasRemaining()) {
            limits.add(new ResourceLimit(payload.getLong(), payload.getLong()));
        }
        return limits;
    }

    private static <T> T once(@Nullable T before, T now) throws ProtocolViolation {
        if (before != null) {
            throw new ProtocolViolation("a frame twice");
        }
        return now;
    }
}
