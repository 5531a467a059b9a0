package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.slf4j.LoggerFactory;

class LogSecrecyTest {

  @Test
  void neitherTokenNorSecretIsLoggedAtAnyLevel(@TempDir Path directory) throws IOException, InterruptedException {
    Logger ours = (Logger) LoggerFactory.getLogger("org.keyhaven");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Level before = ours.getLevel();
    ours.setLevel(Level.TRACE);
    ours.addAppender(logged);
    ours.setAdditive(false);
    try (FaultyVault vault = new FaultyVault(directory)) {
      exercise(vault);
    } finally {
      ours.detachAppender(logged);
      ours.setLevel(before);
      ours.setAdditive(true);
    }
    List<String> lines = logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).anyMatch(line -> line.startsWith("POST " + FaultyVault.KID_PATH + "/sign 200"));
    assertThat(lines).noneMatch(line -> line.contains("issued-token") || line.contains("hush-secret") || line.contains("AQID"));
  }

  private static void exercise(FaultyVault vault) {
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/tenant-1", vault.uri().toString()))));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer issued-token"))
        .willReturn(vault.signature()));
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(FaultyVault.json(200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"issued-token\"}")));
    TokenSource source = ClientSecretTokenSource.builder().authority(vault.uri()).clientId("app").clientSecret("hush-secret")
        .caFile(vault.caFile).build();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      client.cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
    }
  }
}
