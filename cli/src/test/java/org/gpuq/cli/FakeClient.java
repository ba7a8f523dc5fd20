package org.gpuq.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Caller;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.ForegroundOrder;

/** A {@code q} that keeps what it is sent and reports what it is told to. */
public final class FakeClient implements Client {
    public static final int PID = 700;

    private final Caller caller;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> steps = new ArrayList<>();
    private final List<Runnable> whenGone = new ArrayList<>();
    private final LinkedBlockingQueue<ForegroundEvent> events = new LinkedBlockingQueue<>();
    private Optional<ForegroundOrder> order = Optional.empty();
    private List<RawBytes> retry = List.of();
    private boolean gone;

    public FakeClient(User user) {
        this.caller = new Caller(user, PID);
    }

    /** What it does from now on when it is asked to wait. */
    public void reports(ForegroundEvent event) {
        events.add(event);
    }

    public void leave() {
        List<Runnable> actions;
        synchronized (this) {
            gone = true;
            actions = List.copyOf(whenGone);
        }
        events.add(new ForegroundEvent.Gone());
        actions.forEach(Thread::startVirtualThread);
    }

    public synchronized String stdout() {
        return out.toString(UTF_8);
    }

    public synchronized String stderr() {
        return err.toString(UTF_8);
    }

    /** Files shown, signals passed and jobs run, in order. */
    public synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    /** Whether it asks from the background: once it was told to. */
    public synchronized boolean background() {
        return steps.contains("detach");
    }

    public synchronized Optional<ForegroundOrder> order() {
        return order;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public synchronized void out(byte[] bytes) {
        out.writeBytes(bytes);
    }

    @Override
    public synchronized void err(byte[] bytes) {
        err.writeBytes(bytes);
    }

    @Override
    public synchronized void showFile(RawBytes path, long offset, boolean follow) {
        steps.add("show " + path + " " + offset + (follow ? " follow" : ""));
    }

    @Override
    public synchronized void endFile() {
        steps.add("end of file");
    }

    @Override
    public synchronized void run(ForegroundOrder wanted) {
        order = Optional.of(wanted);
        steps.add("run");
        notifyAll();
    }

    @Override
    public synchronized void signal(int number) {
        steps.add("signal " + number);
        notifyAll();
    }

    @Override
    public synchronized void capture(List<RawBytes> words) {
        steps.add("capture " + words);
        notifyAll();
    }

    @Override
    public synchronized void retryAs(List<RawBytes> words) {
        retry = words;
    }

    /** What it is to ask the next daemon; empty: nothing. */
    public synchronized List<RawBytes> retry() {
        return retry;
    }

    @Override
    public synchronized void detach() {
        steps.add("detach");
    }

    @Override
    public synchronized void release() {
        steps.add("release");
    }

    @Override
    public ForegroundEvent await() throws InterruptedException {
        return keepingGone(events.take());
    }

    @Override
    public Optional<ForegroundEvent> await(Duration limit) throws InterruptedException {
        return Optional.ofNullable(events.poll(limit.toNanos(), TimeUnit.NANOSECONDS))
                .map(this::keepingGone);
    }

    private ForegroundEvent keepingGone(ForegroundEvent event) {
        if (event instanceof ForegroundEvent.Gone) {
            events.add(event);
        }
        return event;
    }

    @Override
    public synchronized boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        Thread.startVirtualThread(action);
    }
}
