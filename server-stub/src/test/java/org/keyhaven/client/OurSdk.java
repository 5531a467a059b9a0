package org.keyhaven.client;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.Period;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.KeyRotation.LifetimeAction;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** This client. */
final class OurSdk implements Sdk {
  private static final HexFormat HEX = HexFormat.of();

  private final KeyhavenClient client;
  private final KeyClient keys;

  OurSdk(KeyhavenClient client) {
    this.client = client;
    this.keys = client.keys();
  }

  @Override
  public String prefix() {
    return "conform-ours";
  }

  @Override
  public KeyView create(String name, NewKey key) {
    KeyType type = KeyType.fromWire(key.kty());
    KeyCreateParameters parameters = switch (type.family()) {
      case RSA -> KeyCreateParameters.rsa(key.size());
      case EC -> KeyCreateParameters.ec(KeyCurve.fromWire(key.curve()));
      case OCT -> KeyCreateParameters.oct(key.size());
    };
    if (type.hsm()) {
      parameters = parameters.inHsm();
    }
    if (key.operations() != null) {
      parameters = parameters.withKeyOps(operations(key.operations()));
    }
    if (key.publicExponent() != null) {
      parameters = parameters.withPublicExponent(key.publicExponent());
    }
    parameters = parameters.withTags(key.tags())
        .withAttributes(ObjectAttributes.of(key.enabled(), key.notBefore(), key.expires()));
    return view(keys.create(name, key.exportPolicy() == null ? parameters
        : parameters.exportable(KeyReleasePolicy.json(key.exportPolicy()))));
  }

