package org.gpuq.core.policy;

import java.time.Duration;
import java.util.List;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;

/** Why a queued job does not run now. */
public sealed interface WaitReason {
    /** A person's sentence, without a full stop and without anything a user typed. */
    String sentence();

    /** Whether those behind it in its line wait too: nobody waits behind what no patience makes possible. */
    default boolean holdsUp() {
        return true;
    }

    /** @param pending those it follows that have not ended */
    record Dependency(List<JobId> pending) implements WaitReason {
        @Override
        public String sentence() {
            return "waits for job "
                    + String.join(", ", pending.stream().map(JobId::toString).toList());
        }
    }

    /**
     * Too few CPU slots are free.
     *
     * @param needed how many it asks for
     * @param free how many could be given now
     * @param slots how many there are
     */
    record Slots(int needed, int free, int slots) implements WaitReason {
        @Override
        public String sentence() {
            if (needed > 1) {
                return "needs " + needed + " CPU slots, " + free + " of " + slots + " free";
            }
            return slots == 1 ? "the one CPU slot is taken" : "all " + slots + " CPU slots are taken";
        }
    }

    /**
     * It asks for more CPU slots than there are; somebody may make more.
     *
     * @param needed how many it asks for
     * @param slots how many there are
     */
    record TooFewSlots(int needed, int slots) implements WaitReason {
        @Override
        public String sentence() {
            return "needs " + needed + " CPU slots, and there " + (slots == 1 ? "is 1" : "are " + slots);
        }

        @Override
        public boolean holdsUp() {
            return false;
        }
    }

    /**
     * Too few GPUs are free.
     *
     * @param needed how many it asks for
     * @param free how many could be given now
     * @param others what holds the rest, such as {@code 2 leased, 1 foreign (carl pid 9911)}
     * @param which what it asks of them; empty when any will do
     */
    record Gpus(int needed, int free, String others, String which) implements WaitReason {
        public Gpus(int needed, int free, String others) {
            this(needed, free, others, "");
        }

        @Override
        public String sentence() {
            return "needs " + Job.gpus(needed) + (which.isEmpty() ? "" : " " + which) + ", " + free
                    + (which.isEmpty() ? " free" : " such free") + (others.isEmpty() ? "" : ": " + others);
        }
    }

    /**
     * It asks for more GPUs than could be given even if nobody else held one: some are set aside, or were never there.
     *
     * @param needed how many it asks for
     * @param fit how many of the machine's are fit to be used
     * @param which what it asks of them; empty when any will do
     */
    record TooFewFit(int needed, int fit, String which) implements WaitReason {
        public TooFewFit(int needed, int fit) {
            this(needed, fit, "");
        }

        @Override
        public String sentence() {
            return "needs " + Job.gpus(needed) + (which.isEmpty() ? "" : " " + which) + ", and " + fit
                    + (fit == 1 ? " is" : " are") + " fit to be used";
        }

        @Override
        public boolean holdsUp() {
            return false;
        }
    }

    /**
     * Its user has as many GPUs as one user gets at once.
     *
     * @param needed how many it asks for
     * @param held how many the user has
     * @param limit how many that may be
     */
    record UserGpus(int needed, int held, int limit) implements WaitReason {
        @Override
        public String sentence() {
            return "needs " + Job.gpus(needed) + ", and its user has " + held + " of the " + limit
                    + " that one user gets at once";
        }

        @Override
        public boolean holdsUp() {
            return false;
        }
    }

    /** @param why what keeps every GPU from being given away */
    record Driver(String why) implements WaitReason {
        @Override
        public String sentence() {
            return why;
        }
    }

    /**
     * @param ahead how many jobs of the same line come first, at least 1
     * @param next the one right before it
     */
    record Behind(int ahead, JobId next) implements WaitReason {
        @Override
        public String sentence() {
            return ahead == 1 ? "next after job " + next : ahead + " jobs are before it";
        }
    }

    /**
     * It rests after a run that came to nothing.
     *
     * @param runs how often it has run
     * @param left how long it rests on
     * @param cooling whether the GPUs of its last run are not clean yet
     */
    record Rest(int runs, Duration left, boolean cooling) implements WaitReason {
        @Override
        public String sentence() {
            String tried = runs == 1 ? "has run once, and runs again" : "has run " + runs + " times, and runs again";
            return left.isZero() && cooling
                    ? tried + " when the GPUs of its last run are clean"
                    : tried + " in " + Math.ceilDiv(left.toMillis(), 1000) + " s";
        }
    }

    /** @param why what keeps every job from being started */
    record Stopped(String why) implements WaitReason {
        @Override
        public String sentence() {
            return why;
        }
    }

    /** It could start at the next decision. */
    record Turn() implements WaitReason {
        @Override
        public String sentence() {
            return "about to start";
        }
    }
}
