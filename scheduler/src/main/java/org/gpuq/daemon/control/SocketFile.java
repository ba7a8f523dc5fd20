package org.gpuq.daemon.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/**
 * The socket's place in the file system. Whoever opens it holds the lock of the state directory, so a socket of the same
 * user that nobody answers is one that a daemon left behind.
 */
final class SocketFile {

    /** sockaddr_un's sun_path is 108 bytes with its NUL. */
    private static final int LONGEST_PATH_BYTES = 107;

    private static final int BACKLOG = 1024;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private final Path path;
    private final long inode;

    private SocketFile(Path path, long inode) {
        this.path = path;
        this.inode = inode;
    }

    /**
     * Binds the channel, in place of a stale socket if there is one.
     *
     * @throws IOException with a sentence for the person who starts the daemon
     */
    static SocketFile bind(AFUNIXServerSocketChannel channel, Path path, Admission admission) throws IOException {
        if (path.toString().getBytes(AFUNIXSocketAddress.addressCharset()).length > LONGEST_PATH_BYTES) {
            throw new IOException("The socket's path is longer than the " + LONGEST_PATH_BYTES
                    + " bytes that Unix allows: " + path + ". Choose a shorter directory, for example with GPUQ_DIR.");
        }
        removeStale(path);
        AFUNIXSocketAddress address = AFUNIXSocketAddress.of(path);
        channel.bind(address, BACKLOG);
        channel.setDeleteOnClose(false);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode(admission)));
        return new SocketFile(path, Facts.of(path).inode());
    }

    /** Removes the socket, unless something else has taken its place. */
    void remove() throws IOException {
        try {
            if (inode == Facts.of(path).inode()) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            return; // somebody tidied up
        }
    }

    private static String mode(Admission admission) {
        return switch (admission) {
            case Admission.OnlyUser _ -> "rw-------";
            case Admission.Everybody _ -> "rw-rw-rw-";
        };
    }

    private static void removeStale(Path path) throws IOException {
        Facts found;
        try {
            found = Facts.of(path);
        } catch (NoSuchFileException e) {
            return;
        }
        if ((found.mode() & TYPE_MASK) != TYPE_SOCKET) {
            throw new IOException("There is something else where the socket should be: " + path
                    + ". It is left as it is; move it away, or choose another directory.");
        }
        if (found.uid() != Facts.of(Path.of("/proc/self/task")).uid()) {
            throw new IOException("The socket " + path + " belongs to another user (uid " + found.uid()
                    + "). It is left as it is; choose another directory.");
        }
        if (answers(path)) {
            throw new IOException(
                    "Another daemon answers at " + path + ". Stop it first, or choose another directory.");
        }
        Files.delete(path);
    }

    private static boolean answers(Path path) {
        try (AFUNIXSocketChannel probe =
                AFUNIXSelectorProvider.provider().openSocketChannel(AFUNIXSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private record Facts(int mode, int uid, long inode) {

        static Facts of(Path path) throws IOException {
            Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid,ino", LinkOption.NOFOLLOW_LINKS);
            return new Facts(
                    number(found, "mode").intValue(),
                    number(found, "uid").intValue(),
                    number(found, "ino").longValue());
        }

        private static Number number(Map<String, Object> found, String name) {
            return (Number) Objects.requireNonNull(found.get(name), name);
        }
    }
}
