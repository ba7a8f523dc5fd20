package org.gpuq.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Random frames at the daemon's parser: each is understood or refused, and nothing else comes of it. How many: the system
 * property {@code gpuq.random.frames}, a million for thoroughness.
 */
class RandomRequestsTest {
    private static final int FRAMES = Integer.getInteger("gpuq.random.frames", 200_000);

    private int whole;

    private final class Reader implements FrameAssembler.Sink {
        private final OpeningReader opening = new OpeningReader();
        private boolean open;

        @Override
        public void announced(int type, long length) throws ProtocolViolation {
            if (length > 2048) {
                throw new ProtocolViolation("long");
            }
        }

        @Override
        public void frame(int type, byte[] payload) throws ProtocolViolation {
            if (open) {
                EventReader.read(type, payload);
            } else if (opening.accept(type, payload).isPresent()) {
                open = true;
                whole++;
            }
        }
    }

    @Test
    void harmNothing() {
        long seed = ThreadLocalRandom.current().nextLong();
        RandomGenerator random =
                RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(seed);
        for (int left = FRAMES; left > 0; ) {
            FrameAssembler assembler = new FrameAssembler(new Reader());
            try {
                for (int type = 1; type < 20 && left > 0; type++, left--) {
                    assembler.feed(frame(random, type));
                }
            } catch (ProtocolViolation e) {
                left--; // refused, and the connection with it
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(whole).as("seed " + seed).isPositive();
    }

    /** Mostly the next one of a request and of a right size, so that what lies behind the first checks is reached too. */
    private static ByteBuffer frame(RandomGenerator random, int next) {
        int type = random.nextInt(20) == 0 ? random.nextInt(256) : next;
        int length = switch (type) {
            case Frames.HELLO -> 10;
            case Frames.LIMITS -> 256;
            case Frames.GO -> 0;
            case Frames.ENDED -> 28;
            default -> random.nextInt(64);
        };
        byte[] payload = new byte[random.nextInt(20) == 0 ? random.nextInt(512) : length];
        random.nextBytes(payload);
        if (type == Frames.HELLO && random.nextInt(10) != 0) {
            payload = new byte[] {1, 7, 0, 80, 0, 24, 0, 0, 0, 18};
        }
        if (payload.length > 0 && (type == Frames.ARGUMENTS || type == Frames.ENVIRONMENT)) {
            payload[payload.length - 1] = 0;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Frames.frame(type, payload));
        if (random.nextInt(100) == 0) {
            bytes.putInt(1, random.nextInt());
        }
        return bytes;
    }
}
