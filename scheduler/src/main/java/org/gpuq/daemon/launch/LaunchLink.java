package org.gpuq.daemon.launch;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Launcher;

/**
 * The connection to q-launch. Any thread may call; calls queue their frame and return at once. Events come on one thread
 * of its own, in order; only the last, {@link LaunchEvent.Disconnected}, may come on the thread that noticed. After it
 * calls do nothing. The consumer must not throw.
 */
public final class LaunchLink implements Launcher {
    /** Far more than the orders that wait for q-launch at any time: it reads without ever waiting itself. */
    private static final int QUEUED_FRAMES = 16_384;

    private static final int ENODEV = 19;

    private final Answers answers;
    private final OutputStream out;
    private final Consumer<LaunchEvent> events;
    private final StartTerms terms;
    private final BlockingQueue<byte[]> frames = new ArrayBlockingQueue<>(QUEUED_FRAMES);
    private final AtomicBoolean disconnected = new AtomicBoolean();

    private LaunchLink(InputStream in, OutputStream out, StartTerms terms, Consumer<LaunchEvent> events) {
        this.answers = new Answers(new BufferedInputStream(in));
        this.out = new BufferedOutputStream(out);
        this.terms = terms;
        this.events = events;
    }

    /** Over standard input, on which q-launch gives the daemon a socket for both directions. */
    public static LaunchLink onStandardInput(StartTerms terms, Consumer<LaunchEvent> events) {
        return open(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.in), terms, events);
    }

    /** Greets q-launch, which answers with {@link LaunchEvent.Ready}. */
    public static LaunchLink open(InputStream in, OutputStream out, StartTerms terms, Consumer<LaunchEvent> events) {
        var link = new LaunchLink(in, out, terms, events);
        link.send(Orders.hello());
        Thread.ofPlatform().daemon().name("launch-writer").start(link::write);
        Thread.ofPlatform().daemon().name("launch-reader").start(link::read);
        return link;
    }

    @Override
    public void start(Token token, JobId job, JobSpec spec, List<RawBytes> environment, RawBytes output) {
        send(Orders.start(token, job, spec, environment, output, terms));
    }

    /** Has the {@code q} of a foreground job put into a control group; {@link LaunchEvent.Joined} answers. */
    public void join(Token token, JobId job, JobSpec spec, int pid) {
        Optional<DeviceFiles.Own> devices = terms.devices().of(job, spec);
        if (devices.filter(DeviceFiles.Own.UNKNOWN::equals).isPresent()) {
            events.accept(new LaunchEvent.Joined(token, ENODEV, ""));
            return;
        }
        send(Orders.join(token, job, spec, pid, terms, devices));
    }

    @Override
    public void signal(Token token, int signal) {
        send(Orders.kill(token, signal));
    }

    @Override
    public void signalGroup(Token token, int signal) {
        send(Orders.killGroup(token, signal));
    }

    @Override
    public void adopt(Token token) {
        send(Orders.adopt(token));
    }

    @Override
    public void forget(Token token) {
        send(Orders.forget(token));
    }

    private void send(byte[] frame) {
        if (!disconnected.get() && !frames.offer(frame)) {
            disconnect("q-launch does not read: " + QUEUED_FRAMES + " frames wait for it");
        }
    }

    private void write() {
        try {
            while (!disconnected.get()) {
                out.write(frames.take());
                if (frames.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            disconnect("writing to q-launch failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            while (!disconnected.get()) {
                events.accept(answers.next());
            }
        } catch (EOFException e) {
            disconnect("q-launch ended");
        } catch (IOException e) {
            disconnect(String.valueOf(e.getMessage()));
        }
    }

    private void disconnect(String reason) {
        if (disconnected.compareAndSet(false, true)) {
            events.accept(new LaunchEvent.Disconnected(reason));
        }
    }
}
