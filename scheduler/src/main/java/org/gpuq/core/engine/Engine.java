package org.gpuq.core.engine;

import java.util.List;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.policy.FirstInFirstOut;
import org.gpuq.core.policy.Policy;

/** Turns an input into events, and decides after each what starts. Pure. */
public final class Engine {
    static final Policy POLICY = new FirstInFirstOut();

    private Engine() {}

    /**
     * What follows from an input.
     *
     * @return events that apply to {@code state} one after the other
     */
    public static Decision decide(State state, Surroundings surroundings, Input input) {
        Draft draft = new Draft(state, surroundings);
        Answer answer = answer(draft, input);
        if (answer instanceof Answer.Refused) {
            return new Decision(List.of(), answer);
        }
        HandOver.release(draft);
        Retrying.wake(draft);
        Schedule.start(draft);
        Housekeeping.forgetOldest(draft);
        return new Decision(draft.events(), answer);
    }

    private static Answer answer(Draft draft, Input input) {
        return switch (input) {
            case Input.DaemonStart start -> Reports.daemonStarted(draft, start);
            case Input.Submit submit -> Submission.submit(draft, submit);
            case Input.Adopt adopt -> Adoption.adopt(draft, adopt);
            case Input.Departed departed -> Adoption.departed(draft, departed);
            case Input.Cancel cancel -> Cancelling.cancel(draft, cancel);
            case Input.Remove remove -> Removing.remove(draft, remove);
            case Input.Signal signal -> Cancelling.signal(draft, signal);
            case Input.Advance advance -> Reordering.advance(draft, advance);
            case Input.Swap swap -> Reordering.swap(draft, swap);
            case Input.SetSlots set -> Housekeeping.setSlots(draft, set);
            case Input.Clear clear -> Removing.clear(draft, clear);
            case Input.Launched launched -> Reports.launched(draft, launched);
            case Input.NotLaunched notLaunched -> Reports.notLaunched(draft, notLaunched);
            case Input.Exited exited -> Reports.exited(draft, exited);
            case Input.Vanished vanished -> Reports.vanished(draft, vanished);
            case Input.ProcessesGone gone -> Reports.processesGone(draft, gone);
            case Input.Forget forget -> Housekeeping.forget(draft, forget);
            case Input.OnGpu gpu -> GpuWishes.answer(draft, gpu.wish());
            case Input.Polled polled -> GpuCare.look(draft);
            case Input.Room room -> Admission.room(draft, room);
            case Input.Tick tick -> {
                TimeLimits.enforce(draft);
                Housekeeping.forgetOld(draft);
                Concerns.tell(draft);
                yield Cancelling.escalate(draft);
            }
        };
    }
}
