package org.gpuq.daemon.loop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.model.JobId;

/**
 * What a batch of inputs leads to, decided one after the other, each on what the ones before it made of the state.
 * Nothing of it counts before it is in the journal.
 */
record Turn(State before, State after, List<Event> events, List<Answer> answers, List<Granted> granted) {
    /** An input that somebody asked for and that changed something. */
    record Granted(Input input, State before, State after) {}

    static Turn decide(State before, Surroundings surroundings, List<Message> messages, Decider decider) {
        State state = before;
        List<Event> events = new ArrayList<>();
        List<Answer> answers = new ArrayList<>(messages.size());
        List<Granted> granted = new ArrayList<>();
        for (Message message : messages) {
            Decision decision = decider.decide(state, surroundings, message.input());
            State then = state;
            for (Event event : decision.events()) {
                state = Transitions.apply(state, event);
            }
            if (message.asker().isPresent() && !decision.events().isEmpty()) {
                granted.add(new Granted(message.input(), then, state));
            }
            events.addAll(decision.events());
            answers.add(decision.answer());
        }
        return new Turn(before, state, events, answers, granted);
    }

    /** The jobs that its events are about, each once. */
    Set<JobId> jobs() {
        Set<JobId> jobs = new LinkedHashSet<>();
        for (Event event : events) {
            switch (event) {
                case Event.DaemonStarted it -> {}
                case Event.Submitted it -> jobs.add(it.job());
                case Event.Starting it -> jobs.add(it.job());
                case Event.Started it -> jobs.add(it.job());
                case Event.CancelRequested it -> jobs.add(it.job());
                case Event.SignalSent it -> jobs.add(it.job());
                case Event.Ended it -> jobs.add(it.job());
                case Event.Warned it -> jobs.add(it.job());
                case Event.TimeUp it -> jobs.add(it.job());
                case Event.Arrived it -> jobs.add(it.job());
                case Event.MakesWay it -> jobs.add(it.job());
                case Event.Requeued it -> jobs.add(it.job());
                case Event.Rested it -> jobs.add(it.job());
                case Event.Admission it -> {}
                case Event.ProcessesGone it -> jobs.add(it.job());
                case Event.LeaseEnded it -> jobs.add(it.job());
                case Event.OnGpu it -> {}
                case Event.Forgotten it -> jobs.addAll(it.jobs());
                case Event.Signalled it -> jobs.add(it.job());
                case Event.Reordered it -> it.places().forEach(place -> jobs.add(place.job()));
                case Event.SlotsChanged it -> {}
                case Event.Cleared it -> before.jobs().forEach(job -> jobs.add(job.id()));
                case Event.FollowUp it -> {}
                case Event.SeveredGone it -> {}
                case Event.SeveredEnded it -> {}
            }
        }
        return jobs;
    }
}
