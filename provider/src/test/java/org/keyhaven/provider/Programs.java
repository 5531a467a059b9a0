package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;
import org.slf4j.LoggerFactory;
import tools.jackson.core.TokenStreamFactory;

/** Programs of src/test/programs, which run in processes of their own with the self-contained jar. */
final class Programs {
  /** Set where the jar is packaged. */
  static final String JAR = System.getProperty("keyhaven.provider.jar");

  private Programs() { }

  /** Compiles one for JDK 17, without a look at the class path of the tests. */
  static void compile(String name, String classPath, Path folder) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-proc:none", "-d",
        folder.toString(), "-cp", classPath, Path.of("src/test/programs", name + ".java").toString()));
    Tools.run(Tools.current().resolve("bin/javac"), arguments.toArray(String[]::new)).succeeded();
  }

  static String classPath(Object... parts) {
    return String.join(File.pathSeparator, List.of(parts).stream().map(Object::toString).toList());
  }

  /** The provider's jar for Maven, and the jars it needs, as a path. */
  static String mavenJars() throws URISyntaxException {
    List<Object> jars = new ArrayList<>(List.of(JAR.replace("-all.jar", ".jar")));
    for (Class<?> part : List.of(KeyhavenClient.class, HttpClients.class, HttpHost.class, HttpVersionPolicy.class,
        TokenStreamFactory.class, JsonProperty.class, LoggerFactory.class)) {
      jars.add(Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    return classPath(jars.toArray());
  }

  /** What a program has to be told by Microsoft's names to sign in to the test vault. */
  static List<String> microsoftsProperties() {
    ConnectionFile vault = TestVault.get().connection();
    return List.of("-Dazure.keyvault.uri=" + vault.vaultUrl(), "-Dazure.keyvault.tenant-id=" + vault.tenantId(),
        "-Dazure.keyvault.client-id=" + vault.clientId(), "-Dazure.keyvault.client-secret=" + vault.clientSecret(),
        "-Dazure.keyvault.disable-challenge-resource-verification=true");
  }

  /** Beyond Microsoft's names: the test vault has an authority and a CA of its own. */
  static List<String> authority() {
    ConnectionFile vault = TestVault.get().connection();
    return List.of("-Dkeyhaven.authority.host=" + vault.authorityHost(), "-Dkeyhaven.ca.file=" + vault.caCertificate());
  }

  static Tools.Result run(Path jdk, List<String> options, String name, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.add(name);
    all.addAll(List.of(arguments));
    Tools.Result result = Tools.java(jdk, all).succeeded();
    assertThat(result.output()).as("a warning of the JVM").doesNotContain("WARNING");
    return result;
  }
}
