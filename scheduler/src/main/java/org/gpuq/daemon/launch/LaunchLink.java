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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.StartFailure;
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
    /** The first version of the protocol in which {@link #count} is understood. */
    public static final int COUNTS_SINCE = Orders.NICE_AND_DEVICES_SINCE;

    /** Far more than the orders that wait for q-launch at any time: it reads without ever waiting itself. */
    private static final int QUEUED_FRAMES = 16_384;

    private static final int ENODEV = 19;
    private static final int EPROTONOSUPPORT = 93;
    private static final byte[] NOTHING = {};

    private final Answers answers;
    private final OutputStream out;
    private final Consumer<LaunchEvent> events;
    private final StartTerms terms;
    private final BlockingQueue<IntFunction<byte[]>> frames = new ArrayBlockingQueue<>(QUEUED_FRAMES);
    private final AtomicBoolean disconnected = new AtomicBoolean();
    private final CompletableFuture<Integer> version = new CompletableFuture<>();

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

    /** Greets q-launch, which answers with {@link LaunchEvent.Ready}; orders wait for that, for it says what they may hold. */
    public static LaunchLink open(InputStream in, OutputStream out, StartTerms terms, Consumer<LaunchEvent> events) {
        var link = new LaunchLink(in, out, terms, events);
        Thread.ofPlatform().daemon().name("launch-writer").start(link::write);
        Thread.ofPlatform().daemon().name("launch-reader").start(link::read);
        return link;
    }

    @Override
    public void start(Token token, JobId job, JobSpec spec, List<RawBytes> environment, RawBytes output) {
        Optional<DeviceFiles.Own> devices = terms.devices().of(job, spec);
        send(version -> {
            if (devices.isPresent() && version < Orders.NICE_AND_DEVICES_SINCE) {
                var why = new StartFailure(StartFailure.Stage.DEVICES, EPROTONOSUPPORT);
                events.accept(new LaunchEvent.NotStarted(token, why));
                return NOTHING;
            }
            return Orders.start(version, token, job, spec, environment, output, terms, devices);
        });
    }

    /** Has the {@code q} of a foreground job put into a control group; {@link LaunchEvent.Joined} answers. */
    public void join(Token token, JobId job, JobSpec spec, int pid) {
        Optional<DeviceFiles.Own> devices = terms.devices().of(job, spec);
        if (devices.filter(DeviceFiles.Own.UNKNOWN::equals).isPresent()) {
            events.accept(new LaunchEvent.Joined(token, ENODEV, ""));
            return;
        }
        send(version -> {
            if (devices.isPresent() && version < Orders.NICE_AND_DEVICES_SINCE) {
                events.accept(new LaunchEvent.Joined(token, EPROTONOSUPPORT, ""));
                return NOTHING;
            }
            return Orders.join(token, job, spec, pid, terms, devices);
        });
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

    /** Asks how many supervisors live; {@link LaunchEvent.Counted} answers. Not for one before {@link #COUNTS_SINCE}. */
    public void count() {
        send(Orders.count());
    }

    private void send(byte[] frame) {
        send(any -> frame);
    }

    /** @param frame what to write to a q-launch of which version; nothing is an order that such a one cannot follow */
    private void send(IntFunction<byte[]> frame) {
        if (!disconnected.get() && !frames.offer(frame)) {
            disconnect("q-launch does not read: " + QUEUED_FRAMES + " frames wait for it");
        }
    }

    private void write() {
        try {
            out.write(Orders.hello());
            out.flush();
            int spoken = version.join();
            while (!disconnected.get()) {
                out.write(frames.take().apply(spoken));
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
                LaunchEvent event = answers.next();
                events.accept(event);
                if (event instanceof LaunchEvent.Ready ready) {
                    version.complete(ready.version());
                }
            }
        } catch (EOFException e) {
            disconnect("q-launch ended");
        } catch (IOException e) {
            disconnect(String.valueOf(e.getMessage()));
        }
    }

    private void disconnect(String reason) {
        if (disconnected.compareAndSet(false, true)) {
            version.complete((int) Orders.OLDEST);
            events.accept(new LaunchEvent.Disconnected(reason));
        }
    }
}
