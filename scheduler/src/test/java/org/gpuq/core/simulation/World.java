package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.engine.Input;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.Token;

/** What really happens on the machine, and what the daemon is told of it: late, twice, or not at all. */
final class World {
    static final int CARDS = 3;
    private static final long NANOS_A_TICK = 10_000_000;
    private static final Duration SLOWEST_TEARDOWN = Duration.ofSeconds(3);

    final List<Card> cards = IntStream.range(0, CARDS).mapToObj(Card::new).toList();
    /** Reports on their way to the daemon. */
    final Deque<Input> mail = new ArrayDeque<>();
    /** How often each start was carried out. */
    final Map<Token, Integer> launches = new LinkedHashMap<>();

    private final Random random;
    private final Map<Token, Program> programs = new LinkedHashMap<>();
    private Driver driver = Gpus.READY;
    private List<ObservedGpu> lastGood = List.of();
    private long nanos = Duration.ofDays(1).toNanos();
    private Duration wallOffset = Duration.ZERO;
    private int boots;
    /** The job that a process outside has become, as the daemon has it published. */
    Function<ProcessKey, Optional<JobId>> adopted = key -> Optional.empty();
    /** Nothing can be written. */
    boolean diskFull;

    World(Random random) {
        this.random = random;
    }

    Now now() {
        return new Now(Machine.EPOCH.plusNanos(nanos).plus(wallOffset), nanos);
    }

    String bootId() {
        return "boot-" + boots;
    }

    /** Somebody sets the wall clock. */
    void jump(Duration offset) {
        wallOffset = offset;
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    Collection<Program> programs() {
        return programs.values();
    }

    Optional<Program> program(Token token) {
        return Optional.ofNullable(programs.get(token));
    }

    /** Whether a process outside the queue runs: it does while it is on a GPU, and never comes back. */
    boolean alive(ProcessKey key) {
        return cards.stream().anyMatch(card -> card.isOf(key));
    }

    /** A signal to a process outside the queue. */
    void signal(ProcessKey key, int signal) {
        if (signal == 9 || random.nextBoolean()) {
            cards.stream().filter(card -> card.isOf(key)).forEach(card -> card.guest = Optional.empty());
        }
    }

    /** What a poll that begins now will report. */
    GpuSnapshot look() {
        if (driver instanceof Driver.Ready) {
            lastGood = cards.stream()
                    .filter(card -> card.present)
                    .map(card -> card.seen(nanos, programs.values(), adopted))
                    .toList();
        }
        return new GpuSnapshot(driver, driver instanceof Driver.Absent ? List.of() : lastGood, nanos);
    }

    void drive(Driver next) {
        driver = next;
    }

    /** Whether anything of a job other than {@code token}'s is still on the GPU. */
    boolean dirty(GpuId gpu, Token token) {
        return cards.stream().anyMatch(card -> card.id().equals(gpu) && nanos < card.emptyAtNanos)
                || programs.values().stream().anyMatch(other -> !other.token.equals(token) && other.uses(gpu));
    }

    /** Carries out a start. */
    void launch(Program program) {
        launches.merge(program.token, 1, Integer::sum);
        programs.put(program.token, program);
        if (random.nextInt(12) == 0) {
            mail.add(new Input.NotLaunched(program.token, new StartFailure(StartFailure.Stage.EXEC, 2)));
            return;
        }
        program.mainAlive = true;
        program.begunNanos = OptionalLong.of(nanos);
        program.childAlive = !program.foreground && random.nextInt(4) == 0;
        mail.add(launched(program));
    }

    private Input launched(Program program) {
        return new Input.Launched(
                program.token,
                new JobProcess(program.pid(), program.begunNanos.orElse(0) / NANOS_A_TICK, ""),
                now().wall());
    }

    /** The first process ends; a child of it may run on. */
    void exit(Program program, ExitStatus status) {
        if (!program.mainAlive) {
            return;
        }
        leave(program, program.mainOnGpus);
        program.mainAlive = false;
        program.mainOnGpus = false;
        program.exit = Optional.of(status);
        mail.add(exited(program, status));
        if (!program.childAlive) {
            mail.add(new Input.ProcessesGone(program.token));
        }
    }

    private Input exited(Program program, ExitStatus status) {
        return new Input.Exited(program.token, status, Machine.USAGE, now().wall());
    }

    void endChild(Program program) {
        if (program.childAlive) {
            leave(program, program.childOnGpus);
            program.childAlive = false;
            program.childOnGpus = false;
            if (!program.mainAlive) {
                mail.add(new Input.ProcessesGone(program.token));
            }
        }
    }

    /** The driver takes its time to give memory back. */
    private void leave(Program program, boolean wasOnGpus) {
        long teardown = (long) (random.nextDouble() * SLOWEST_TEARDOWN.toNanos());
        cards.stream()
                .filter(card -> wasOnGpus && program.gpus.contains(card.id()))
                .forEach(card -> card.emptyAtNanos = Math.max(card.emptyAtNanos, nanos + teardown));
    }

    void signal(Token token, int signal) {
        program(token).filter(Program::alive).ifPresent(program -> {
            boolean obeys = signal == 9 || random.nextBoolean();
            if (obeys) {
                endChild(program);
                exit(program, new ExitStatus.Killed(signal, false));
            }
        });
    }

    /** The first that is on its way for one of the jobs: what comes of different jobs comes in any order. */
    Optional<Input> receive() {
        if (mail.isEmpty()) {
            return Optional.empty();
        }
        List<Input> waiting = List.copyOf(mail);
        Token token = tokenOf(waiting.get(random.nextInt(waiting.size())));
        Input first = waiting.stream()
                .filter(input -> tokenOf(input).equals(token))
                .findFirst()
                .orElseThrow();
        mail.remove(first);
        return Optional.of(first);
    }

    private static Token tokenOf(Input input) {
        if (input instanceof Input.Launched launched) {
            return launched.token();
        }
        if (input instanceof Input.NotLaunched not) {
            return not.token();
        }
        if (input instanceof Input.Exited exited) {
            return exited.token();
        }
        if (input instanceof Input.Vanished vanished) {
            return vanished.token();
        }
        if (input instanceof Input.ProcessesGone gone) {
            return gone.token();
        }
        throw new IllegalStateException("nobody reports " + input);
    }

    /** What q-launch answers a daemon that asks after a start of an earlier one. */
    void adopt(Token token) {
        Optional<Program> found = program(token);
        if (found.isEmpty()) {
            mail.add(new Input.Vanished(token, "it was never started"));
            return;
        }
        Program program = found.get();
        if (program.mainAlive) {
            mail.add(launched(program));
        } else if (program.exit.isEmpty()) {
            mail.add(new Input.Vanished(token, "there is no record of it"));
        } else {
            mail.add(exited(program, program.exit.get()));
            if (!program.childAlive) {
                mail.add(new Input.ProcessesGone(token));
            }
        }
    }

    /** Power off and on. */
    void reboot() {
        boots++;
        nanos = Duration.ofSeconds(30).toNanos();
        mail.clear();
        programs.clear();
        cards.forEach(card -> {
            card.guest = Optional.empty();
            card.troubles = List.of();
            card.past = Optional.empty();
            card.emptyAtNanos = Long.MIN_VALUE;
        });
    }
}
