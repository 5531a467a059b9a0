package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.Sdk.NewKey;
import org.keyhaven.client.Sdk.Refusal;
import org.keyhaven.client.Sdk.Rotation;
import org.keyhaven.client.wire.KeyCurve;

/**
 * Everything that can be done to keys, through this client and through Microsoft's, on the real server: what one does, both
 * see alike, member by member; and what each tells of the same scenario is the same.
 */
class KeysConformanceIT {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Instant SOON = NOW.plus(Duration.ofDays(2));
  private static final Instant LATER = NOW.plus(Duration.ofDays(60));
  private static final String POLICY = "{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"https://attestation.test/\","
      + "\"allOf\":[{\"claim\":\"debug\",\"equals\":\"false\"}]}]}";

  private static BothSdks vault;
  private static BothSdks hsm;

  @BeforeAll
  static void connect() {
    vault = BothSdks.of(false);
    hsm = BothSdks.of(true);
  }

  @AfterAll
  static void disconnect() {
    vault.close();
    hsm.close();
  }

  private static BothSdks on(boolean managedHsm) {
    return managedHsm ? hsm : vault;
  }

  /** Both read it alike; @return what is not chance in it. */
  private static KeyView agreed(Sdk sdk, Sdk other, String name, KeyView told) {
    assertThat(sdk.get(name, told.version())).isEqualTo(told);
    assertThat(other.get(name, told.version())).isEqualTo(told);
    return told.shape(sdk.prefix());
  }

  private static List<KeyView> own(Sdk sdk, List<KeyView> listed) {
    return listed.stream().filter(view -> view.id().contains("/" + sdk.prefix())).toList();
  }

