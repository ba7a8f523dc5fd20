package org.gpuq.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.control.Admission;
import org.gpuq.daemon.control.ControlLimits;
import org.gpuq.daemon.control.ControlServer;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.CommandHandler;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.ForegroundOrder;
import org.gpuq.daemon.port.Request;

/** The real control socket with a handful of commands behind it that exercise each thing q can be told. */
final class Daemon implements CommandHandler, AutoCloseable {

    static final Token TOKEN = new Token(0x0011223344556677L, 0x8899aabbccddeeffL);

    final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    final Queue<ForegroundEvent> events = new ConcurrentLinkedQueue<>();
    final LinkedBlockingQueue<Token> resumed = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Client> clients = new LinkedBlockingQueue<>();
    private final ControlServer server;

    Daemon(Path socket) throws IOException {
        int uid = (int) Files.getAttribute(Path.of("/proc/self/task"), "unix:uid");
        server = ControlServer.open(socket, new Admission.OnlyUser(uid), ControlLimits.DEFAULT, this);
    }

    @Override
    public int run(Client client, Request request) throws InterruptedException {
        requests.add(request);
        clients.add(client);
        var words = request.arguments();
        return switch (words.getFirst().text()) {
            case "exit" -> number(words.get(1));
            case "out" -> {
                client.out(new byte[number(words.get(1))]);
                yield 0;
            }
            case "both" -> {
                client.out(words.get(1).bytes());
                client.err(words.get(2).bytes());
                yield 0;
            }
            case "file" -> {
                client.out("before\n".getBytes(UTF_8));
                client.showFile(words.get(1), number(words.get(2)), false);
                client.out("after\n".getBytes(UTF_8));
                yield 0;
            }
            case "follow" -> {
                client.showFile(words.get(1), 0, true);
                yield status(client);
            }
            case "capture" -> {
                client.capture(words.subList(1, words.size()));
                yield status(client);
            }
            case "retry" -> {
                client.retryAs(words.subList(1, words.size()));
                client.out("waits\n".getBytes(UTF_8));
                yield status(client);
            }
            case "run" -> {
                client.run(new ForegroundOrder(
                        TOKEN, words.subList(1, words.size()), request.environment(), RawBytes.utf8("")));
                yield status(client);
            }
            default -> 0;
        };
    }

    @Override
    public int resume(Client client, Token token) throws InterruptedException {
        resumed.add(token);
        clients.add(client);
        return status(client);
    }

    private int status(Client client) throws InterruptedException {
        while (true) {
            ForegroundEvent event = client.await();
            events.add(event);
            switch (event) {
                case ForegroundEvent.Started _ -> {}
                case ForegroundEvent.Ended ended -> {
                    int signal = ended.waitStatus() & 0x7f;
                    return signal != 0 ? 128 + signal : ended.waitStatus() >> 8;
                }
                case ForegroundEvent.NotStarted not -> {
                    return not.errno() == 2 ? 127 : 126;
                }
                case ForegroundEvent.FileFailed _ -> {
                    return 0;
                }
                case ForegroundEvent.Captured captured -> {
                    client.out(captured.output().bytes());
                    return captured.cut() ? 1 : 0;
                }
                case ForegroundEvent.Gone _ -> {
                    return 0;
                }
            }
        }
    }

    private static int number(RawBytes word) {
        return Integer.parseInt(word.text());
    }

    @Override
    public void close() {
        server.close();
    }
}
