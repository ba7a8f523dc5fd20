package org.gpuq.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.gpu.Change;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/**
 * Notes for a GPU's history when it came into a state that no job explains, and when it came out of it. A GPU whose users
 * take turns, or that is still being looked at, is noted once: each note is a write to the disk.
 */
final class Turns {
    private static final int MOST_A_MINUTE = 10;
    private static final Set<String> WORTH_AN_END = Set.of("foreign", "residual", "unknown", "quarantined");

    private Turns() {}

    static void note(Draft draft) {
        View view = Schedule.view(draft);
        view.gpuStates()
                .forEach((gpu, state) ->
                        turned(draft, view, gpu, state).ifPresent(turn -> draft.add(new Event.OnGpu(turn))));
    }

    private static Optional<GpuEvent> turned(Draft draft, View view, GpuId gpu, GpuState state) {
        Optional<Change> last = draft.state().gpus().changes().last(gpu);
        String before = last.map(Change::what).orElse("");
        return switch (state) {
            case GpuState.Free free -> end(draft, gpu, before);
            case GpuState.Leased leased -> end(draft, gpu, before);
            case GpuState.Foreign foreign -> {
                String users = users(foreign.processes());
                boolean known = before.equals(state.word())
                        && last.filter(it -> it.reason().startsWith(users + ": "))
                                .isPresent();
                // What is left of an ended queue's job has no process that is known, and is the queue's own doing.
                yield known || foreign.processes().isEmpty()
                        ? Optional.empty()
                        : turn(draft, gpu, state, users + ": " + words(foreign.processes()));
            }
            case GpuState.Residual residual -> once(draft, gpu, state, before, residual.reason());
            case GpuState.Unknown unknown ->
                unreadable(view, gpu) ? once(draft, gpu, state, before, unknown.reason()) : Optional.empty();
            case GpuState.Quarantined quarantined -> once(draft, gpu, state, before, quarantined.reason());
            case GpuState.Cooldown cooldown -> Optional.empty();
            case GpuState.Drained drained -> Optional.empty();
        };
    }

    private static Optional<GpuEvent> end(Draft draft, GpuId gpu, String before) {
        return WORTH_AN_END.contains(before) ? turn(draft, gpu, new GpuState.Free(), "") : Optional.empty();
    }

    private static Optional<GpuEvent> once(Draft draft, GpuId gpu, GpuState state, String before, String reason) {
        return before.equals(state.word()) ? Optional.empty() : turn(draft, gpu, state, reason);
    }

    private static Optional<GpuEvent> turn(Draft draft, GpuId gpu, GpuState state, String reason) {
        Instant now = draft.surroundings().now().wall();
        return often(draft.state().gpus().changes().of(gpu), now)
                ? Optional.empty()
                : Optional.of(new GpuEvent.Turned(gpu, state.word(), reason, now));
    }

    /** So many within a minute: what a GPU that flickers has come to is noted when there is room again. */
    private static boolean often(List<Change> changes, Instant now) {
        if (changes.size() < MOST_A_MINUTE) {
            return false;
        }
        Duration since =
                Duration.between(changes.get(changes.size() - MOST_A_MINUTE).at(), now);
        return !since.isNegative() && since.compareTo(Duration.ofMinutes(1)) < 0;
    }

    /** Rather than only not calm for long enough after something that has been noted. */
    private static boolean unreadable(View view, GpuId gpu) {
        ObservedGpu seen = view.gpus().gpu(gpu).orElseThrow();
        return !(view.gpus().driver() instanceof Driver.Ready)
                || switch (seen.past().sight()) {
                    case UNLISTED, MEMORY_UNREADABLE, FAULT -> true;
                    case BUSY ->
                        seen.past().looks() >= view.settings().thresholds().calmLooks();
                    case CLEAR, FOREIGN, MEMORY -> false;
                };
    }

    private static String users(List<GpuProcess> processes) {
        return processes.stream()
                .map(process -> process.user().map(user -> user.name()).orElse("unknown"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Not what they run: not everybody may see that, and this is for everybody. */
    private static String words(List<GpuProcess> processes) {
        return "pid " + processes.getFirst().pid()
                + (processes.size() > 1 ? " and " + (processes.size() - 1) + " more" : "");
    }
}