  @Override
  public KeyView importPair(String name, KeyPair pair, boolean hsm) {
    try {
      KeyImportParameters parameters = KeyImportParameters.of(PrivateJsonWebKey.of(pair));
      return view(keys.importKey(name, hsm ? parameters.inHsm() : parameters));
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public KeyView importSecret(String name, SecretKey key, List<String> operations) {
    try {
      return view(keys.importKey(name,
          KeyImportParameters.of(PrivateJsonWebKey.of(key).withKeyOps(operations(operations))).inHsm()));
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public KeyView get(String name, String version) {
    return view(keys.get(name, version));
  }

  @Override
  public List<KeyView> list() {
    return keys.list().stream().map(OurSdk::view).toList();
  }

  @Override
  public List<KeyView> listVersions(String name) {
    return keys.listVersions(name).stream().map(OurSdk::view).toList();
  }

  @Override
  public KeyView update(String name, String version, boolean enabled, Instant expires, Map<String, String> tags,
      List<String> operations) {
    return view(keys.update(name, version, KeyUpdateParameters.none()
        .withAttributes(ObjectAttributes.of(enabled, null, expires)).withTags(tags).withKeyOps(operations(operations))));
  }

  @Override
  public KeyView delete(String name) {
    return view(keys.beginDelete(name).await(PATIENCE));
  }

  @Override
  public KeyView getDeleted(String name) {
    return view(keys.getDeleted(name));
  }

  @Override
  public List<KeyView> listDeleted() {
    return keys.listDeleted().stream().map(OurSdk::view).toList();
  }

  @Override
  public KeyView recover(String name) {
    return view(keys.beginRecover(name).await(PATIENCE));
  }

  @Override
  public void purge(String name) {
    keys.purge(name);
  }

  @Override
  public byte[] backup(String name) {
    return keys.backup(name);
  }

  @Override
  public KeyView restore(byte[] backup) {
    return view(keys.restore(backup));
  }

  @Override
  public KeyView rotate(String name) {
    return view(keys.rotate(name));
  }

  @Override
  public Rotation getRotation(String name) {
    return view(keys.getRotationPolicy(name));
  }

  @Override
  public Rotation setRotation(String name, Rotation policy) {
    LifetimeAction[] actions = policy.actions().stream().map(action -> action.get(0).equals("notify")
        ? LifetimeAction.notifyBeforeExpiry(Period.parse(action.get(2)))
        : action.get(1) != null ? LifetimeAction.rotateAfterCreate(Period.parse(action.get(1)))
            : LifetimeAction.rotateBeforeExpiry(Period.parse(action.get(2)))).toArray(LifetimeAction[]::new);
    return view(keys.updateRotationPolicy(name, KeyRotationPolicy.of(Period.parse(policy.expiry()), actions)));
  }

  @Override
  public byte[] random(int count) {
    return keys.randomBytes(count);
  }

  @Override
  public KeyView attestation(String name) {
    return view(keys.getAttestation(name));
  }

  private CryptographyClient cryptography(String id) {
    return client.cryptography(ObjectId.parse(id));
  }

  @Override
  public byte[] sign(String id, String algorithm, byte[] digest) {
    return cryptography(id).sign(SignatureAlgorithm.fromWire(algorithm), digest);
  }

  @Override
  public boolean verify(String id, String algorithm, byte[] digest, byte[] signature) {
    return cryptography(id).verify(SignatureAlgorithm.fromWire(algorithm), digest, signature);
  }

  @Override
  public byte[] signData(String id, String algorithm, byte[] data) {
    return cryptography(id).signData(SignatureAlgorithm.fromWire(algorithm), data);
  }

  @Override
  public boolean verifyData(String id, String algorithm, byte[] data, byte[] signature) {
    return cryptography(id).verifyData(SignatureAlgorithm.fromWire(algorithm), data, signature);
  }

  @Override
  public Sealed encrypt(String id, String algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    EncryptResult result = cryptography(id)
        .encrypt(new EncryptParameters(EncryptionAlgorithm.fromWire(algorithm), plaintext, iv, aad));
    return new Sealed(result.keyId().toString(), result.algorithm().wireName(), hex(result.ciphertext()), hex(result.iv()),
        hex(result.tag()), hex(result.aad()));
  }

  @Override
  public byte[] decrypt(String id, Sealed sealed) {
    return cryptography(id).decrypt(new DecryptParameters(EncryptionAlgorithm.fromWire(sealed.algorithm()),
        bytes(sealed.value()), bytes(sealed.iv()), bytes(sealed.tag()), bytes(sealed.aad()))).plaintext();
  }

  @Override
  public Sealed wrap(String id, String algorithm, byte[] key) {
    WrapResult result = cryptography(id).wrapKey(EncryptionAlgorithm.fromWire(algorithm), key);
    return new Sealed(result.keyId().toString(), result.algorithm().wireName(), hex(result.encryptedKey()), null, null,
        null);
  }

  @Override
  public byte[] unwrap(String id, Sealed wrapped) {
    return cryptography(id).unwrapKey(EncryptionAlgorithm.fromWire(wrapped.algorithm()), bytes(wrapped.value())).key();
  }

  @Override
  public Refusal refusal(Runnable call) {
    try {
      call.run();
      return null;
    } catch (VaultException e) {
      return new Refusal(e.status(), e.code());
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static KeyOperation[] operations(List<String> names) {
    return names.stream().map(KeyOperation::fromWire).toArray(KeyOperation[]::new);
  }

  private static Rotation view(KeyRotationPolicy policy) {
    return new Rotation(policy.attributes() == null ? null : policy.attributes().expiryTime(),
        policy.lifetimeActions().stream().map(action -> Arrays.asList(action.action().type().toLowerCase(Locale.ROOT), action.trigger().timeAfterCreate(),
            action.trigger().timeBeforeExpiry())).toList());
  }

  private static KeyView view(KeyBundle bundle) {
    JsonWebKey key = bundle.key();
    Map<String, String> material = new TreeMap<>();
    put(material, "n", key.n());
    put(material, "e", key.e());
    put(material, "x", key.x());
    put(material, "y", key.y());
    ObjectAttributes attributes = bundle.attributes();
    KeyReleasePolicy policy = bundle.releasePolicy();
    return new KeyView(key.kid().toString(), key.kty().wireName(), Set.copyOf(key.keyOps()), material,
        key.crv() == null ? null : key.crv().wireName(), attributes.enabled(), attributes.nbf(), attributes.exp(),
        attributes.created(), attributes.updated(), attributes.recoveryLevel(), attributes.recoverableDays(),
        attributes.exportable(), attributes.hsmPlatform(), bundle.managed(), bundle.tags(),
        policy == null ? null : HEX.formatHex(policy.data()), policy == null ? null : policy.immutable(),
        bundle.recoveryId(), bundle.deletedDate(), bundle.scheduledPurgeDate());
  }

  private static KeyView view(KeyItem item) {
    ObjectAttributes attributes = item.attributes();
    return new KeyView(item.kid().toString(), null, null, null, null, attributes.enabled(), attributes.nbf(),
        attributes.exp(), attributes.created(), attributes.updated(), attributes.recoveryLevel(), attributes.recoverableDays(),
        attributes.exportable(), attributes.hsmPlatform(), item.managed(), item.tags(), null, null, item.recoveryId(),
        item.deletedDate(), item.scheduledPurgeDate());
  }

  private static void put(Map<String, String> material, String name, byte[] part) {
    if (part != null) {
      material.put(name, HEX.formatHex(part));
    }
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? null : HEX.formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return hex == null ? null : HEX.parseHex(hex);
  }
}
