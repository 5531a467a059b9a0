package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** Rotation, events and scheduled purge on a real server, whose clock the test moves; the webhook is a real HTTPS server. */
class ScheduledWorkIT {
  private static final String EC = "{\"kty\":\"EC\"}";
  private static final String EVERY_MONTH = "{\"lifetimeActions\":[{\"trigger\":{\"timeAfterCreate\":\"P30D\"},"
      + "\"action\":{\"type\":\"Rotate\"}},{\"trigger\":{\"timeBeforeExpiry\":\"P10D\"},\"action\":{\"type\":\"Notify\"}}],"
      + "\"attributes\":{\"expiryTime\":\"P45D\"}}";

  @TempDir
  private Path directory;

  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile int status = 200;
  private HttpsEndpoint webhook;
  private ClockedVault vault;

  @BeforeEach
  void start() throws IOException {
    webhook = HttpsEndpoint.start(directory, this::receive);
    vault = new ClockedVault(directory.resolve("data"), new ServerOptions.Keys.SoftwareOnly(),
        new ServerOptions.Outgoing(webhook.address().resolve("/events"), webhook.authority()));
  }

  @AfterEach
  void stop() {
    vault.close();
    webhook.close();
  }

  private HttpsEndpoint.Reply receive(HttpsEndpoint.Request request) {
    calls.incrementAndGet();
    assertThat(request.headers().getFirst("aeg-event-type")).isEqualTo("Notification");
    if (status == 200) {
      Json.mapper().readTree(request.body()).forEach(events::add);
    }
    return new HttpsEndpoint.Reply(status, new byte[0]);
  }

  private List<String> eventsOf(String name) {
    return events.stream().filter(event -> event.get("subject").asString().equals(name))
        .map(event -> event.get("eventType").asString().replace("Microsoft.KeyVault.", "")).toList();
  }

  private String create(String name, String body) {
    Reply reply = vault.send("POST", "/keys/" + name + "/create", body);
    assertThat(reply.status()).as(String.valueOf(reply.body())).isEqualTo(200);
    return version(reply);
  }

  private static String version(Reply reply) {
    String kid = reply.body().path("key").path("kid").asString();
    return kid.substring(kid.lastIndexOf('/') + 1);
  }

  private String latest(String name) {
    return version(vault.get("/keys/" + name));
  }

  private void setPolicy(String name, String policy) {
    assertThat(vault.send("PUT", "/keys/" + name + "/rotationpolicy", policy).status()).isEqualTo(200);
  }

