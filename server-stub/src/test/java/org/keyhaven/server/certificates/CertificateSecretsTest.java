package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.slf4j.LoggerFactory;

/** Who gets a certificate's secret, and that nobody gets one of rows that something else wrote. */
class CertificateSecretsTest {
  /** For twelve months. */
  private static final String CREATE = "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"key_props\":{\"kty\":\"EC\"},"
      + "\"x509_props\":{\"subject\":\"CN=web\"}}}";

  @TempDir
  Path directory;

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(directory.resolve("data"),
        database -> new CertificateRoutes(database, Clock.systemUTC()).routes());
    assertThat(server.client().post("/certificates/web/create", CREATE).status()).isEqualTo(202);
    assertThat(server.client().get("/secrets/web").status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoHasNoPermissionForSecretsIsRefused() {
    for (String caller : new String[] {"reader", "keys", "nobody"}) {
      for (String path : new String[] {"/secrets/web", "/secrets/web/", "/secrets/nowhere"}) {
        Reply reply = server.client().as("Bearer " + caller).get(path);
        assertThat(reply.status()).as(caller + path).isEqualTo(403);
        assertThat(reply.innerCode()).isEqualTo("ForbiddenByPolicy");
        assertThat(reply.text()).contains("secrets/get");
      }
    }
    assertThat(server.client().as(null).get("/secrets/web").status()).isEqualTo(401);
  }

  @Test
  void aRowOfTheCertificateOrItsKeyThatWasEditedGivesNothing() {
    for (String collection : new String[] {"certificates", "keys"}) {
      // The tags of both are empty.
      edit("'{\"a\":\"b\"}'", collection);
      assertThat(server.client().get("/secrets/web").status()).as(collection).isEqualTo(500);
      edit("'{}'", collection);
      assertThat(server.client().get("/secrets/web").status()).isEqualTo(200);
    }
  }

  /** The service gives it at any time, to test with before, and to recover with afterwards. */
  @Test
  void aCertificateOutsideItsTimesHasItsSecretToo(@TempDir Path other) {
    for (String made : new String[] {"2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"}) {
      Clock clock = Clock.fixed(Instant.parse(made), ZoneOffset.UTC);
      try (TestServer elsewhen = TestServer.start(other.resolve(made.substring(0, 4)),
          database -> new CertificateRoutes(database, clock).routes())) {
        assertThat(elsewhen.client().post("/certificates/web/create", CREATE).status()).isEqualTo(202);
        assertThat(elsewhen.client().get("/secrets/web").status()).as(made).isEqualTo(200);
      }
    }
  }

  @Test
  void pkcs12IsDerForReadersThatTakeNothingElse() throws IOException {
    byte[] file = Base64.getDecoder().decode(server.client().get("/secrets/web").json().get("value").asString());
    byte[] safe = ASN1OctetString.getInstance(Pfx.getInstance(file).getAuthSafe().getContent()).getOctets();
    for (byte[] encoded : new byte[][] {file, safe}) {
      assertThat(ASN1Primitive.fromByteArray(encoded).getEncoded(ASN1Encoding.DER)).isEqualTo(encoded);
    }
  }

  @Test
  void theLogSaysToWhomAPrivateKeyIsGivenOutAndNothingOfIt() {
    Logger logger = (Logger) LoggerFactory.getLogger(CertificateSecrets.class);
    ListAppender<ILoggingEvent> recorder = new ListAppender<>();
    recorder.start();
    logger.addAppender(recorder);
    logger.setLevel(Level.INFO);
    try {
      String version = server.client().get("/secrets/web").json().get("id").asString().replaceAll(".*/", "");
      assertThat(recorder.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("VAULT default: the private key"
          + " of certificate web version " + version + " is given out with its secret to appid=all-app;oid=all");
    } finally {
      logger.setLevel(null);
      logger.detachAppender(recorder);
    }
  }

  private void edit(String tags, String collection) {
    int rows = server.database().write(handle -> handle.execute("UPDATE object_version SET tags = " + tags
        + " WHERE name = 'web' AND collection = '" + collection + "'"));
    assertThat(rows).isEqualTo(1);
  }
}
