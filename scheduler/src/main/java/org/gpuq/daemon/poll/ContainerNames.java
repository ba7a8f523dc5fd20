package org.gpuq.daemon.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that people gave to containers, from the runtimes' own files where those can be read. For one thread. */
public final class ContainerNames {
    private static final int SHORT = 12;
    private static final int MOST_KNOWN = 1000;
    private static final long MOST_BYTES = 4 << 20;
    private static final Pattern DOCKER = Pattern.compile("\"Name\":\"/?([A-Za-z0-9][A-Za-z0-9_.-]*)\"");

    private final Path docker;
    private final Path podman;
    private final Map<String, String> known = new HashMap<>();

    public ContainerNames() {
        this(Path.of("/var/lib/docker/containers"), Path.of("/var/lib/containers/storage/overlay-containers"));
    }

    ContainerNames(Path docker, Path podman) {
        this.docker = docker;
        this.podman = podman;
    }

    /** The name, or the first digits of the id as the runtimes' own lists show it. */
    String of(String id) {
        if (known.size() > MOST_KNOWN) {
            known.clear();
        }
        return known.computeIfAbsent(
                id, it -> docker(it).or(() -> podman(it)).orElse(it.substring(0, Math.min(SHORT, it.length()))));
    }

    private Optional<String> docker(String id) {
        return text(docker.resolve(id).resolve("config.v2.json"))
                .map(DOCKER::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }

    private Optional<String> podman(String id) {
        Pattern named = Pattern.compile(
                "\"id\":\"" + Pattern.quote(id) + "\"[^{}]*?\"names\":\\[\"([A-Za-z0-9][A-Za-z0-9_.-]*)\"");
        return text(podman.resolve("containers.json"))
                .map(named::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.size(file) > MOST_BYTES ? Optional.empty() : Optional.of(Files.readString(file, UTF_8));
        } catch (IOException e) {
            return Optional.empty(); // another runtime's container, or a file for root alone
        }
    }
}
