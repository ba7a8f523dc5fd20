package org.gpuq.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;

/**
 * The doors between the commands and the rest. A rule that finds no class to look at fails.
 *
 * @param root the package of Main, around {@code cli}, {@code core}, {@code daemon} and {@code nvml}
 */
record HouseRules(String root) {
    /** Not its loop, its journal or its configuration: those are behind the ports. */
    ArchRule commandsKnowTheDaemonByItsPorts() {
        return classes()
                .that(resideInAPackage(root + ".cli.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        root + ".cli..",
                        root + ".core..",
                        root + ".daemon.port..",
                        "java..",
                        "org.jspecify.annotations",
                        "org.slf4j",
                        "picocli",
                        "tools.jackson.core.."))
                .because("the commands see the daemon only through its ports");
    }

    ArchRule whatIsPrintedDoesNotKnowWhoAsks() {
        return noClasses()
                .that(resideInAPackage(root + ".cli.render.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(root + ".cli.command..", root + ".cli.tsp.."));
    }

    ArchRule verbsDoNotKnowTheFace() {
        return noClasses()
                .that(resideInAPackage(root + ".cli.command.."))
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".cli.tsp.."))
                .because("the face is built on what the verbs are built of, and Main gives it to them");
    }

    ArchRule roomsDoNotKnowTheCommands() {
        return noClasses()
                .that(resideInAnyPackage(root + ".core..", root + ".daemon..", root + ".nvml.."))
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".cli.."));
    }

    /** With the rules above, and those that the daemon's rooms have among themselves: only Main knows them all. */
    ArchRule roomsDoNotKnowMain() {
        return noClasses()
                .that(resideInAnyPackage(root + ".cli..", root + ".core..", root + ".daemon..", root + ".nvml.."))
                .should()
                .dependOnClassesThat(resideInAPackage(root))
                .because("Main wires the rooms, which therefore know nothing of it");
    }
}
