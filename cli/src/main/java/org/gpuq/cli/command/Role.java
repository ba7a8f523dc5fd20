package org.gpuq.cli.command;

/** What somebody is to a job, or to the daemon; the first that fits. */
public enum Role {
    OWNER,
    ROOT,
    ADMINISTRATOR,
    OTHER
}
