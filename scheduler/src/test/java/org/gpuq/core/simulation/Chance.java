package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gpuq.core.Gpus;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Outsider;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Retries.Trigger;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/** Makes things happen to a history, one at a time. */
final class Chance {
    private static final List<Trouble.Kind> ILLNESSES =
            List.of(Trouble.Kind.XID, Trouble.Kind.RECOVERY, Trouble.Kind.REMAP, Trouble.Kind.ECC);
    private static final List<User> USERS = List.of(Specs.ANN, Specs.BOB);

    private final History history;
    private final World world;
    private final Random random;
    /** How many processes outside the queue there were. */
    private int guests;

    private final List<Input> reported = new ArrayList<>();
    private Optional<GpuSnapshot> look = Optional.empty();

    Chance(History history) {
        this.history = history;
        this.world = history.world;
        this.random = history.random;
    }

    void step() {
        world.pass(Duration.ofMillis(random.nextInt(400)));
        switch (random.nextInt(46)) {
            case 0, 1, 2, 3, 4 -> submit();
            case 5, 6 -> cancel();
            case 7 -> history.give(new Input.Forget(someIds(), someUser(), random.nextBoolean()));
            case 8, 9, 10, 11, 12 -> report();
            case 13 -> repeatReport();
            case 14 -> world.receive(); // lost on its way
            case 15, 16 -> look = Optional.of(world.look());
            case 17, 18, 19 -> comeBack();
            case 20, 21, 22 -> useGpus();
            case 23, 24, 25 -> exitSome();
            case 26, 27 -> changeCard();
            case 28 -> changeDriver();
            case 29 -> tick();
            case 30 -> crash();
            case 31, 32 -> history.give(wish());
            case 33 -> submitOrSkip();
            case 34 -> world.jump(Duration.ofDays(random.nextInt(800) - 400));
            case 35 -> world.diskFull = random.nextInt(3) == 0;
            case 36 ->
                history.give(new Input.Room(
                        random.nextInt(3) == 0 ? Optional.of("the disk is nearly full") : Optional.empty()));
            case 37 -> history.give(new Input.OnGpu(gpuWish()));
            case 38 -> changeHealth();
            case 39, 40 -> adopt();
            case 41, 42 -> history.watch();
            case 43, 44 -> race();
            default -> restart();
        }
    }

    private void submit() {
        int gpus = Math.max(0, random.nextInt(World.CARDS + 3) - 2);
        List<JobId> after = random.nextInt(3) == 0 ? List.copyOf(someIds()) : List.of();
        boolean foreground = random.nextInt(5) == 0;
        JobSpec spec = Specs.of(someUser(), gpus, foreground, after).on(terms(foreground));
        history.submit(
                gpus == 0 && random.nextInt(4) == 0 ? Specs.with(spec, new Resources(0, 1 + random.nextInt(3))) : spec);
    }

    /** After jobs that may not be there. */
    private void submitOrSkip() {
        JobSpec spec = Specs.of(someUser(), random.nextInt(2), false, List.copyOf(someIds()));
        history.submit(new Input.Submit(spec, true));
    }

