package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;

/** Every event against every state of a job with one GPU: what may follow is listed here, all else is refused. */
class TransitionsTest {
    private static final JobId JOB = new JobId(0);
    private static final Token TOKEN = new Token(1, 2);

    /** States in which a job can be, as far as the table tells them apart. */
    private enum Stage {
        ABSENT,
        QUEUED,
        STARTING,
        RUNNING,
        CANCELLING,
        LEFTOVERS,
        COOLING,
        OVER
    }

    private enum What {
        SUBMITTED,
        STARTING,
        STARTED,
        CANCEL_REQUESTED,
        SIGNAL_SENT,
        FINISHED,
        FAILED,
        NOT_STARTED,
        LOST,
        CANCELLED,
        SKIPPED,
        PROCESSES_GONE,
        LEASE_ENDED,
        FORGOTTEN
    }

    private static final Set<What> ENDS_OF_A_START =
            EnumSet.of(What.FINISHED, What.FAILED, What.NOT_STARTED, What.LOST, What.CANCELLED);

    private static Set<What> legal(Stage stage) {
        Set<What> active = EnumSet.copyOf(ENDS_OF_A_START);
        return switch (stage) {
            case ABSENT -> EnumSet.of(What.SUBMITTED);
            case QUEUED -> EnumSet.of(What.STARTING, What.CANCELLED, What.SKIPPED);
            case STARTING -> {
                active.addAll(EnumSet.of(What.STARTED, What.CANCEL_REQUESTED));
                yield active;
            }
            case RUNNING -> {
                active.add(What.CANCEL_REQUESTED);
                yield active;
            }
            case CANCELLING -> {
                active.add(What.SIGNAL_SENT);
                yield active;
            }
            // A reboot ends a lease whatever was left.
            case LEFTOVERS -> EnumSet.of(What.SIGNAL_SENT, What.PROCESSES_GONE, What.LEASE_ENDED);
            case COOLING -> EnumSet.of(What.LEASE_ENDED);
            case OVER -> EnumSet.of(What.FORGOTTEN);
        };
    }

    private static Event event(What what) {
        return switch (what) {
            case SUBMITTED -> new Event.Submitted(JOB, Specs.gpu(1), Machine.EPOCH);
            case STARTING -> new Event.Starting(JOB, TOKEN, List.of(Gpus.id(0)), Machine.EPOCH);
            case STARTED -> new Event.Started(JOB, new JobProcess(4000, 1, ""), Machine.EPOCH);
            case CANCEL_REQUESTED -> new Event.CancelRequested(JOB, Specs.ANN, Machine.EPOCH, 5);
            case SIGNAL_SENT -> new Event.SignalSent(JOB, 15);
            case FINISHED -> ended(new End.Finished(Usage.NONE));
            case FAILED -> ended(new End.Failed(new ExitStatus.Exited(1), Usage.NONE));
            case NOT_STARTED -> ended(new End.NotStarted(new StartFailure(StartFailure.Stage.EXEC, 2)));
            case LOST -> ended(new End.Lost("nobody saw it"));
            case CANCELLED -> ended(new End.Cancelled(Specs.ANN, Optional.empty(), Usage.NONE));
            case SKIPPED -> ended(new End.Skipped(JOB));
            case PROCESSES_GONE -> new Event.ProcessesGone(JOB, 9);
            case LEASE_ENDED -> new Event.LeaseEnded(JOB, Machine.EPOCH);
            case FORGOTTEN -> new Event.Forgotten(List.of(JOB));
        };
    }

    private static Event ended(End end) {
        return new Event.Ended(JOB, end, Machine.EPOCH, 7);
    }

    private static State after(What... events) {
        State state = State.EMPTY;
        for (What what : events) {
            state = Transitions.apply(state, event(what));
        }
        return state;
    }

    private static Map<Stage, State> states() {
        Map<Stage, State> states = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            states.put(
                    stage,
                    switch (stage) {
                        case ABSENT -> State.EMPTY;
                        case QUEUED -> after(What.SUBMITTED);
                        case STARTING -> after(What.SUBMITTED, What.STARTING);
                        case RUNNING -> after(What.SUBMITTED, What.STARTING, What.STARTED);
                        case CANCELLING -> after(What.SUBMITTED, What.STARTING, What.STARTED, What.CANCEL_REQUESTED);
                        case LEFTOVERS -> after(What.SUBMITTED, What.STARTING, What.STARTED, What.FINISHED);
                        case COOLING -> after(What.SUBMITTED, What.STARTING, What.FINISHED, What.PROCESSES_GONE);
                        case OVER -> after(What.SUBMITTED, What.STARTING, What.NOT_STARTED, What.LEASE_ENDED);
                    });
        }
        return states;
    }

    @Test
    void whatMayFollowFollowsAndNothingElse() {
        states().forEach((stage, state) -> {
            for (What what : What.values()) {
                Event event = event(what);
                if (legal(stage).contains(what)) {
                    assertThat(Transitions.apply(state, event)).isNotNull();
                } else {
                    assertThatThrownBy(() -> Transitions.apply(state, event))
                            .as("%s of a job that is %s", what, stage)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("does not follow");
                }
            }
        });
    }

    private static void refused(State state, Event event) {
        assertThatThrownBy(() -> Transitions.apply(state, event)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anIdIsNeverGivenTwiceNorLeftOut() {
        refused(after(What.SUBMITTED), event(What.SUBMITTED));
        refused(State.EMPTY, new Event.Submitted(new JobId(1), Specs.cpu(), Machine.EPOCH));
    }

    @Test
    void aJobThatWaitsForOthersDoesNotStart() {
        JobId child = new JobId(1);
        State state =
                Transitions.apply(after(What.SUBMITTED), new Event.Submitted(child, Specs.after(JOB), Machine.EPOCH));

        refused(state, new Event.Starting(child, TOKEN, List.of(), Machine.EPOCH));
    }

    @Test
    void theGpusMustBeAsManyAsAskedForAndDifferentAndNobodys() {
        refused(after(What.SUBMITTED), new Event.Starting(JOB, TOKEN, List.of(), Machine.EPOCH));

        JobId next = new JobId(1);
        State one = after(What.SUBMITTED, What.STARTING);
        State two = Transitions.apply(one, new Event.Submitted(next, Specs.gpu(2), Machine.EPOCH));
        Token other = new Token(3, 4);
        refused(two, new Event.Starting(next, other, List.of(Gpus.id(1), Gpus.id(1)), Machine.EPOCH));
        refused(two, new Event.Starting(next, other, List.of(Gpus.id(0), Gpus.id(1)), Machine.EPOCH));
        refused(two, new Event.Starting(next, TOKEN, List.of(Gpus.id(1), Gpus.id(2)), Machine.EPOCH));
        assertThat(Transitions.apply(
                                two, new Event.Starting(next, other, List.of(Gpus.id(1), Gpus.id(2)), Machine.EPOCH))
                        .leases())
                .containsOnlyKeys(JOB, next);
    }

    @Test
    void theBootIsRemembered() {
        assertThat(Transitions.apply(State.EMPTY, new Event.DaemonStarted("a", Machine.EPOCH))
                        .bootId())
                .contains("a");
    }
}
