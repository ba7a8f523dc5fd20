package org.gpuq.blackbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The simulated machine, as docs of the simulator describe its file. Changes keep what programs on it have entered.
 *
 * @param file what GPUQ_SIM names
 */
record Simulation(Path file) {
    static String uuid(int index) {
        return "GPU-0000000" + index + "-0000-4000-8000-000000000000";
    }

    static String gpu(int index) {
        return "gpu index=" + index + " uuid=" + uuid(index)
                + " name=\"NVIDIA H100 80GB HBM3\" memory=81559MiB reserved=502MiB";
    }

    static Simulation of(Path file, int gpus) throws IOException {
        Simulation simulation = new Simulation(file);
        Stream<String> lines =
                Stream.iterate(0, index -> index < gpus, index -> index + 1).map(Simulation::gpu);
        simulation.edit(none -> Stream.concat(Stream.of("driver version=580.159.04 cuda=13000"), lines)
                .toList());
        return simulation;
    }

    void add(String line) throws IOException {
        edit(lines -> Stream.concat(lines.stream(), Stream.of(line)).toList());
    }

    void remove(Predicate<String> which) throws IOException {
        edit(lines -> lines.stream().filter(which.negate()).toList());
    }

    void replace(String start, String line) throws IOException {
        remove(old -> old.startsWith(start));
        add(line);
    }

    private interface Edit {
        List<String> of(List<String> lines);
    }

    /** Under the lock that gpuq-sim-load takes too. */
    private void edit(Edit edit) throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.write(next, edit.of(lines));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
