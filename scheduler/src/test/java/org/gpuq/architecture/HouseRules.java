package org.gpuq.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;

/**
 * The doors between the rooms. A rule that finds no class to look at fails.
 *
 * @param root the package that holds {@code core}, {@code daemon} and {@code nvml}
 */
record HouseRules(String root) {
    private static final Set<String> DICE =
            Set.of("java.lang.Math.random", "java.util.Collections.shuffle", "java.util.UUID.randomUUID");

    /** No files, sockets, threads or locks: none of their packages is among these. */
    ArchRule coreKnowsOnlyValues() {
        return classes()
                .that()
                .resideInAPackage(core())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        core(),
                        "java.lang",
                        "java.lang.annotation",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        "java.nio.charset",
                        "java.time",
                        "java.util",
                        "java.util.function",
                        "java.util.regex",
                        "java.util.stream",
                        "org.jspecify.annotations")
                .because("the core is pure: what it needs of the world is an argument");
    }

    /** What hides in the packages of values. */
    ArchRule coreHasNoClockDiceOrThreads() {
        return noClasses()
                .that()
                .resideInAPackage(core())
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Clock.class,
                        Process.class,
                        ProcessBuilder.class,
                        Random.class,
                        Runtime.class,
                        SplittableRandom.class,
                        System.class,
                        Thread.class,
                        ThreadLocal.class,
                        Timer.class)
                .orShould()
                .callMethodWhere(clockOrDice())
                .because("the same history must lead to the same state");
    }

    private static DescribedPredicate<JavaMethodCall> clockOrDice() {
        return DescribedPredicate.describe("it reads the clock or throws dice", call -> {
            String owner = call.getTargetOwner().getName();
            boolean clock = owner.startsWith("java.time.") && call.getName().equals("now");
            return clock || DICE.contains(owner + "." + call.getName());
        });
    }

    ArchRule coreIsBuiltInStoreys() {
        return layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("model")
                .definedBy(core("model"))
                .layer("job")
                .definedBy(core("job"))
                .layer("gpu")
                .definedBy(core("gpu"))
                .layer("policy")
                .definedBy(core("policy"))
                .layer("engine")
                .definedBy(core("engine"))
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("policy")
                .mayOnlyBeAccessedByLayers("engine")
                .whereLayer("gpu")
                .mayOnlyBeAccessedByLayers("policy", "engine")
                .whereLayer("job")
                .mayOnlyBeAccessedByLayers("policy", "engine");
    }

    ArchRule coreHasNoCycles() {
        return slices().matching(root + ".core.(*)..").should().beFreeOfCycles();
    }

    /** Main, in {@code daemon} itself, wires them; ports are how they speak to each other. */
    ArchRule adaptersDoNotKnowEachOther() {
        return slices().matching(root + ".daemon.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAPackage(root + ".daemon.port.."));
    }

    ArchRule onlyThePollerKnowsNvml() {
        return noClasses()
                .that(resideOutsideOfPackages(root + ".daemon.poll..", root + ".nvml.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".nvml..");
    }

    private String core() {
        return root + ".core..";
    }

    private String core(String room) {
        return root + ".core." + room + "..";
    }
}
