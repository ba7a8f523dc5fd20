package org.gpuq.cli.tsp;

import java.util.Optional;
import org.gpuq.cli.command.Call;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.model.RawBytes;

/** Where a job's output goes and who hears of its end, by the options and by task-spooler's variables. */
final class Destination {
    private Destination() {}

    static Delivery of(Call call, JobOptions options) {
        return new Delivery(
                set(call, "TMPDIR").filter(path -> options.stored()).map(path -> absolute(call, path)),
                options.errorsApart() && options.stored(),
                options.gzip() && options.stored(),
                set(call, "TS_ONFINISH"),
                options.mail() ? recipient(call) : Optional.empty(),
                Optional.empty());
    }

    private static Optional<RawBytes> recipient(Call call) {
        return set(call, "TS_MAILTO")
                .or(() -> Optional.of(RawBytes.utf8(call.user().name())));
    }

    private static Optional<RawBytes> set(Call call, String variable) {
        return call.variable(variable).filter(value -> !value.isEmpty()).map(RawBytes::new);
    }

    private static RawBytes absolute(Call call, RawBytes path) {
        return path.latin1().startsWith("/")
                ? path
                : new RawBytes(call.request().directory().latin1() + "/" + path.latin1());
    }
}
