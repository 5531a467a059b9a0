package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.TestVault;

/** Azure Identity beside the self-contained jar, with neither Netty nor any other HTTP client; once that is packaged. */
@Tag("packaged")
class SelfContainedAzureIT {
  private static final String PROGRAM = """
      import java.net.URI;
      import java.nio.file.Path;
      import org.keyhaven.client.KeyhavenClient;
      import org.keyhaven.client.TokenSource;

      class Program {
        public static void main(String[] arguments) {
          TokenSource source = TokenSource.fromEnvironment();
          System.out.println(source);
          try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(arguments[0])).caFile(Path.of(arguments[1]))
              .tokenSource(source).build()) {
            client.keys().list().iterator().hasNext();
            System.out.println("listed");
          }
        }
      }
      """;

  @TempDir
  private Path folder;

  /** What azure-identity needs, of the class path of this test. */
  private static Stream<String> azure() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.matches(".*(azure-|msal4j|reactor-core|reactive-streams|jackson-[a-z0-9-]+-2"
            + "|stax2|woodstox|jna|slf4j-api|nimbus|oauth2-oidc|json-smart|accessors-smart|content-type|lang-tag|jcip|asm-).*\\.jar"));
  }

  @Test
  void aDefaultCredentialSignsIn() throws IOException, InterruptedException {
    TestVault vault = TestVault.get();
    Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    String classPath = Stream.concat(Stream.of(System.getProperty("keyhaven.provider.jar")), azure())
        .collect(Collectors.joining(File.pathSeparator));
    assertThat(classPath).contains("azure-identity").doesNotContain("netty", "httpclient5");
    Path output = folder.resolve("output");
    ProcessBuilder java = new ProcessBuilder(List.of(Tools.current().resolve("bin/java").toString(), "-cp", classPath,
        program.toString(), vault.vaultUrl(), vault.caFile().toString())).redirectErrorStream(true).redirectOutput(output.toFile());
    java.environment().putAll(Map.of("AZURE_TENANT_ID", vault.connection().tenantId(), "AZURE_CLIENT_ID",
        vault.connection().clientId(), "AZURE_CLIENT_SECRET", vault.connection().clientSecret(), "AZURE_AUTHORITY_HOST",
        vault.connection().authorityHost(), "KEYHAVEN_CA_FILE", vault.caFile().toString()));
    Process process = java.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + Files.readString(output));
    }
    assertThat(Files.readString(output)).contains("Azure credential DefaultAzureCredential", "listed");
  }
}
