package org.gpuq.daemon.config;

/** The page about the configuration, made from the catalogue. */
final class ConfigurationReference {
    private ConfigurationReference() {}

    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Generated from the catalogue (`org.gpuq.daemon.config.Keys`); do not edit.

                The daemon reads `gpuq.toml` when it starts: `/etc/gpuq/gpuq.toml` for the shared queue of a machine, `gpuq.toml` in
                the state directory for a queue of one's own. Without the file, or a key in it, the default holds. An unknown key or
                a value that is not allowed keeps the daemon from starting, with a message that names it. `q daemon config` prints
                what is in force.

                """);
        String table = "";
        for (Key<?> key : Keys.ALL) {
            int dot = key.name().indexOf('.');
            if (!table.equals(key.name().substring(0, dot))) {
                table = key.name().substring(0, dot);
                page.append("## [").append(table).append("]\n\n");
            }
            page.append("`")
                    .append(key.name().substring(dot + 1))
                    .append(" = ")
                    .append(key.standardText())
                    .append("`\n");
            page.append(": ")
                    .append(key.doc())
                    .append(" Must be ")
                    .append(key.allowed())
                    .append(".\n\n");
        }
        return page.toString().stripTrailing() + "\n";
    }
}
