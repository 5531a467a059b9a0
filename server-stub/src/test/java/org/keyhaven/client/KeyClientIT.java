package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.TestVault;

class KeyClientIT {
  private static KeyhavenClient client;

  @BeforeAll
  static void connect() {
    client = Clients.vault();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  private static KeyCreateParameters ec() {
    return new KeyCreateParameters(KeyType.EC, null, null, null, null, null, KeyCurve.P_256);
  }

  @Test
  void aKeyIsCreatedAndFoundAgain() {
    KeyBundle made = client.keys().create("client-made", new KeyCreateParameters(KeyType.RSA_HSM, 2048, null,
        List.of(KeyOperation.SIGN, KeyOperation.VERIFY), ObjectAttributes.of(true, null, null), Map.of("purpose", "test"), null));
    assertThat(made.key().kty()).isEqualTo(KeyType.RSA_HSM);
    assertThat(made.key().keyOps()).containsExactlyInAnyOrder("sign", "verify");
    assertThat(made.tags()).containsEntry("purpose", "test");
    KeyBundle latest = client.keys().get("client-made");
    assertThat(latest.key().kid()).isEqualTo(made.key().kid());
    assertThat(latest.key().n()).isEqualTo(made.key().n());
    assertThat(client.keys().get("client-made", made.key().kid().version()).key().kid()).isEqualTo(made.key().kid());
  }

  @Test
  void listsGoOverPages() {
    // A page holds 25 at most.
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "client-listed-" + i).toList();
    names.forEach(name -> client.keys().create(name, ec()));
    assertThat(client.keys().list().stream().map(item -> item.kid().name())).containsAll(names).doesNotHaveDuplicates();
  }

  @Test
  void versionsAreListed() {
    String first = client.keys().create("client-versions", ec()).key().kid().version();
    String second = client.keys().create("client-versions", ec()).key().kid().version();
    assertThat(client.keys().listVersions("client-versions")).extracting(item -> item.kid().version())
        .containsExactlyInAnyOrder(first, second);
    assertThat(client.keys().get("client-versions").key().kid().version()).isEqualTo(second);
  }

  @Test
  void aDeletionIsUndoneWithoutBlocking() {
    KeyBundle made = client.keys().create("client-recovered", ec());
    KeyAsyncClient async = client.async().keys();
    ObjectId back = async.delete("client-recovered").thenCompose(deleted -> async.recover("client-recovered"))
        .thenCompose(recovered -> async.get("client-recovered")).join().key().kid();
    assertThat(back).isEqualTo(made.key().kid());
  }

  @Test
  void anUnknownKeyIsNotFound() {
    var thrown = catchThrowableOfType(VaultException.NotFound.class, () -> client.keys().get("client-absent"));
    assertThat(thrown.status()).isEqualTo(404);
    assertThat(thrown.code()).isEqualTo("KeyNotFound");
  }

  @Test
  void aBadRequestCarriesTheServersReason() {
    assertThatThrownBy(() -> client.keys().create("client-bad", new KeyCreateParameters(KeyType.RSA, 1000, null, null, null, null,
        null))).isInstanceOfSatisfying(VaultException.class, thrown -> {
          assertThat(thrown.status()).isEqualTo(400);
          assertThat(thrown.code()).isEqualTo("BadParameter");
        });
  }

  @Test
  void aBadNameNeverLeaves() {
    assertThatThrownBy(() -> client.keys().get("../secrets")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.keys().get("a", "../x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theManagedHsmHasKeysOfItsOwn() {
    try (KeyhavenClient hsm = Clients.managedHsm()) {
      assertThat(hsm.keys().create("client-hsm", new KeyCreateParameters(KeyType.EC_HSM, null, null, null, null, null,
          KeyCurve.P_384)).key().crv()).isEqualTo(KeyCurve.P_384);
      assertThat(hsm.keys().list()).extracting(item -> item.kid().name()).contains("client-hsm");
    }
    assertThatThrownBy(() -> client.keys().get("client-hsm")).isInstanceOf(VaultException.NotFound.class);
  }

  @Test
  void aFixedTokenNeedsNoChallenge() {
    try (KeyhavenClient fixed = Clients.builder(TestVault.get().vaultUrl())
        .tokenSource(TokenSource.fixed(TestVault.get().token(false))).build()) {
      assertThat(fixed.keys().create("client-fixed", ec()).key().kid().name()).isEqualTo("client-fixed");
    }
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    try (KeyhavenClient fixed = Clients.builder(TestVault.get().vaultUrl())
        .tokenSource(TokenSource.fixed(TestVault.get().token(true))).build()) {
      assertThatThrownBy(() -> fixed.keys().get("client-any")).isInstanceOf(VaultException.Unauthenticated.class);
    }
  }

  @Test
  void aWrongSecretIsRefused() {
    try (KeyhavenClient wrong = Clients.builder(TestVault.get().vaultUrl())
        .tokenSource(Clients.secret().clientSecret("wrong-secret").build()).build()) {
      assertThatThrownBy(() -> wrong.keys().get("client-any")).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("invalid_client").hasMessageNotContaining("wrong-secret");
    }
  }

  @Test
  void aVaultThatIsNotTrustedIsNotTalkedTo() {
    try (KeyhavenClient untrusting = KeyhavenClient.builder().vault(URI.create(TestVault.get().vaultUrl()))
        .tokenSource(TokenSource.fixed("t")).build()) {
      assertThatThrownBy(() -> untrusting.keys().get("client-any")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("KEYHAVEN_CA_FILE");
    }
  }
}
