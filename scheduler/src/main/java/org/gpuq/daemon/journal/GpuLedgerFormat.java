package org.gpuq.daemon.journal;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.gpuq.core.gpu.Change;
import org.gpuq.core.gpu.Changes;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuLedger.Drain;
import org.gpuq.core.gpu.GpuLedger.Pardon;
import org.gpuq.core.gpu.GpuLedger.Quarantine;
import org.gpuq.core.gpu.GpuLedger.Remark;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

/** A {@link GpuLedger} in JSON: each of its maps is a list, with the key among the members. */
final class GpuLedgerFormat {
    private GpuLedgerFormat() {}

    static void write(JsonOut out, GpuLedger ledger) {
        list(
                out,
                "drains",
                ledger.drains(),
                (inner, it) -> inner.text("gpu", it.getKey().uuid())
                        .user("by", it.getValue().by())
                        .text("reason", it.getValue().reason())
                        .instant("at", it.getValue().at()));
        list(
                out,
                "quarantines",
                ledger.quarantines(),
                (inner, it) -> inner.text("gpu", it.getKey().uuid())
                        .member("trouble", it.getValue().trouble(), GpuEventFormat::trouble)
                        .instant("at", it.getValue().at())
                        .number("at_monotonic_ns", it.getValue().atMonotonicNanos()));
        list(
                out,
                "accepted",
                ledger.accepted(),
                (inner, it) -> inner.text("gpu", it.getKey().uuid()).texts("marks", it.getValue()));
        out.objects(
                "pardons",
                ledger.pardons().entrySet().stream()
                        .sorted(Comparator.comparingInt(it -> it.getKey().pid()))
                        .toList(),
                (inner, it) -> inner.member("process", it.getKey(), GpuEventFormat::process)
                        .user("by", it.getValue().by())
                        .text("reason", it.getValue().reason())
                        .instant("at", it.getValue().at())
                        .number("until_monotonic_ns", it.getValue().untilMonotonicNanos()));
        list(
                out,
                "freed",
                ledger.freedAt(),
                (inner, it) -> inner.text("gpu", it.getKey().uuid()).instant("at", it.getValue()));
        list(
                out,
                "remarks",
                ledger.remarks(),
                (inner, it) -> inner.id("job", it.getKey())
                        .objects(
                                "said",
                                it.getValue(),
                                (one, remark) -> one.text("text", remark.text()).instant("at", remark.at())));
        list(
                out,
                "changes",
                ledger.changes().of(),
                (inner, it) -> inner.text("gpu", it.getKey().uuid())
                        .objects(
                                "past",
                                it.getValue(),
                                (one, change) -> one.instant("at", change.at())
                                        .text("what", change.what())
                                        .text("reason", change.reason())));
    }

    private static <K extends Comparable<K>, V> void list(
            JsonOut out, String name, Map<K, V> map, BiConsumer<JsonOut, Map.Entry<K, V>> members) {
        out.objects(
                name, map.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(), members);
    }

    static GpuLedger read(JsonIn in) {
        return new GpuLedger(
                map(
                        in,
                        "drains",
                        GpuLedgerFormat::gpu,
                        it -> new Drain(it.user("by"), it.text("reason"), it.instant("at"))),
                map(
                        in,
                        "quarantines",
                        GpuLedgerFormat::gpu,
                        it -> new Quarantine(
                                GpuEventFormat.trouble(it.member("trouble")),
                                it.instant("at"),
                                it.number("at_monotonic_ns"))),
                map(in, "accepted", GpuLedgerFormat::gpu, it -> Set.copyOf(it.texts("marks"))),
                map(
                        in,
                        "pardons",
                        GpuLedgerFormat::process,
                        it -> new Pardon(
                                it.user("by"), it.text("reason"), it.instant("at"), it.number("until_monotonic_ns"))),
                map(in, "freed", GpuLedgerFormat::gpu, GpuLedgerFormat::at),
                map(in, "remarks", GpuLedgerFormat::job, GpuLedgerFormat::remarks),
                // None in a ledger that was written before there were any.
                in.has("changes")
                        ? new Changes(map(in, "changes", GpuLedgerFormat::gpu, GpuLedgerFormat::changes))
                        : Changes.NONE);
    }

    private static <K, V> Map<K, V> map(JsonIn in, String name, Function<JsonIn, K> key, Function<JsonIn, V> value) {
        Map<K, V> map = new HashMap<>();
        for (JsonIn each : in.objects(name, it -> it)) {
            map.put(key.apply(each), value.apply(each));
        }
        return map;
    }

    private static GpuId gpu(JsonIn in) {
        return new GpuId(in.text("gpu"));
    }

    private static JobId job(JsonIn in) {
        return in.id("job");
    }

    private static ProcessKey process(JsonIn in) {
        return GpuEventFormat.process(in.member("process"));
    }

    private static Instant at(JsonIn in) {
        return in.instant("at");
    }

    private static List<Remark> remarks(JsonIn in) {
        return in.objects("said", it -> new Remark(it.text("text"), it.instant("at")));
    }

    private static List<Change> changes(JsonIn in) {
        return in.objects("past", it -> new Change(it.instant("at"), it.text("what"), it.text("reason")));
    }
}
