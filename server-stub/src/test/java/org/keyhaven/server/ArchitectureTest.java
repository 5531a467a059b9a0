package org.keyhaven.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.keyhaven.server.admin.PrivateFile;

/** The arrows of the design: who may know whom in the server. */
@AnalyzeClasses(packages = "org.keyhaven", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String SERVER = "org.keyhaven.server..";
  private static final String[] FEATURES = {"org.keyhaven.server.keys..", "org.keyhaven.server.certificates..",
      "org.keyhaven.server.identity..", "org.keyhaven.server.admin..", "org.keyhaven.server.access..",
      "org.keyhaven.server.vaults..", "org.keyhaven.server.http..", "org.keyhaven.server.events..",
      "org.keyhaven.server.schedule..", "org.keyhaven.server.outbound.."};

  @ArchTest
  static final ArchRule THE_SERVER_KNOWS_THE_CONTRACT_AND_NOT_THE_CLIENT = noClasses().that().resideInAPackage(SERVER)
      .should().dependOnClassesThat(resideInAPackage("org.keyhaven.client..")
          .and(not(resideInAPackage("org.keyhaven.client.wire.."))));

  @ArchTest
  static final ArchRule CLIENT_AND_PROVIDER_DO_NOT_KNOW_THE_SERVER = noClasses().that().resideOutsideOfPackage(SERVER)
      .should().dependOnClassesThat().resideInAPackage(SERVER);

  @ArchTest
  static final ArchRule THE_CONTRACT_STANDS_ALONE = noClasses().that().resideInAPackage("org.keyhaven.client.wire..")
      .should().dependOnClassesThat(resideInAPackage("org.keyhaven..")
      .and(not(resideInAPackage("org.keyhaven.client.wire.."))));

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES = slices().matching("org.keyhaven.server.(*)..").should()
      .beFreeOfCycles();

  @ArchTest
  static final ArchRule ENGINES_KNOW_NO_FEATURE = noClasses().that().resideInAPackage("org.keyhaven.server.hsm..")
      .should().dependOnClassesThat(resideInAnyPackage(FEATURES).or(resideInAPackage("org.keyhaven.server.store.."))
          .and(not(equivalentTo(PrivateFile.class))));

  @ArchTest
  static final ArchRule THE_STORE_KNOWS_NO_FEATURE = noClasses().that().resideInAPackage("org.keyhaven.server.store..")
      .should().dependOnClassesThat(resideInAnyPackage(FEATURES).or(resideInAPackage("org.keyhaven.server.hsm..")));

  @ArchTest
  static final ArchRule CERTIFICATES_USE_KEYS_AND_NOT_THE_OTHER_WAY_ROUND = noClasses()
      .that().resideInAPackage("org.keyhaven.server.keys..")
      .should().dependOnClassesThat().resideInAPackage("org.keyhaven.server.certificates..");

  @ArchTest
  static final ArchRule ONLY_THE_HSM_PACKAGE_TALKS_PKCS11 = noClasses().that()
      .resideOutsideOfPackage("org.keyhaven.server.hsm..")
      .should().dependOnClassesThat().resideInAPackage("org.xipki..");

  @ArchTest
  static final ArchRule ONLY_THE_HTTP_PACKAGE_TALKS_HTTP = noClasses().that()
      .resideOutsideOfPackage("org.keyhaven.server.http..")
      .should().dependOnClassesThat(resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."));

  @ArchTest
  static final ArchRule ERRORS_ARE_UNDERSTOOD_EVERYWHERE = classes().that().haveSimpleName("ApiError")
      .should().onlyDependOnClassesThat().resideInAPackage("java..");
}
