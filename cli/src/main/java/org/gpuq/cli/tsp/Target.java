package org.gpuq.cli.tsp;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.command.JobIds;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.RefusedException;

/**
 * Which job is meant.
 *
 * @param named the id as typed; without it a job that is there for the asking
 */
record Target(Optional<String> named) {

    /**
     * @param unsaid which job is meant without an id
     * @param none what task-spooler's server says when there is no such job at all
     * @param unknown what it says when the id is unknown, with the id for {@code %s}
     */
    Job find(Call call, Function<ListOrder, Optional<Job>> unsaid, String none, String unknown) throws TspException {
        if (named.isEmpty()) {
            return unsaid.apply(new ListOrder(call.queue().view())).orElseThrow(() -> TspException.request(none, ""));
        }
        JobId id = id(named.get());
        return call.queue()
                .view()
                .state()
                .job(id)
                .orElseThrow(() -> TspException.request(
                        unknown.replace("%s", id.toString()), "There is no job " + id + ": 'q -l' lists them."));
    }

    /** One or, which task-spooler does not know, several with commas between. */
    static List<JobId> ids(String word) throws TspException {
        try {
            return JobIds.parse(List.of(word));
        } catch (RefusedException e) {
            throw TspException.of(e.refusal().message(), e.refusal().hint());
        }
    }

    /** Task-spooler takes what is no number for job 0, which is seldom meant. */
    static JobId id(String word) throws TspException {
        try {
            return JobIds.parse(word);
        } catch (RefusedException e) {
            throw TspException.of(e.refusal().message(), e.refusal().hint());
        }
    }
}
