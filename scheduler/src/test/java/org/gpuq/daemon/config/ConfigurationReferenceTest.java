package org.gpuq.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference of the configuration is written by this test and kept with the sources. */
class ConfigurationReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");
    private static final String REGENERATE = "GPUQ_REGENERATE";

    @Test
    void theReferenceSaysWhatTheCatalogueSays() throws IOException {
        if (System.getenv(REGENERATE) != null) {
            Files.writeString(REFERENCE, ConfigurationReference.markdown());
        }

        assertThat(REFERENCE)
                .as("docs/configuration.md; to write it anew: "
                        + REGENERATE + "=1 ./mvnw test -pl scheduler -am -Dtest=ConfigurationReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .hasContent(ConfigurationReference.markdown());
    }
}
