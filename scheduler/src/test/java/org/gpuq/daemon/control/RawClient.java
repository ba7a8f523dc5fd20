package org.gpuq.daemon.control;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.model.RawBytes;

/** A client that sends what it is told, through the JDK's own sockets and with its own idea of the frames. */
final class RawClient implements AutoCloseable {

    record Frame(int type, RawBytes payload) {
        byte[] bytes() {
            return payload.bytes();
        }

        String text() {
            return payload.text();
        }
    }

    private final SocketChannel channel;
    private final DataInputStream in;

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        in = new DataInputStream(Channels.newInputStream(channel));
    }

    static byte[] frame(int type, byte... payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .put((byte) type)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    static byte[] hello() {
        return frame(
                1,
                ByteBuffer.allocate(10)
                        .put((byte) 1)
                        .put((byte) 2)
                        .putShort((short) 80)
                        .putShort((short) 24)
                        .putInt(022)
                        .array());
    }

    /** A whole request with these words, as bytes. */
    static byte[] request(byte[]... words) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        var list = new ByteArrayOutputStream();
        for (byte[] word : words) {
            list.write(word);
            list.write(0);
        }
        out.write(hello());
        out.write(frame(2, list.toByteArray()));
        out.write(frame(3, "A=1\0B=\u00e9\0".getBytes(StandardCharsets.ISO_8859_1)));
        out.write(frame(4, "/some/where".getBytes(StandardCharsets.UTF_8)));
        out.write(frame(5, new byte[256]));
        out.write(frame(6));
        return bytes.toByteArray();
    }

    static byte[] request(String... words) throws IOException {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return request(bytes);
    }

    RawClient send(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        return this;
    }

    /** The next frame after the greeting. */
    Frame receive() throws IOException {
        Frame frame = any();
        return frame.type() == Frames.WELCOME ? receive() : frame;
    }

    private Frame any() throws IOException {
        int type = in.readUnsignedByte();
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        return new Frame(type, RawBytes.of(payload));
    }

    /** All frames up to EXIT. */
    List<Frame> answer() throws IOException {
        var frames = new ArrayList<Frame>();
        do {
            frames.add(receive());
        } while (frames.getLast().type() != 69);
        return frames;
    }

    /** Waits until the server has closed the connection, whatever it says before. */
    boolean isClosed() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException e) {
            return true; // reset: closed while bytes of ours were unread
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
