package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each server answers a plain TLS client, with keys that have no encoded form anywhere in this JVM. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServersIT {
  private static VaultOfTests vault;

  @BeforeAll
  static void open() throws Exception {
    vault = new VaultOfTests();
    for (String alias : new String[] {VaultOfTests.RSA, VaultOfTests.EC}) {
      assertThat(vault.key(alias).getFormat()).isNull();
      assertThat(vault.key(alias).getEncoded()).isNull();
    }
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void jetty(String protocol) throws Exception {
    try (KeylessJetty server = new KeylessJetty(vault.store(), 0)) {
      assertThat(get(server.port(), protocol)).isEqualTo("hello from Jetty\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {VaultOfTests.RSA, VaultOfTests.EC})
  void tomcat(String alias, @TempDir Path folder) throws Exception {
    try (KeylessTomcat server = new KeylessTomcat(folder, alias, 0)) {
      assertThat(get(server.port(), "TLSv1.3")).isEqualTo("hello from Tomcat\n");
      server.reload();
      assertThat(get(server.port(), "TLSv1.2")).isEqualTo("hello from Tomcat\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void netty(String protocol) throws Exception {
    try (KeylessNetty server = new KeylessNetty(vault.store(), 0)) {
      assertThat(get(server.port(), protocol)).isEqualTo("hello from Netty\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {VaultOfTests.RSA, VaultOfTests.EC})
  void springBootWithAnSslBundle(String alias) throws Exception {
    try (KeylessSpringBoot server = new KeylessSpringBoot(vault.store(), alias, 0)) {
      assertThat(get(server.port(), "TLSv1.3")).isEqualTo("hello from Spring Boot\n");
    }
  }

  /** Each end asks for the other's certificate; who the client is, Kafka takes from it. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void bothEndsOfKafka(String protocol, @TempDir Path folder) throws Exception {
    Path trust = folder.resolve("trust.p12");
    try (OutputStream file = Files.newOutputStream(trust)) {
      vault.trusting().store(file, "changeit".toCharArray());
    }
    assertThat(new KeylessKafka(trust, "changeit", protocol).say("hello")).isEqualTo("hello from CN=localhost");
  }

  @Test
  void kafkaIsNotLeftWithAKeyStoreThatNobodyReads(@TempDir Path folder) throws Exception {
    Path keys = folder.resolve("keys.p12");
    try (OutputStream file = Files.newOutputStream(keys)) {
      vault.trusting().store(file, "changeit".toCharArray());
    }
    Password password = new Password("changeit");
    Map<String, ?> settings = Map.of("ssl.protocol", "TLSv1.3", "ssl.enabled.protocols", List.of("TLSv1.3"),
        "ssl.cipher.suites", List.of(), "ssl.keystore.type", "PKCS12", "ssl.keystore.location", keys.toString(),
        "ssl.keystore.password", password, "ssl.key.password", password);
    try (KafkaVaultSslEngineFactory factory = new KafkaVaultSslEngineFactory()) {
      assertThatThrownBy(() -> factory.configure(settings)).isInstanceOf(KafkaException.class)
          .hasMessageContaining("ssl.keystore");
    }
  }

  private static String get(int port, String protocol)
      throws GeneralSecurityException, IOException, InterruptedException {
    return TlsClient.get(URI.create("https://localhost:" + port + "/"), vault.trusting(), protocol);
  }
}
