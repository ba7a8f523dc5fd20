package org.gpuq.core.model;

/** A job's number: counted from 0, never given twice. */
public record JobId(int value) implements Comparable<JobId> {
    public JobId {
        if (value < 0) {
            throw new IllegalArgumentException("negative job id " + value);
        }
    }

    @Override
    public int compareTo(JobId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
