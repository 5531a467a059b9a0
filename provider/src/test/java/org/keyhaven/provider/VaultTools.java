package org.keyhaven.provider;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.keyhaven.server.TestVault;

/** The tools with the test vault for a key store, as docs/tools.md says. */
final class VaultTools {
  /** The self-contained jar. */
  static final String JAR = System.getProperty("keyhaven.provider.jar");

  private static final List<String> STORE = List.of("-keystore", "NONE", "-storetype", "Keyhaven", "-storepass", "unused");

  private VaultTools() { }

  static String connection() {
    return TestVault.get().connectionFile().toString();
  }

  /** {@code -providerpath} and {@code -providerclass}: keytool of every JDK. */
  static Tools.Result keytool(Path jdk, List<String> command) throws Exception {
    return Tools.run(jdk.resolve("bin/keytool"), joined(command, STORE, byPath()));
  }

  /** {@code -addprovider} with the jar on the class path: both tools of every JDK. */
  static Tools.Result jarsigner(Path jdk, List<String> command) throws Exception {
    return jarsigner(jdk, byName(), command);
  }

  static Tools.Result jarsigner(Path jdk, List<String> provider, List<String> command) throws Exception {
    return Tools.run(jdk.resolve("bin/jarsigner"), joined(STORE, provider, command));
  }

  /** A tool as {@link #byName}, without a password, that is told this where it asks. */
  static Tools.Result told(Path jdk, String tool, String input, String... command) throws Exception {
    return Tools.told(input, jdk.resolve("bin").resolve(tool),
        List.of(joined(List.of("-keystore", "NONE", "-storetype", "Keyhaven"), byName(), List.of(command))));
  }

  static List<String> byPath() {
    return List.of("-providerpath", JAR, "-providerclass", KeyhavenProvider.class.getName(), "-providerarg", connection());
  }

  static List<String> byName() {
    return List.of("-J-cp", "-J" + JAR, "-addprovider", "Keyhaven", "-providerarg", connection());
  }

  /** {@code -providerclass} with the jar on the class path. */
  static List<String> byClass() {
    return List.of("-J-cp", "-J" + JAR, "-providerclass", KeyhavenProvider.class.getName(), "-providerarg", connection());
  }

  private static String[] joined(List<String> first, List<String> second, List<String> third) {
    return Stream.of(first, second, third).flatMap(List::stream).toArray(String[]::new);
  }
}
