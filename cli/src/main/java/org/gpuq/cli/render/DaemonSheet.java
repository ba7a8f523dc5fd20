package org.gpuq.cli.render;

import java.time.Duration;
import java.util.List;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.DaemonControl.Confinement;

/** The daemon about itself. */
public final class DaemonSheet {
    private DaemonSheet() {}

    private static final int KEY = 12;

    public static void appendTo(
            StringBuilder out, DaemonControl.Status status, DaemonControl.Health health, Look look) {
        line(out, "pid", Long.toString(status.pid()));
        line(
                out,
                "launcher",
                status.launcherPid().isPresent()
                        ? "pid " + status.launcherPid().getAsLong()
                        : "not running: jobs cannot start");
        line(out, "version", status.version());
        line(out, "java", health.java());
        line(out, "protocol", health.protocol().isPresent() ? health.protocol().getAsInt() + " with q-launch" : "-");
        line(
                out,
                "uptime",
                look.terminal()
                        ? Humane.duration(status.uptime())
                        : Long.toString(status.uptime().toSeconds()));
        line(out, "mode", status.mode().word());
        line(out, "socket", Sanitize.text(status.socket()));
        line(out, "metrics", status.metrics().map(Sanitize::text).orElse("off"));
        line(out, "driver", Sanitize.text(status.driver()));
        line(out, "cgroup", status.cgroup().map(Sanitize::text).orElse("none: jobs are ended by process group"));
        line(out, "gpu files", sentence(status.confinement()));
        line(
                out,
                "supervisors",
                health.supervisors().isPresent()
                        ? Integer.toString(health.supervisors().getAsInt())
                        : "-: q-launch does not say");
        line(out, "journal", Humane.bytes(health.journalBytes()) + ", format " + health.journalFormat());
        line(
                out,
                "last crash",
                health.lastCrash().map(crash -> crash(crash, look)).orElse("none known"));
        line(out, "limits", status.controls() == 0 ? "none can be kept" : String.join(", ", limits(status)));
    }

    private static String crash(DaemonControl.Crash crash, Look look) {
        String who = switch (crash.victim()) {
            case DAEMON -> "the daemon";
            case LAUNCHER -> "q-launch";
            case BOTH -> "the daemon and q-launch";
            case MACHINE -> "the machine";
        };
        String at = look.terminal() ? Times.local(crash.at(), look.zone()) : Times.utc(crash.at());
        return at + ", " + who + ": " + Sanitize.text(crash.how());
    }

    /** How jobs' processes are held together. */
    private static String cgroupMode(DaemonControl.Status status) {
        return status.cgroup().isPresent() ? "cgroup" : "process-group";
    }

    public static byte[] json(DaemonControl.Status status, DaemonControl.Health health) {
        return JsonText.document(json -> {
            json.writeObjectPropertyStart("daemon");
            json.writeNumberProperty("pid", status.pid());
            JsonText.number(json, "launcher_pid", status.launcherPid());
            json.writeStringProperty("version", status.version());
            json.writeNumberProperty("uptime", seconds(status.uptime()));
            json.writeStringProperty("mode", status.mode().word());
            json.writeStringProperty("socket", status.socket().text());
            JsonText.text(json, "metrics", status.metrics());
            json.writeStringProperty("driver", status.driver());
            json.writeStringProperty("gpu_confinement", word(status.confinement()));
            JsonText.text(json, "cgroup", status.cgroup().map(path -> path.text()));
            json.writeStringProperty("cgroup_mode", cgroupMode(status));
            json.writeStringProperty("java", health.java());
            JsonText.number(json, "launcher_protocol", health.protocol());
            JsonText.number(json, "supervisors", health.supervisors());
            json.writeNumberProperty("journal_bytes", health.journalBytes());
            json.writeNumberProperty("journal_format", health.journalFormat());
            health.lastCrash()
                    .ifPresentOrElse(
                            crash -> {
                                json.writeObjectPropertyStart("last_crash");
                                json.writeStringProperty("who", crash.victim().word());
                                json.writeStringProperty("at", Times.utc(crash.at()));
                                json.writeStringProperty("how", crash.how());
                                json.writeEndObject();
                            },
                            () -> json.writeNullProperty("last_crash"));
            json.writeArrayPropertyStart("limits");
            limits(status).forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** {@code key = value} as in the configuration's file, each with its meaning and where the value is from. */
    public static void appendConfiguration(StringBuilder out, List<DaemonControl.Setting> settings) {
        for (DaemonControl.Setting setting : settings) {
            out.append("# ").append(Sanitize.text(setting.doc())).append("\n# ");
            out.append(Sanitize.text(setting.source()))
                    .append("; default: ")
                    .append(Sanitize.text(setting.byDefault()))
                    .append('\n');
            out.append(setting.key())
                    .append(" = ")
                    .append(Sanitize.text(setting.value()))
                    .append("\n\n");
        }
    }

    private static String sentence(Confinement confinement) {
        return switch (confinement) {
            case Confinement.Off off -> "open to every job";
            case Confinement.Program program -> "a job can open its own, by a BPF program of its cgroup's";
            case Confinement.Controller controller ->
                "a job can open its own, by the devices controller of cgroup version 1";
            case Confinement.Impossible impossible ->
                "jobs cannot be confined to their own (" + Errno.meaning(impossible.errno())
                        + "): those with GPUs are refused, others run unconfined";
        };
    }

    private static String word(Confinement confinement) {
        return switch (confinement) {
            case Confinement.Off off -> "off";
            case Confinement.Program program -> "bpf";
            case Confinement.Controller controller -> "devices";
            case Confinement.Impossible impossible -> "impossible";
        };
    }

    /** What of jobs can be limited. */
    private static List<String> limits(DaemonControl.Status status) {
        List<String> words = List.of("memory", "processes", "cpus");
        return java.util.stream.IntStream.range(0, words.size())
                .filter(bit -> (status.controls() & 1 << bit) != 0)
                .mapToObj(words::get)
                .toList();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static void line(StringBuilder out, String key, String value) {
        out.append(key).append(" ".repeat(KEY - key.length())).append(value).append('\n');
    }
}
