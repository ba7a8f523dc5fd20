package org.gpuq.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String PLANTED = "org.gpuq.architecture.planted";

    private static final HouseRules HOUSE = new HouseRules("org.gpuq");
    private static final HouseRules RUIN = new HouseRules(PLANTED);

    private static final JavaClasses HOUSE_CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.gpuq");
    private static final JavaClasses RUIN_CLASSES = new ClassFileImporter().importPackages(PLANTED);

    private static List<ArchRule> all(HouseRules rules) {
        return List.of(
                rules.coreKnowsOnlyValues(),
                rules.coreHasNoClockDiceOrThreads(),
                rules.coreIsBuiltInStoreys(),
                rules.coreHasNoCycles(),
                rules.adaptersDoNotKnowEachOther(),
                rules.onlyThePollerKnowsNvml());
    }

    private static String violations(ArchRule rule) {
        return rule.evaluate(RUIN_CLASSES).getFailureReport().toString();
    }

    @Test
    void theHouseKeepsItsRules() {
        all(HOUSE).forEach(rule -> rule.check(HOUSE_CLASSES));
    }

    @Test
    void theRoomsThatTheRulesNameAreThere() {
        for (String room : List.of("core.model", "core.job", "core.gpu", "core.policy", "core.engine", "daemon.port")) {
            assertThat(HOUSE_CLASSES.containPackage("org.gpuq." + room))
                    .as(room)
                    .isTrue();
        }
        assertThat(HOUSE_CLASSES.containPackage("org.gpuq.daemon.poll")).isTrue();
        assertThat(HOUSE_CLASSES.containPackage("org.gpuq.nvml")).isTrue();
    }

    @Test
    void filesAndLocksInTheCoreAreNoticed() {
        assertThat(violations(RUIN.coreKnowsOnlyValues()))
                .contains("OpensFiles", "java.nio.file.Files")
                .contains("TakesLocks", "java.util.concurrent");
    }

    @Test
    void clocksDiceAndThreadsInTheCoreAreNoticed() {
        assertThat(violations(RUIN.coreHasNoClockDiceOrThreads()))
                .contains("System.nanoTime()")
                .contains("System.currentTimeMillis()")
                .contains("Instant.now()")
                .contains("Math.random()")
                .contains("java.util.Random")
                .contains("java.lang.Thread");
    }

    @Test
    void aPolicyThatLooksUpIsNoticed() {
        assertThat(violations(RUIN.coreIsBuiltInStoreys())).contains("LooksUp").contains("Upstairs");
    }

    @Test
    void aCycleIsNoticed() {
        assertThat(violations(RUIN.coreHasNoCycles())).contains("Slice engine").contains("Slice policy");
    }

    @Test
    void anAdapterThatKnowsAnotherIsNoticedAndOneThatKnowsAPortIsNot() {
        assertThat(violations(RUIN.adaptersDoNotKnowEachOther()))
                .contains("ReadsTheJournal")
                .doesNotContain("UsesAPort");
    }

    @Test
    void nvmlOutsideThePollerIsNoticed() {
        assertThat(violations(RUIN.onlyThePollerKnowsNvml())).contains("ReadsTheJournal", "planted.nvml.Library");
    }

    @Test
    void aRuleThatLooksAtNothingFails() {
        for (ArchRule rule : List.of(
                new HouseRules("org.nowhere").coreKnowsOnlyValues(),
                new HouseRules("org.nowhere").coreHasNoClockDiceOrThreads(),
                new HouseRules("org.nowhere").coreIsBuiltInStoreys(),
                new HouseRules("org.nowhere").coreHasNoCycles(),
                new HouseRules("org.nowhere").adaptersDoNotKnowEachOther())) {
            assertThat(fails(rule)).as(rule.getDescription()).isTrue();
        }
    }

    private static boolean fails(ArchRule rule) {
        try {
            rule.check(HOUSE_CLASSES);
            return false;
        } catch (AssertionError emptyOrBroken) {
            return true;
        }
    }
}