    private Input wish() {
        List<JobId> ids = List.copyOf(someIds());
        if (ids.isEmpty()) {
            return new Input.Tick();
        }
        JobId one = ids.getFirst();
        User by = someUser();
        boolean administrator = random.nextInt(4) == 0;
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> new Input.Remove(ids, by, administrator);
            case 4, 5, 6 -> new Input.Signal(one, 15, by, administrator);
            case 7, 8, 9 -> new Input.Advance(one, by, administrator);
            case 10, 11, 12 -> new Input.Swap(one, ids.getLast(), by, administrator);
            case 13, 14 -> new Input.SetSlots(random.nextInt(4), by, administrator);
            default -> new Input.Clear(by, administrator);
        };
    }

    private Terms terms(boolean foreground) {
        Optional<TimeLimit> time = random.nextInt(4) > 0
                ? Optional.empty()
                : Optional.of(new TimeLimit(
                        Duration.ofSeconds(1 + random.nextInt(20)),
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(new TimeLimit.Warning(10, Duration.ofSeconds(random.nextInt(8))))));
        boolean again = !foreground && random.nextInt(3) == 0;
        return new Terms(time, again ? retries() : Retries.NONE);
    }

    private Retries retries() {
        List<Trigger> on =
                List.of(new Trigger.Exit(1), new Trigger.Signal(9), new Trigger.GpuFault(), new Trigger.GpuRace());
        return new Retries(
                random.nextInt(3),
                Duration.ofMillis(500L * random.nextInt(8)),
                on.subList(random.nextInt(5), 4),
                random.nextBoolean());
    }

    private void cancel() {
        history.give(new Input.Cancel(List.copyOf(someIds()), someUser(), random.nextInt(4) == 0));
    }

    private void report() {
        world.receive().ifPresent(next -> {
            reported.add(next);
            history.give(next);
        });
    }

    private void repeatReport() {
        if (!reported.isEmpty()) {
            history.give(reported.get(random.nextInt(reported.size())));
        }
    }

    /** A poll takes time: what it brings may be old by now. */
    private void comeBack() {
        history.deliver(look.orElseGet(world::look));
        look = Optional.empty();
    }

    private void useGpus() {
        for (Program program : world.programs()) {
            program.mainOnGpus |= program.mainAlive && random.nextBoolean();
            program.childOnGpus |= program.childAlive && random.nextBoolean();
        }
    }

    private void exitSome() {
        for (Program program : List.copyOf(world.programs())) {
            if (random.nextInt(3) == 0) {
                world.exit(program, new ExitStatus.Exited(random.nextInt(3) / 2));
            } else if (random.nextInt(3) == 0 && !program.mainAlive) {
                world.endChild(program);
            }
        }
    }

    private void changeCard() {
        Card card = world.cards.get(random.nextInt(World.CARDS));
        switch (random.nextInt(8)) {
            case 0 -> card.present = false;
            case 1 -> card.broken = true;
            case 2 -> card.listable = false;
            case 3 -> card.memoryReadable = false;
            case 4 -> card.guest = Optional.of(guest());
            case 5 -> card.guest = Optional.of(Gpus.process(9912, Owner.UNKNOWN, Optional.empty()));
            default -> card.heal();
        }
    }

    /** Somebody comes onto a GPU that a job has just been given, before it has been there itself, or after. */
    private void race() {
        List<Program> young = world.programs().stream()
                .filter(program -> program.mainAlive && !program.gpus.isEmpty())
                .filter(program -> world.now().monotonicNanos() - program.begunNanos.orElse(0)
                        < Duration.ofSeconds(7).toNanos())
                .toList();
        if (young.isEmpty()) {
            return;
        }
        Program program = young.getLast();
        if (random.nextBoolean()) {
            report();
            program.mainOnGpus = true;
            history.deliver(world.look());
        }
        program.mainOnGpus = false;
        world.cards.stream()
                .filter(card -> program.gpus.contains(card.id()))
                .forEach(card -> card.guest = Optional.of(guest()));
        history.deliver(world.look());
    }

    /** Somebody adopts a process: one that is there, or one that only has its pid. */
    private void adopt() {
        if (random.nextBoolean()) {
            world.cards.get(random.nextInt(World.CARDS)).guest = Optional.of(guest());
            history.deliver(world.look());
        }
        ProcessKey key = new ProcessKey(9911, 100 + random.nextInt(guests + 1));
        List<ProcessKey> there = world.cards.stream()
                .flatMap(card -> card.guest.flatMap(GpuProcess::key).stream())
                .toList();
        ProcessKey chosen = there.isEmpty() || random.nextInt(4) == 0 ? key : there.get(random.nextInt(there.size()));
        JobSpec like = Specs.of(Specs.ANN, 0, false, List.of());
        history.adopt(new Input.Adopt(
                new Outsider(
                        chosen,
                        Specs.ANN,
                        Set.of(chosen),
                        like.command(),
                        like.directory(),
                        like.environment(),
                        Optional.empty(),
                        Optional.empty()),
                someUser(),
                random.nextInt(4) == 0));
    }

    /** Somebody's: a new one with the pid of the last, or one that is on another GPU too. */
    private GpuProcess guest() {
        Optional<GpuProcess> other = world.cards.stream()
                .flatMap(card -> card.guest.stream())
                .filter(process -> process.key().isPresent())
                .findFirst();
        if (other.isPresent() && random.nextBoolean()) {
            return other.get();
        }
        return Card.small(Gpus.foreign(9911))
                .with(new GpuProcess.Detail(
                        OptionalLong.of(100 + guests++),
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        Optional.empty()));
    }

    private void changeHealth() {
        Card card = world.cards.get(random.nextInt(World.CARDS));
        Trouble.Kind kind = ILLNESSES.get(random.nextInt(ILLNESSES.size()));
        if (random.nextInt(3) == 0) {
            card.troubles = List.of(new Trouble(kind, "it is ill", "mark-" + random.nextInt(4)));
        } else if (random.nextBoolean()) {
            card.troubles = List.of();
        } else {
            card.reset(world.now().monotonicNanos());
        }
    }

    private GpuWish gpuWish() {
        GpuId gpu = Gpus.id(random.nextInt(World.CARDS));
        boolean may = random.nextInt(5) > 0;
        return switch (random.nextInt(6)) {
            case 0 -> new GpuWish.Drain(gpu, Specs.ROOT, may, "");
            case 1 -> new GpuWish.Ignore(9911, Duration.ofSeconds(1 + random.nextInt(60)), Specs.ROOT, may, "");
            default -> new GpuWish.Resume(gpu, Specs.ROOT, may, "");
        };
    }

    private void changeDriver() {
        switch (random.nextInt(6)) {
            case 0 -> world.drive(new Driver.Failing("the driver does not answer"));
            case 1 -> world.drive(new Driver.Absent("there is no driver"));
            default -> world.drive(Gpus.READY);
        }
    }

    private void tick() {
        world.pass(Duration.ofSeconds(random.nextInt(12)));
        history.give(new Input.Tick());
    }

    /** Dies between the journal and the effects of whatever comes next. */
    private void crash() {
        history.give(world.receive().orElseGet(Input.Polled::new), false);
        restart();
    }

    private void restart() {
        look = Optional.empty();
        if (random.nextInt(6) == 0) {
            world.reboot();
        }
        history.restart();
    }

    /** Everything that was started ends, all GPUs get well, nobody else uses them: now whatever waits must have its turn. */
    void settle() {
        world.cards.forEach(Card::heal);
        world.cards.forEach(card -> card.reset(world.now().monotonicNanos()));
        world.drive(Gpus.READY);
        history.calm();
        world.diskFull = false;
        restart();
        history.deliver(world.look());
        world.cards.forEach(card -> history.give(new Input.OnGpu(new GpuWish.Resume(card.id(), Specs.ROOT, true, ""))));
        history.give(new Input.SetSlots(3, Specs.ROOT, true));
        history.give(new Input.Room(Optional.empty()));
        for (int rounds = 4 * history.state().nextId() + 14; !idle(); rounds--) {
            if (rounds == 0) {
                throw new AssertionError("NobodyStarves: all is clean, and still " + history.state());
            }
            for (Program program : List.copyOf(world.programs())) {
                world.exit(program, new ExitStatus.Exited(0));
                world.endChild(program);
            }
            while (!world.mail.isEmpty()) {
                report();
            }
            history.watch();
            world.pass(Duration.ofSeconds(11));
            history.give(new Input.Tick());
            history.deliver(world.look());
        }
    }

    private boolean idle() {
        State state = history.state();
        return state.queued() == 0
                && state.active().isEmpty()
                && state.leases().isEmpty()
                && state.severed().isEmpty();
    }

    private Set<JobId> someIds() {
        int ids = history.state().nextId() + 1;
        return IntStream.rangeClosed(1, random.nextInt(3))
                .mapToObj(any -> new JobId(Math.max(0, ids - 1 - random.nextInt(Math.min(ids, 6)))))
                .collect(Collectors.toSet());
    }

    private User someUser() {
        return USERS.get(random.nextInt(USERS.size()));
    }
}
