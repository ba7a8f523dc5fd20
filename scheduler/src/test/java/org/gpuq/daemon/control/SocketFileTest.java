package org.gpuq.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {

    @TempDir
    private Path directory;

    private final ScriptedHandler handler = new ScriptedHandler();

    private ControlServer open(Path socket, Admission admission) throws IOException {
        return ControlServer.open(socket, admission, ControlLimits.DEFAULT, handler);
    }

    private ControlServer open(Path socket) throws IOException {
        return open(socket, new Admission.OnlyUser((int) Files.getAttribute(directory, "unix:uid")));
    }

    @Test
    void onlyItsUserCanUseAnEmbeddedSocket() throws Exception {
        Path socket = directory.resolve("q.sock");
        try (var _ = open(socket)) {
            assertThat(permissions(socket)).isEqualTo("rw-------");
        }
    }

    @Test
    void everybodyCanUseASharedSocket() throws Exception {
        Path socket = directory.resolve("q.sock");
        try (var _ = open(socket, new Admission.Everybody())) {
            assertThat(permissions(socket)).isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    void replacesASocketThatNobodyAnswers() throws Exception {
        Path socket = directory.resolve("q.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        try (var _ = open(socket);
                var client = new RawClient(socket)) {
            assertThat(client.send(RawClient.request("echo", "alive")).receive().text())
                    .isEqualTo("alive");
        }
    }

    @Test
    void refusesASocketThatIsAnswered() throws Exception {
        Path socket = directory.resolve("q.sock");
        try (var _ = open(socket)) {
            assertThatThrownBy(() -> open(socket).close()).hasMessageContaining("Another daemon answers");
            assertThat(socket).exists();
        }
    }

    @Test
    void leavesAForeignFileAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("q.sock"), "thesis");

        assertThatThrownBy(() -> open(file).close()).hasMessageContaining("something else");
        assertThat(file).hasContent("thesis");
    }

    @Test
    void leavesASymbolicLinkAlone() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "thesis");
        Path link = Files.createSymbolicLink(directory.resolve("q.sock"), target);

        assertThatThrownBy(() -> open(link).close()).hasMessageContaining("something else");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void refusesAPathThatUnixCannotName() throws Exception {
        Path deep = Files.createDirectory(directory.resolve("d".repeat(120)));

        assertThatThrownBy(() -> open(deep.resolve("q.sock")).close()).hasMessageContaining("107 bytes");
    }

    @Test
    void removesOnlyItsOwnSocket() throws Exception {
        Path socket = directory.resolve("q.sock");
        try (var _ = open(socket)) {
            Files.delete(socket);
            Files.writeString(socket, "somebody's");
        }
        assertThat(socket).hasContent("somebody's");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }
}
