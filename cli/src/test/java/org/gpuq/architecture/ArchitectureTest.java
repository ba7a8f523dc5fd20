package org.gpuq.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String PLANTED = "org.gpuq.architecture.planted";

    private static final HouseRules RUIN = new HouseRules(PLANTED);

    private static final JavaClasses HOUSE_CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.gpuq");
    private static final JavaClasses RUIN_CLASSES = new ClassFileImporter().importPackages(PLANTED);

    private static List<ArchRule> all(HouseRules rules) {
        return List.of(
                rules.commandsKnowTheDaemonByItsPorts(),
                rules.whatIsPrintedDoesNotKnowWhoAsks(),
                rules.verbsDoNotKnowTheFace(),
                rules.roomsDoNotKnowTheCommands(),
                rules.roomsDoNotKnowMain());
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(RUIN_CLASSES).getFailureReport().getDetails();
    }

    @Test
    void theHouseKeepsItsRules() {
        all(new HouseRules("org.gpuq")).forEach(rule -> rule.check(HOUSE_CLASSES));
    }

    @Test
    void theRoomsThatTheRulesNameAreThere() {
        for (String room :
                List.of("cli.command", "cli.render", "cli.tsp", "core.model", "daemon.loop", "daemon.port", "nvml")) {
            assertThat(HOUSE_CLASSES.containPackage("org.gpuq." + room))
                    .as(room)
                    .isTrue();
        }
        assertThat(HOUSE_CLASSES.contain("org.gpuq.Main")).isTrue();
    }

    @Test
    void aCommandThatGoesAroundThePortsIsNoticedAndOneThatKnowsThemIsNot() {
        List<String> violations = violations(RUIN.commandsKnowTheDaemonByItsPorts());
        assertThat(violations).anyMatch(line -> line.contains("ReadsTheJournal") && line.contains("Kept"));
        assertThat(violations).anyMatch(line -> line.contains("AsksTheDriver") && line.contains("Library"));
        assertThat(violations).anyMatch(line -> line.contains("AsksTheDriver") && line.contains("HttpServer"));
        assertThat(violations).noneMatch(line -> line.contains("UsesAPort"));
    }

    @Test
    void aTableThatKnowsItsCommandIsNoticed() {
        assertThat(violations(RUIN.whatIsPrintedDoesNotKnowWhoAsks()))
                .isNotEmpty()
                .allMatch(line -> line.contains("KnowsWhoAsks") && line.contains("UsesAPort"));
    }

    @Test
    void aVerbThatKnowsTheFaceIsNoticed() {
        assertThat(violations(RUIN.verbsDoNotKnowTheFace()))
                .isNotEmpty()
                .allMatch(line -> line.contains("KnowsAFace") && line.contains("OtherFace"));
    }

    @Test
    void aRoomThatPrintsIsNoticed() {
        assertThat(violations(RUIN.roomsDoNotKnowTheCommands()))
                .isNotEmpty()
                .allMatch(line -> line.contains("Prints") && line.contains("Innocent"));
    }

    @Test
    void aRoomThatKnowsMainIsNoticed() {
        assertThat(violations(RUIN.roomsDoNotKnowMain()))
                .isNotEmpty()
                .allMatch(line -> line.contains("KnowsMain") && line.contains("planted.Main"));
    }

    @Test
    void aRuleThatLooksAtNothingFails() {
        for (ArchRule rule : all(new HouseRules("org.nowhere"))) {
            assertThatThrownBy(() -> rule.check(HOUSE_CLASSES))
                    .as(rule.getDescription())
                    .hasMessageContaining("failed to check any classes");
        }
    }
}
