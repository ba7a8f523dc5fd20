package org.gpuq.core.engine;

import java.util.Iterator;
import java.util.Optional;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/**
 * Jobs in the order of their places. Immutable; a change shares nearly all with what was before. A job's place is its own
 * number until somebody moves it; places before all others are negative and kept apart, so that a queue in which nobody was
 * moved stays as shallow as its numbers are small.
 */
public final class Lineup implements Iterable<JobId> {
    public static final Lineup EMPTY = new Lineup(IdMap.empty(), IdMap.empty());

    /** Keys are places counted from the least possible one. */
    private final IdMap<JobId> front;

    private final IdMap<JobId> usual;

    private Lineup(IdMap<JobId> front, IdMap<JobId> usual) {
        this.front = front;
        this.usual = usual;
    }

    public int size() {
        return front.size() + usual.size();
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    public Optional<JobId> first() {
        return front.first().or(usual::first);
    }

    /** With {@code job} at {@code place}, where nobody may be. */
    public Lineup with(int place, JobId job) {
        return place < 0 ? new Lineup(front.with(key(place), job), usual) : new Lineup(front, usual.with(place, job));
    }

    /** Without the job at {@code place}, if there is one. */
    Lineup without(int place) {
        return place < 0 ? new Lineup(front.without(key(place)), usual) : new Lineup(front, usual.without(place));
    }

    Optional<JobId> at(int place) {
        return place < 0 ? front.get(key(place)) : usual.get(place);
    }

    private static int key(int place) {
        return place - Integer.MIN_VALUE;
    }

    @Override
    public Iterator<JobId> iterator() {
        Iterator<JobId> first = front.iterator();
        Iterator<JobId> then = usual.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first.hasNext() || then.hasNext();
            }

            @Override
            public JobId next() {
                return first.hasNext() ? first.next() : then.next();
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lineup that && front.equals(that.front) && usual.equals(that.usual);
    }

    @Override
    public int hashCode() {
        return 31 * front.hashCode() + usual.hashCode();
    }

    @Override
    public String toString() {
        return front.isEmpty() ? usual.toString() : front + " " + usual;
    }
}
