package org.gpuq;

import java.util.Optional;

/** Which gpuq this is. */
final class Version {
    /** As in the jar's manifest. */
    static final String TEXT = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("unreleased");

    private Version() {}
}
