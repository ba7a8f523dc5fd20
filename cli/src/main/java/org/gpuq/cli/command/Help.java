package org.gpuq.cli.command;

import picocli.CommandLine.Option;

/** The option that every command has. A mixin. */
final class Help {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    boolean requested;
}
