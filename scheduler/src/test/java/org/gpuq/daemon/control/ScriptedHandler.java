package org.gpuq.daemon.control;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.CommandHandler;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.Request;

/** A handful of commands whose first word says what they do. */
final class ScriptedHandler implements CommandHandler {

    final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<ForegroundEvent> events = new LinkedBlockingQueue<>();
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public int run(Client client, Request request) throws InterruptedException {
        requests.add(request);
        switch (request.arguments().getFirst().text()) {
            case "echo" -> client.out(request.arguments().getLast().bytes());
            case "user" -> client.out(client.caller().user().name().getBytes(StandardCharsets.UTF_8));
            case "flood" -> {
                for (int i = 0; i < 64 && !client.gone(); i++) {
                    client.out(new byte[1 << 20]);
                }
            }
            case "fail" -> throw new IllegalStateException("planted");
            case "watch" -> {
                client.onGone(() -> events.add(new ForegroundEvent.Gone()));
                sleep();
            }
            case "wait twice" -> {
                client.await();
                sleep();
            }
            case "wait" -> {
                try {
                    events.add(client.await());
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
            }
            default -> client.err("what?".getBytes(StandardCharsets.UTF_8));
        }
        return 7;
    }

    private void sleep() throws InterruptedException {
        try {
            Thread.sleep(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    @Override
    public int resume(Client client, Token token) throws InterruptedException {
        client.out(token.toString().getBytes(StandardCharsets.UTF_8));
        events.add(client.await());
        return 8;
    }
}
