package org.gpuq.nvml;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.sun.jna.Library;
import com.sun.jna.Structure;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which class may be where. */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.gpuq.nvml");

    @Test
    void theJnaPackageIsSignaturesAndStructures() {
        classes()
                .that()
                .resideInAPackage("org.gpuq.nvml.jna")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .beAssignableTo(Library.class)
                .orShould()
                .beAssignableTo(Structure.class)
                .check(CLASSES);
    }

    @Test
    void theFaceShowsNoJna() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.gpuq.nvml")
                .should()
                .haveRawReturnType(not(resideInAPackage("com.sun.jna..").or(resideInAPackage("org.gpuq.nvml.jna"))))
                .check(CLASSES);
    }
}
