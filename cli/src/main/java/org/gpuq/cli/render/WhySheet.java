package org.gpuq.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Offer;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.WaitReason;

/** Why a job waits: what it needs, who is before it, and each GPU with what keeps it from the job. */
public final class WhySheet {
    private static final int KEY = 9;
    private static final int SHOWN = 5;

    private WhySheet() {}

    public static void appendTo(StringBuilder out, View view, Job job, Look look) {
        out.append(Ink.HEADING.paint("job " + job.id() + " waits", look)).append('\n');
        line(out, "because", Sanitize.text(reason(view, job)));
        line(out, "needs", needs(job));
        line(out, "ahead", ahead(view, job));
        if (job.spec().resources().line() == Line.GPU) {
            Holder holder = new Holder(view);
            Map<GpuId, Offer> offers = view.offers(job);
            for (ObservedGpu gpu : view.gpus().gpus()) {
                Offer offer = offers.get(gpu.id());
                if (offer != null) {
                    line(out, "GPU " + gpu.label(), gpu(gpu, offer, holder));
                }
            }
        }
        view.estimate(job.id())
                .ifPresent(estimate -> line(out, "estimate", Sanitize.text(Estimates.sentence(estimate, view, look))));
    }

    private static String gpu(ObservedGpu gpu, Offer offer, Holder holder) {
        String memory = Humane.memory(gpu.memoryUsedBytes(), gpu.memoryTotalBytes());
        String who = holder.of(gpu, offer.judgement().state());
        return (offer.objection().isEmpty() ? "yes" : "no: " + Sanitize.text(offer.objection())) + " ["
                + offer.judgement().state().word() + ", " + memory + "] "
                + (who.equals("-") ? "" : who);
    }

    private static String reason(View view, Job job) {
        return view.wait(job.id()).map(WaitReason::sentence).orElse("about to start");
    }

    private static String needs(Job job) {
        Resources asked = job.spec().resources();
        if (asked.line() == Line.CPU) {
            return asked.slots() == 1 ? "1 CPU slot" : asked.slots() + " CPU slots";
        }
        String which = asked.want().words();
        return Job.gpus(asked.gpus()) + (which.isEmpty() ? "" : " " + Sanitize.text(which));
    }

    private static String ahead(View view, Job job) {
        List<JobId> before = before(view, job);
        if (before.isEmpty()) {
            return "nobody";
        }
        String shown = before.stream()
                .limit(SHOWN)
                .map(id -> id
                        + view.state()
                                .job(id)
                                .map(other ->
                                        " (" + Sanitize.text(other.spec().user().name()) + ", " + needs(other) + ")")
                                .orElse(""))
                .collect(Collectors.joining(", "));
        return shown + (before.size() > SHOWN ? " and " + (before.size() - SHOWN) + " more" : "");
    }

    private static List<JobId> before(View view, Job job) {
        List<JobId> before = new ArrayList<>();
        for (JobId id : view.state().ready(job.spec().resources().line())) {
            if (id.equals(job.id())) {
                return before;
            }
            before.add(id);
        }
        return before;
    }

    public static byte[] json(View view, Job job) {
        return JsonText.document(json -> {
            json.writeObjectPropertyStart("why");
            json.writeNumberProperty("job", job.id().value());
            json.writeStringProperty("reason", reason(view, job));
            json.writeStringProperty("needs", needs(job));
            json.writeArrayPropertyStart("ahead");
            before(view, job).forEach(id -> json.writeNumber(id.value()));
            json.writeEndArray();
            json.writeArrayPropertyStart("gpus");
            if (job.spec().resources().line() == Line.GPU) {
                view.offers(job).forEach((id, offer) -> {
                    json.writeStartObject();
                    json.writeStringProperty("uuid", id.uuid());
                    json.writeStringProperty("state", offer.judgement().state().word());
                    json.writeStringProperty(
                            "since", Times.utc(offer.judgement().since()));
                    json.writeBooleanProperty("usable", offer.objection().isEmpty());
                    JsonText.text(
                            json, "objection", Optional.of(offer.objection()).filter(text -> !text.isEmpty()));
                    json.writeEndObject();
                });
            }
            json.writeEndArray();
            Estimates.json(json, view, job.id());
            json.writeEndObject();
        });
    }

    private static void line(StringBuilder out, String key, String value) {
        out.append(key)
                .append(" ".repeat(Math.max(1, KEY - key.length())))
                .append(value.stripTrailing())
                .append('\n');
    }
}
