package org.gpuq.daemon.journal;

import org.gpuq.core.job.Delivery;
import org.gpuq.core.model.EnvironmentId;

/** A {@link Delivery} in JSON: only what is not plain is written. */
final class DeliveryFormat {
    private DeliveryFormat() {}

    static void write(JsonOut out, Delivery delivery) {
        out.maybe(delivery.directory(), (inner, directory) -> inner.bytes("directory", directory))
                .flag("errors_apart", delivery.errorsApart())
                .flag("compressed", delivery.compressed())
                .maybe(delivery.onFinish(), (inner, program) -> inner.bytes("on_finish", program))
                .maybe(delivery.mailTo(), (inner, to) -> inner.bytes("mail_to", to))
                .maybe(delivery.remark(), (inner, remark) -> inner.text("remark", remark.sha256()));
    }

    static Delivery read(JsonIn in) {
        return new Delivery(
                in.maybe("directory", in::bytes),
                in.flag("errors_apart"),
                in.flag("compressed"),
                in.maybe("on_finish", in::bytes),
                in.maybe("mail_to", in::bytes),
                in.maybe("remark", in::text).map(EnvironmentId::new));
    }
}
