package org.gpuq.daemon.launch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Bounds;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.JobOutput;

/** The frames for q-launch, as bytes. */
final class Orders {
    /** What is said to q-launch, unless it has said that it speaks a later one: one that came before us understands it. */
    static final byte OLDEST = 3;

    /** The first version that knows of nice levels, device files and {@link #count}. */
    static final int NICE_AND_DEVICES_SINCE = 4;

    private static final int HELLO = 1;
    private static final int START = 2;
    private static final int KILL = 3;
    private static final int ADOPT = 4;
    private static final int FORGET = 5;
    private static final int JOIN = 6;
    private static final int COUNT = 7;

    private static final int FIELD_TOKEN = 1;
    private static final int FIELD_ARGUMENTS = 2;
    private static final int FIELD_ENVIRONMENT = 3;
    private static final int FIELD_DIRECTORY = 4;
    private static final int FIELD_OUTPUT = 5;
    private static final int FIELD_UMASK = 6;
    private static final int FIELD_LIMITS = 7;
    private static final int FIELD_JOB = 8;
    private static final int FIELD_IDENTITY = 9;
    private static final int FIELD_OUTPUT_LIMIT = 10;
    private static final int FIELD_BOUNDS = 13;
    private static final int FIELD_NICE = 14;
    private static final int FIELD_GPUS = 15;

    private static final int FIELD_ERRORS = 11;
    private static final int FIELD_COMPRESSED = 12;

    private static final int GROUP = 0x80;

    private static final int HEADER_BYTES = 5;
    private static final int TOKEN_BYTES = 16;

    private Orders() {}

    static byte[] hello() {
        return frame(HELLO, OLDEST);
    }

    static byte[] count() {
        return frame(COUNT);
    }

    /** @param version of the protocol that q-launch speaks: what it does not know is left out */
    static byte[] start(
            int version,
            Token token,
            JobId job,
            JobSpec spec,
            List<RawBytes> environment,
            RawBytes output,
            StartTerms terms,
            Optional<DeviceFiles.Own> devices) {
        var fields = new ArrayList<byte[]>(List.of(
                frame(FIELD_TOKEN, bytes(token)), // q-launch wants it first
                frame(FIELD_ARGUMENTS, list(spec.command())),
                frame(FIELD_ENVIRONMENT, list(environment)),
                frame(FIELD_DIRECTORY, spec.directory().bytes()),
                frame(FIELD_OUTPUT, output.bytes()),
                frame(FIELD_UMASK, number(spec.umask())),
                frame(FIELD_JOB, number(job.value()))));
        if (spec.nice() != 0 && version >= NICE_AND_DEVICES_SINCE) {
            fields.add(frame(FIELD_NICE, (byte) spec.nice()));
        }
        if (!spec.limits().isEmpty()) {
            fields.add(frame(FIELD_LIMITS, limits(spec.limits())));
        }
        if (!output.isEmpty() && spec.delivery().errorsApart()) {
            fields.add(frame(FIELD_ERRORS, JobOutput.errors(output).bytes()));
        }
        if (!output.isEmpty() && spec.delivery().compressed()) {
            fields.add(frame(FIELD_COMPRESSED));
        }
        if (terms.outputLimit() > 0) {
            fields.add(frame(FIELD_OUTPUT_LIMIT, number(terms.outputLimit())));
        }
        Bounds asked = spec.resources().bounds();
        Bounds bounds = asked.or(terms.usual());
        if (!bounds.equals(Bounds.NONE)) {
            fields.add(frame(FIELD_BOUNDS, bounds(bounds, asked)));
        }
        devices.ifPresent(files -> fields.add(frame(FIELD_GPUS, files.bits())));
        if (terms.asSubmitter()) {
            fields.add(frame(FIELD_IDENTITY, identity(spec.user())));
        }
        var payload = ByteBuffer.allocate(
                fields.stream().mapToInt(field -> field.length).sum());
        fields.forEach(payload::put);
        return frame(START, payload.array());
    }

    /** @param pid of the {@code q} in whose terminal it is to run */
    static byte[] join(
            Token token, JobId job, JobSpec spec, int pid, StartTerms terms, Optional<DeviceFiles.Own> devices) {
        Bounds asked = spec.resources().bounds();
        byte[] bounds = bounds(asked.or(terms.usual()), asked);
        byte[] gpus = devices.map(DeviceFiles.Own::bits).orElse(new byte[0]);
        return frame(
                JOIN,
                ByteBuffer.allocate(TOKEN_BYTES + 3 * Integer.BYTES + bounds.length + gpus.length)
                        .put(bytes(token))
                        .putInt(job.value())
                        .putInt(spec.user().uid())
                        .putInt(pid)
                        .put(bounds)
                        .put(gpus)
                        .array());
    }

    static byte[] kill(Token token, int signal) {
        return frame(
                KILL,
                ByteBuffer.allocate(TOKEN_BYTES + 1)
                        .put(bytes(token))
                        .put((byte) signal)
                        .array());
    }

    /** To the process group alone, and only while the job's first process runs. */
    static byte[] killGroup(Token token, int signal) {
        return kill(token, signal | GROUP);
    }

    static byte[] adopt(Token token) {
        return frame(ADOPT, bytes(token));
    }

    static byte[] forget(Token token) {
        return frame(FORGET, bytes(token));
    }

    private static byte[] frame(int type, byte... payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) type)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    private static byte[] bytes(Token token) {
        return ByteBuffer.allocate(TOKEN_BYTES)
                .putLong(token.high())
                .putLong(token.low())
                .array();
    }

    /** The last byte says which of them the job cannot do without: the sum of 1 memory, 2 processes, 4 CPUs. */
    private static byte[] bounds(Bounds bounds, Bounds asked) {
        int needed =
                (asked.memoryBytes() > 0 ? 1 : 0) | (asked.processes() > 0 ? 2 : 0) | (asked.milliCpus() > 0 ? 4 : 0);
        return ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + 1)
                .putLong(bounds.memoryBytes())
                .putLong(bounds.processes())
                .putInt(bounds.milliCpus())
                .put((byte) needed)
                .array();
    }

    private static byte[] identity(User user) {
        return ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(user.uid())
                .putInt(user.gid())
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] list(List<RawBytes> strings) {
        var all = ByteBuffer.allocate(
                strings.stream().mapToInt(s -> s.length() + 1).sum());
        strings.forEach(string -> all.put(string.bytes()).put((byte) 0));
        return all.array();
    }

    private static byte[] limits(List<ResourceLimit> limits) {
        var all = ByteBuffer.allocate(limits.size() * 2 * Long.BYTES);
        limits.forEach(limit -> all.putLong(limit.soft()).putLong(limit.hard()));
        return all.array();
    }
}