  private static List<NewKey> kinds(boolean managedHsm) {
    List<NewKey> kinds = new ArrayList<>();
    for (KeyCurve curve : KeyCurve.values()) {
      kinds.add(NewKey.ec("EC-HSM", curve.wireName()));
    }
    kinds.add(NewKey.rsa("RSA-HSM", 2048));
    if (managedHsm) {
      kinds.addAll(List.of(NewKey.oct(128), NewKey.oct(192), NewKey.oct(256)));
    } else {
      kinds.add(NewKey.ec("EC", "P-256"));
      kinds.add(NewKey.rsa("RSA", 3072));
    }
    return kinds;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyKindOfKeyIsCreatedAndReadAlike(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      List<Object> told = new ArrayList<>();
      int number = 0;
      for (NewKey kind : kinds(managedHsm)) {
        String name = sdk.prefix() + "-kind-" + number++;
        told.add(agreed(sdk, other, name, sdk.create(name, kind)));
      }
      return told;
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allThatCanBeSaidAtCreationIsKept(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      String name = sdk.prefix() + "-options";
      KeyView made = sdk.create(name, new NewKey("RSA-HSM", 2048, null, List.of("sign", "verify"), false, SOON, LATER,
          Map.of("team", "blue", "empty", ""), 65537, POLICY));
      assertThat(made.enabled()).isFalse();
      assertThat(made.notBefore()).isEqualTo(SOON);
      assertThat(made.expires()).isEqualTo(LATER);
      assertThat(made.operations()).containsExactlyInAnyOrder("sign", "verify");
      assertThat(made.tags()).containsOnlyKeys("team", "empty");
      assertThat(made.exportable()).isTrue();
      assertThat(made.releasePolicy()).isNotNull();
      return List.of(agreed(sdk, other, name, made));
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeysWholeLife(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      String name = sdk.prefix() + "-life";
      List<Object> told = new ArrayList<>();
      KeyView first = sdk.create(name, NewKey.ec("EC-HSM", "P-256"));
      KeyView second = sdk.create(name, NewKey.ec("EC-HSM", "P-384"));
      assertThat(second.version()).isNotEqualTo(first.version());
      assertThat(sdk.get(name, null)).isEqualTo(second);
      List<KeyView> versions = sdk.listVersions(name);
      assertThat(versions).extracting(KeyView::version).containsExactlyInAnyOrder(first.version(), second.version());
      assertThat(other.listVersions(name)).isEqualTo(versions);
      told.addAll(shapes(sdk, versions));
      told.add(agreed(sdk, other, name, sdk.update(name, first.version(), false, LATER, Map.of("is", "updated"),
          List.of("verify"))));
      List<KeyView> listed = own(sdk, sdk.list()).stream().filter(view -> view.id().endsWith("/" + name)).toList();
      assertThat(own(sdk, other.list()).stream().filter(view -> view.id().endsWith("/" + name)).toList()).isEqualTo(listed);
      told.addAll(shapes(sdk, listed));

      KeyView deleted = sdk.delete(name);
      assertThat(sdk.getDeleted(name)).isEqualTo(deleted);
      assertThat(other.getDeleted(name)).isEqualTo(deleted);
      told.add(deleted.shape(sdk.prefix()));
      List<KeyView> dead = own(sdk, sdk.listDeleted()).stream().filter(view -> view.id().contains(name)).toList();
      assertThat(own(sdk, other.listDeleted()).stream().filter(view -> view.id().contains(name)).toList()).isEqualTo(dead);
      told.addAll(shapes(sdk, dead));
      told.add(sdk.refusal(() -> sdk.get(name, null)));
      told.add(sdk.refusal(() -> sdk.create(name, NewKey.ec("EC-HSM", "P-256"))));

      told.add(agreed(sdk, other, name, sdk.recover(name)));
      assertThat(sdk.get(name, null)).isEqualTo(second);
      sdk.delete(name);
      sdk.purge(name);
      told.add(sdk.refusal(() -> sdk.getDeleted(name)));
      told.add(sdk.refusal(() -> sdk.purge(name)));
      return told;
    });
  }

  private static List<KeyView> shapes(Sdk sdk, List<KeyView> views) {
    return views.stream().map(view -> view.shape(sdk.prefix())).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keysOfThisProcessAreImported(boolean managedHsm) throws GeneralSecurityException {
    List<KeyPair> pairs = new ArrayList<>();
    pairs.add(KeyPairGenerator.getInstance("RSA").generateKeyPair());
    for (KeyCurve curve : KeyCurve.values()) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
      generator.initialize(new ECGenParameterSpec(curve.standardName()));
      pairs.add(generator.generateKeyPair());
    }
    on(managedHsm).tellTheSame((sdk, other) -> {
      List<Object> told = new ArrayList<>();
      for (int i = 0; i < pairs.size(); i++) {
        for (boolean inHsm : managedHsm ? new boolean[] {true} : new boolean[] {false, true}) {
          String name = sdk.prefix() + "-import-" + i + inHsm;
          KeyView taken = sdk.importPair(name, pairs.get(i), inHsm);
          told.add(agreed(sdk, other, name, taken));
          told.add(taken.material());
        }
      }
      if (managedHsm) {
        String name = sdk.prefix() + "-import-oct";
        told.add(agreed(sdk, other, name, sdk.importSecret(name, new SecretKeySpec(new byte[32], "AES"),
            List.of("encrypt", "decrypt"))));
      }
      return told;
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatOneBacksUpTheOtherRestores(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      String name = sdk.prefix() + "-backup";
      KeyView first = sdk.create(name, NewKey.ec("EC-HSM", "P-256"));
      KeyView second = sdk.create(name, NewKey.ec("EC-HSM", "P-521"));
      byte[] backup = sdk.backup(name);
      Refusal taken = sdk.refusal(() -> sdk.restore(backup));
      sdk.delete(name);
      sdk.purge(name);
      KeyView restored = other.restore(backup);
      assertThat(restored.id()).isEqualTo(second.id());
      assertThat(restored.material()).isEqualTo(second.material());
      assertThat(sdk.get(name, first.version()).material()).isEqualTo(first.material());
      sdk.delete(name);
      sdk.purge(name);
      return List.of(taken, agreed(sdk, other, name, sdk.restore(backup)));
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeyIsRotatedByHandAndByPolicy(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      String name = sdk.prefix() + "-rotated";
      KeyView first = sdk.create(name, NewKey.ec("EC-HSM", "P-384"));
      Rotation unset = sdk.getRotation(name);
      Rotation asked = new Rotation("P2Y",
          List.of(Arrays.asList("rotate", "P18M", null), Arrays.asList("notify", null, "P45D")));
      Rotation set = sdk.setRotation(name, asked);
      assertThat(set.expiry()).isEqualTo("P2Y");
      assertThat(sdk.getRotation(name)).isEqualTo(set);
      assertThat(other.getRotation(name)).isEqualTo(set);
      KeyView second = sdk.rotate(name);
      assertThat(second.material()).isNotEqualTo(first.material());
      assertThat(second.expires()).isAfter(NOW.plus(Duration.ofDays(720)));
      agreed(sdk, other, name, second);
      Rotation beforeExpiry = sdk.setRotation(name, new Rotation("P90D", List.of(Arrays.asList("rotate", null, "P10D"))));
      return List.of(unset, set, beforeExpiry, second.kty(), second.curve(), second.operations());
    });
  }

  @Test
  void randomBytesAreAsManyAsAskedFor() {
    hsm.tellTheSame((sdk, other) -> {
      assertThat(sdk.random(32)).isNotEqualTo(sdk.random(32));
      return List.of(sdk.random(1).length, sdk.random(128).length, sdk.refusal(() -> sdk.random(129)));
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsRefusedIsRefusedAlike(boolean managedHsm) {
    on(managedHsm).tellTheSame((sdk, other) -> {
      String name = sdk.prefix() + "-refused";
      sdk.create(name, NewKey.ec("EC-HSM", "P-256"));
      List<Refusal> refusals = Arrays.asList(
          sdk.refusal(() -> sdk.get(sdk.prefix() + "-absent", null)),
          sdk.refusal(() -> sdk.get(name, "0123456789abcdef0123456789abcdef")),
          sdk.refusal(() -> sdk.getDeleted(name)),
          sdk.refusal(() -> sdk.recover(name)),
          sdk.refusal(() -> sdk.purge(name)),
          sdk.refusal(() -> sdk.backup(sdk.prefix() + "-absent")),
          sdk.refusal(() -> sdk.restore(new byte[64])),
          sdk.refusal(() -> sdk.rotate(sdk.prefix() + "-absent")),
          sdk.refusal(() -> sdk.setRotation(name, new Rotation("P1D", List.of()))),
          sdk.refusal(() -> sdk.attestation(name)),
          sdk.refusal(() -> sdk.create(name, NewKey.rsa("RSA-HSM", 1000))));
      assertThat(refusals).doesNotContainNull();
      return List.copyOf(refusals);
    });
  }
}
