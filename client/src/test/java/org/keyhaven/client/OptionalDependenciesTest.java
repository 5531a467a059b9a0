package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** The client where neither Azure Identity nor Micrometer nor OpenTelemetry is on the class path. */
@Timeout(60)
class OptionalDependenciesTest {
  /** Runs in the loader that lacks them. */
  public static final class Program {
    private Program() { }

    public static byte[] sign(String vault, Path caFile, String kid) {
      try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(vault)).caFile(caFile)
          .tokenSource(TokenSource.fixed("t")).build()) {
        return client.cryptography(ObjectId.parse(kid)).sign(SignatureAlgorithm.ES256, new byte[32]);
      }
    }
  }

  private static URL url(Path entry) {
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry.toString(), e);
    }
  }

  private static URLClassLoader bare() {
    Stream<Path> own = Stream.of(FootprintTest.origin(KeyhavenClient.class), FootprintTest.origin(Program.class));
    URL[] urls = Stream.concat(own, FootprintTest.jars().stream()).map(OptionalDependenciesTest::url).toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void itWorksWithoutThem(@TempDir Path directory) throws IOException, InterruptedException, ReflectiveOperationException {
    try (FaultyVault vault = new FaultyVault(directory); URLClassLoader bare = bare()) {
      vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
      assertThatThrownBy(() -> bare.loadClass("io.micrometer.core.instrument.Metrics")).isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> bare.loadClass("io.opentelemetry.api.OpenTelemetry")).isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> bare.loadClass("com.azure.core.credential.TokenCredential")).isInstanceOf(ClassNotFoundException.class);
      Object signature = bare.loadClass(Program.class.getName()).getMethod("sign", String.class, Path.class, String.class)
          .invoke(null, vault.uri().toString(), vault.caFile, vault.kid());
      assertThat((byte[]) signature).containsExactly(1, 2, 3);
    }
  }

  @Test
  void theEnvironmentIsReadWithoutAzureIdentity() throws IOException, ReflectiveOperationException {
    try (URLClassLoader bare = bare()) {
      var chosen = bare.loadClass(EnvironmentTokenSource.class.getName()).getDeclaredMethod("azureIdentityPresent");
      chosen.setAccessible(true);
      assertThat(chosen.invoke(null)).isEqualTo(false);
    }
  }

  @Test
  void whatUsersCallNamesNoneOfThemSoThatReflectionOverItWorks() throws IOException, ReflectiveOperationException {
    try (URLClassLoader bare = bare()) {
      for (Class<?> type : List.of(KeyhavenClient.class, KeyhavenClient.Builder.class, TokenSource.class, CallListener.class,
          CryptographyClient.class, KeyClient.class, CertificateClient.class)) {
        assertThat(bare.loadClass(type.getName()).getDeclaredMethods()).as(type.getName()).isNotEmpty();
      }
    }
  }
}
