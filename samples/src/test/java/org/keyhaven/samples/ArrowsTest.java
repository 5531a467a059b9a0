package org.keyhaven.samples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules, {@code provider -> client <- server}, here because here all three are on the class path. */
@AnalyzeClasses(packages = "org.keyhaven",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArrowsTest.DoNotIncludeTestJars.class})
class ArrowsTest {
  private static final String PROVIDER = "org.keyhaven.provider..";
  private static final String CLIENT = "org.keyhaven.client..";
  private static final String SERVER = "org.keyhaven.server..";

  /** The server's tests of the client know both. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  // A rule about no classes at all fails: each module is really there.
  @ArchTest
  static final ArchRule THE_PROVIDER_DOES_NOT_KNOW_THE_SERVER = noClasses().that().resideInAPackage(PROVIDER)
      .should().dependOnClassesThat().resideInAPackage(SERVER);

  @ArchTest
  static final ArchRule THE_CLIENT_KNOWS_NEITHER = noClasses().that().resideInAPackage(CLIENT)
      .should().dependOnClassesThat().resideInAnyPackage(PROVIDER, SERVER);

  @ArchTest
  static final ArchRule THE_SERVER_DOES_NOT_KNOW_THE_PROVIDER = noClasses().that().resideInAPackage(SERVER)
      .should().dependOnClassesThat().resideInAPackage(PROVIDER);

  @ArchTest
  static final ArchRule ONE_PACKAGE_OF_THE_CLIENT_SPEAKS_HTTP = onlyIn("org.keyhaven.client.http..", "org.apache.hc..");

  @ArchTest
  static final ArchRule ONE_PACKAGE_OF_THE_CLIENT_KNOWS_AZURE = onlyIn("org.keyhaven.client.azure..", "com.azure..", "reactor..");

  @ArchTest
  static final ArchRule ONE_PACKAGE_OF_THE_CLIENT_IS_OBSERVED_BY_OTHERS = onlyIn("org.keyhaven.client.observe..",
      "io.micrometer..", "io.opentelemetry..");

  private static ArchRule onlyIn(String ours, String... theirs) {
    return noClasses().that().resideInAPackage(CLIENT).and().resideOutsideOfPackage(ours)
        .should().dependOnClassesThat().resideInAnyPackage(theirs);
  }
}
