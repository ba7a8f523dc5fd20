package org.gpuq.cli.command;

import static org.gpuq.cli.command.Role.ADMINISTRATOR;
import static org.gpuq.cli.command.Role.OTHER;
import static org.gpuq.cli.command.Role.OWNER;
import static org.gpuq.cli.command.Role.ROOT;

import java.util.Set;

/**
 * What can be done, and who may: the one table. docs/security.md shows it to people, and a test walks through all of it
 * with real users.
 */
public enum Deed {
    /** To see that a job is there: whose, its label, state, GPUs, times. */
    SEE(OWNER, ROOT, ADMINISTRATOR, OTHER),

    /** To see its command line and directory. Others only where the configuration lets them. */
    SEE_COMMAND(OWNER, ROOT, ADMINISTRATOR),

    WAIT(OWNER, ROOT, ADMINISTRATOR, OTHER),

    /** To cancel it, and whatever else changes its fate or its place. */
    CHANGE(OWNER, ROOT, ADMINISTRATOR),

    /** The file is the owner's own, and q opens it with its caller's rights. */
    READ_OUTPUT(OWNER, ROOT),

    /** To go on with a foreground job over another connection. */
    RESUME(OWNER),

    /** To end the daemon. */
    STOP_DAEMON(OWNER, ROOT, ADMINISTRATOR);

    @SuppressWarnings("ImmutableEnumChecker") // what Set.of gives is
    private final Set<Role> roles;

    Deed(Role... roles) {
        this.roles = Set.of(roles);
    }

    boolean allowedTo(Role role) {
        return roles.contains(role);
    }
}