  @Test
  void aKeyIsRotatedWhenItsPolicySaysSo() {
    String first = create("monthly", "{\"kty\":\"EC\",\"crv\":\"P-384\",\"key_ops\":[\"sign\"],\"tags\":{\"a\":\"b\"}}");
    setPolicy("monthly", EVERY_MONTH);
    vault.advance(Duration.ofDays(30).minusSeconds(1));
    assertThat(latest("monthly")).isEqualTo(first);
    vault.advance(Duration.ofSeconds(1));
    Reply second = vault.get("/keys/monthly");
    assertThat(version(second)).isNotEqualTo(first);
    JsonNode attributes = second.body().get("attributes");
    long now = vault.clock().instant().getEpochSecond();
    assertThat(attributes.get("created").asLong()).isEqualTo(now);
    assertThat(attributes.get("exp").asLong()).isEqualTo(now + Duration.ofDays(45).toSeconds());
    assertThat(second.body().get("key").get("crv").asString()).isEqualTo("P-384");
    assertThat(second.body().get("key").get("key_ops").toString()).isEqualTo("[\"sign\"]");
    assertThat(second.body().get("tags").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(vault.get("/keys/monthly/versions").body().get("value")).hasSize(2);
    vault.advance(Duration.ofDays(30));
    assertThat(vault.get("/keys/monthly/versions").body().get("value")).hasSize(3);
    assertThat(eventsOf("monthly")).containsExactly("KeyNewVersionCreated", "KeyNewVersionCreated", "KeyNewVersionCreated");
  }

  @Test
  void whatFellDueWhileTheServerWasDownIsDoneOnceAfterItsStart() {
    create("asleep", EC);
    setPolicy("asleep", EVERY_MONTH);
    vault.runBackground();
    vault.stop();
    vault.clock().advance(Duration.ofDays(100));
    vault.start();
    vault.runBackground();
    vault.runBackground();
    assertThat(vault.get("/keys/asleep/versions").body().get("value")).hasSize(2);
  }

  @Test
  void aDisabledKeyIsNotRotated() {
    String only = create("off", EC);
    setPolicy("off", EVERY_MONTH);
    assertThat(vault.send("PATCH", "/keys/off", "{\"attributes\":{\"enabled\":false}}").status()).isEqualTo(200);
    vault.advance(Duration.ofDays(40));
    assertThat(latest("off")).isEqualTo(only);
    assertThat(vault.send("PATCH", "/keys/off", "{\"attributes\":{\"enabled\":true}}").status()).isEqualTo(200);
    vault.runBackground();
    assertThat(latest("off")).isNotEqualTo(only);
  }

  @Test
  void theEndOfAVersionIsAnnouncedOnceBeforeAndOnceAfter() {
    long end = vault.clock().instant().plus(Duration.ofDays(60)).getEpochSecond();
    String version = create("ending", "{\"kty\":\"EC\",\"attributes\":{\"exp\":" + end + ",\"nbf\":1500000000}}");
    vault.advance(Duration.ofDays(29));
    assertThat(eventsOf("ending")).containsExactly("KeyNewVersionCreated");
    vault.advance(Duration.ofDays(1));
    vault.advance(Duration.ofHours(1));
    assertThat(eventsOf("ending")).containsExactly("KeyNewVersionCreated", "KeyNearExpiry");
    vault.advance(Duration.ofDays(30));
    vault.advance(Duration.ofDays(3));
    assertThat(eventsOf("ending")).containsExactly("KeyNewVersionCreated", "KeyNearExpiry", "KeyExpired");

    JsonNode event = events.get(1);
    assertThat(event.propertyNames()).containsExactlyInAnyOrder("id", "topic", "subject", "eventType", "data", "dataVersion",
        "metadataVersion", "eventTime");
    assertThat(event.get("topic").asString()).endsWith("/providers/Microsoft.KeyVault/vaults/default");
    assertThat(event.get("eventTime").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(event.get("data").toString()).isEqualTo("{\"Id\":\"" + vault.url() + "/keys/ending/" + version
        + "\",\"VaultName\":\"default\",\"ObjectType\":\"Key\",\"ObjectName\":\"ending\",\"Version\":\"" + version
        + "\",\"NBF\":1500000000,\"EXP\":" + end + "}");
  }

  @Test
  void aVersionThatIsGivenAnotherEndIsAnnouncedAgain() {
    long end = vault.clock().instant().plus(Duration.ofDays(10)).getEpochSecond();
    create("moved", "{\"kty\":\"EC\",\"attributes\":{\"exp\":" + end + "}}");
    vault.runBackground();
    assertThat(vault.send("PATCH", "/keys/moved", "{\"attributes\":{\"exp\":" + (end + 86400) + "}}").status())
        .isEqualTo(200);
    vault.runBackground();
    assertThat(eventsOf("moved")).containsExactly("KeyNewVersionCreated", "KeyNearExpiry", "KeyNearExpiry");
  }

  @Test
  void twoVersionsOfOneSecondAreBothAnnounced() {
    create("twice", EC);
    vault.runBackground();
    create("twice", EC);
    create("twice", EC);
    vault.runBackground();
    vault.runBackground();
    assertThat(eventsOf("twice")).hasSize(3);
    assertThat(events.stream().map(event -> event.get("data").get("Version").asString()).distinct()).hasSize(3);
  }

  @Test
  void anEventThatTheWebhookRefusesIsDeliveredLaterAlsoAfterARestart() {
    status = 503;
    create("stubborn", EC);
    vault.runBackground();
    vault.runBackground();
    assertThat(calls).as("the second round is too early").hasValue(1);
    vault.advance(Duration.ofSeconds(10));
    assertThat(calls).hasValue(2);
    vault.advance(Duration.ofSeconds(10));
    assertThat(calls).as("intervals grow").hasValue(2);
    vault.stop();
    status = 200;
    vault.clock().advance(Duration.ofSeconds(20));
    vault.start();
    vault.runBackground();
    assertThat(eventsOf("stubborn")).containsExactly("KeyNewVersionCreated");
    vault.advance(Duration.ofDays(1));
    assertThat(eventsOf("stubborn")).as("what was taken is not sent again").hasSize(1);
  }

  @Test
  void aWebhookThatIsAwayLosesNothing() {
    webhook.close();
    create("away", EC);
    create("away-too", EC);
    vault.runBackground();
    assertThat(vault.get("/keys/away").status()).isEqualTo(200);
    assertThat(events).isEmpty();
    assertThat(queued()).isEqualTo(2);
  }

  @Test
  void deletedObjectsArePurgedAtTheirDateAndNotEarlier() {
    create("going", EC);
    create("staying", EC);
    assertThat(vault.send("POST", "/certificates/cert-going/create", "{\"policy\":{\"issuer\":{\"name\":\"Self\"},"

        + "\"x509_props\":{\"subject\":\"CN=going\"},\"key_props\":{\"kty\":\"EC\",\"exportable\":false}}}").status())
        .isEqualTo(202);
    assertThat(vault.get("/certificates/cert-going/pending").body().get("status").asString()).isEqualTo("completed");
    assertThat(vault.send("DELETE", "/keys/going", null).status()).isEqualTo(200);
    assertThat(vault.send("DELETE", "/certificates/cert-going", null).status()).isEqualTo(200);
    vault.advance(Duration.ofDays(90).minusSeconds(1));
    assertThat(vault.get("/deletedkeys/going").status()).isEqualTo(200);
    assertThat(vault.get("/deletedcertificates/cert-going").status()).isEqualTo(200);
    vault.stop();
    vault.clock().advance(Duration.ofSeconds(1));
    vault.start();
    vault.runBackground();
    assertThat(vault.get("/deletedkeys/going").status()).isEqualTo(404);
    assertThat(vault.get("/deletedkeys/cert-going").status()).isEqualTo(404);
    assertThat(vault.get("/deletedcertificates/cert-going").status()).isEqualTo(404);
    assertThat(vault.get("/keys/staying").status()).isEqualTo(200);
    create("going", EC);
  }

  @Test
  void anObjectThatCannotBeUsedDoesNotStopTheOthers() throws SQLException {
    create("a-broken", EC);
    create("b-whole", EC);
    setPolicy("b-whole", EVERY_MONTH);
    vault.runBackground();
    String before = latest("b-whole");
    sql("UPDATE object SET mac = x'00', due = 0 WHERE name = 'a-broken'");
    vault.advance(Duration.ofDays(30));
    assertThat(latest("b-whole")).isNotEqualTo(before);
    assertThat(vault.get("/keys/a-broken").status()).isEqualTo(500);
  }

  @Test
  void anEditedHintDelaysNothingForLong() throws SQLException {
    create("hint", EC);
    setPolicy("hint", EVERY_MONTH);
    vault.runBackground();
    String before = latest("hint");
    sql("UPDATE object SET due = 9000000000");
    vault.advance(Duration.ofDays(30));
    assertThat(latest("hint")).isNotEqualTo(before);
  }

  @Test
  void aForgedEventIsNotTold() throws SQLException {
    status = 503;
    create("forged", EC);
    vault.runBackground();
    sql("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'forged', 'other') AS BLOB)");
    status = 200;
    vault.advance(Duration.ofMinutes(1));
    assertThat(events).isEmpty();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/keyhaven.db"));
        Statement sql = connection.createStatement()) {
      sql.execute("PRAGMA busy_timeout = 10000");
      assertThat(sql.executeUpdate(statement)).isPositive();
    }
  }

  private int queued() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/keyhaven.db"));
        Statement sql = connection.createStatement(); var rows = sql.executeQuery("SELECT count(*) FROM event")) {
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
