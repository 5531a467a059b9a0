package org.keyhaven.client;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.models.DecryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptResult;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.WrapResult;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateKeyOptions;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.DeletedKey;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyReleasePolicy;
import com.azure.security.keyvault.keys.models.KeyRotationLifetimeAction;
import com.azure.security.keyvault.keys.models.KeyRotationPolicy;
import com.azure.security.keyvault.keys.models.KeyRotationPolicyAction;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.security.KeyPair;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.server.json.Json;

/** Microsoft's clients, unmodified, over our HTTP client. */
final class MicrosoftSdk implements Sdk {
  private static final HexFormat HEX = HexFormat.of();
  private static final java.time.Duration POLL_INTERVAL = java.time.Duration.ofMillis(50);

  private final TokenCredential credential;
  private final KeyClient keys;
  private final Map<String, CryptographyClient> cryptography = new ConcurrentHashMap<>();

  MicrosoftSdk(String vaultUrl, TokenCredential credential) {
    this.credential = credential;
    this.keys = new KeyClientBuilder().vaultUrl(vaultUrl).credential(credential).disableChallengeResourceVerification()
        .buildClient();
  }

  @Override
  public String prefix() {
    return "conform-msft";
  }

  @Override
  public KeyView create(String name, NewKey key) {
    boolean hsm = key.kty().endsWith("-HSM");
    if (key.kty().startsWith("RSA")) {
      CreateRsaKeyOptions options = new CreateRsaKeyOptions(name).setHardwareProtected(hsm).setKeySize(key.size());
      if (key.publicExponent() != null) {
        options.setPublicExponent(key.publicExponent());
      }
      return view(keys.createRsaKey(common(options, key)));
    }
    if (key.kty().startsWith("EC")) {
      return view(keys.createEcKey(common(new CreateEcKeyOptions(name).setHardwareProtected(hsm)
          .setCurveName(KeyCurveName.fromString(key.curve())), key)));
    }
    return view(keys.createOctKey(common(new CreateOctKeyOptions(name).setHardwareProtected(hsm).setKeySize(key.size()),
        key)));
  }

  private static <T extends CreateKeyOptions> T common(T options, NewKey key) {
    options.setEnabled(key.enabled()).setNotBefore(time(key.notBefore())).setExpiresOn(time(key.expires()))
        .setTags(key.tags());
    if (key.operations() != null) {
      options.setKeyOperations(operations(key.operations()));
    }
    if (key.exportPolicy() != null) {
      options.setExportable(true).setReleasePolicy(new KeyReleasePolicy(BinaryData.fromString(key.exportPolicy())));
    }
    return options;
  }

  @Override
  public KeyView importPair(String name, KeyPair pair, boolean hsm) {
    JsonWebKey key = pair.getPrivate().getAlgorithm().equals("RSA") ? JsonWebKey.fromRsa(pair)
        : JsonWebKey.fromEc(pair, new BouncyCastleProvider());
    return view(keys.importKey(new ImportKeyOptions(name, key).setHardwareProtected(hsm)));
  }

  @Override
  public KeyView importSecret(String name, SecretKey key, List<String> operations) {
    return view(keys.importKey(new ImportKeyOptions(name, JsonWebKey.fromAes(key, List.of(operations(operations))))
        .setHardwareProtected(true)));
  }

  @Override
  public KeyView get(String name, String version) {
    return view(keys.getKey(name, version));
  }

  @Override
  public List<KeyView> list() {
    return keys.listPropertiesOfKeys().stream().map(MicrosoftSdk::view).toList();
  }

  @Override
  public List<KeyView> listVersions(String name) {
    return keys.listPropertiesOfKeyVersions(name).stream().map(MicrosoftSdk::view).toList();
  }

  @Override
  public KeyView update(String name, String version, boolean enabled, Instant expires, Map<String, String> tags,
      List<String> operations) {
    KeyProperties properties = keys.getKey(name, version).getProperties().setEnabled(enabled).setExpiresOn(time(expires))
        .setTags(tags);
    return view(keys.updateKeyProperties(properties, operations(operations)));
  }

  @Override
  public KeyView delete(String name) {
    return view(keys.beginDeleteKey(name).setPollInterval(POLL_INTERVAL).waitForCompletion(PATIENCE).getValue());
  }

  @Override
  public KeyView getDeleted(String name) {
    return view(keys.getDeletedKey(name));
  }

  @Override
  public List<KeyView> listDeleted() {
    return keys.listDeletedKeys().stream().map(MicrosoftSdk::view).toList();
  }

  @Override
  public KeyView recover(String name) {
    return view(keys.beginRecoverDeletedKey(name).setPollInterval(POLL_INTERVAL).waitForCompletion(PATIENCE).getValue());
  }

  @Override
  public void purge(String name) {
    keys.purgeDeletedKey(name);
  }

  @Override
  public byte[] backup(String name) {
    return keys.backupKey(name);
  }

  @Override
  public KeyView restore(byte[] backup) {
    return view(keys.restoreKeyBackup(backup));
  }

  @Override
  public KeyView rotate(String name) {
    return view(keys.rotateKey(name));
  }

  @Override
  public Rotation getRotation(String name) {
    return view(keys.getKeyRotationPolicy(name));
  }

  @Override
  public Rotation setRotation(String name, Rotation policy) {
    return view(keys.updateKeyRotationPolicy(name, new KeyRotationPolicy().setExpiresIn(policy.expiry()).setLifetimeActions(
        policy.actions().stream().map(action ->
            new KeyRotationLifetimeAction(KeyRotationPolicyAction.fromString(action.get(0)))
            .setTimeAfterCreate(action.get(1)).setTimeBeforeExpiry(action.get(2))).toList())));
  }

  @Override
  public byte[] random(int count) {
    return keys.getRandomBytes(count);
  }

  @Override
  public KeyView attestation(String name) {
    return view(keys.getKeyAttestation(name));
  }

  private CryptographyClient cryptography(String id) {
    return cryptography.computeIfAbsent(id, key -> new CryptographyClientBuilder().keyIdentifier(key).credential(credential)
        .disableChallengeResourceVerification().buildClient());
  }

  @Override
  public byte[] sign(String id, String algorithm, byte[] digest) {
    return cryptography(id).sign(SignatureAlgorithm.fromString(algorithm), digest).getSignature();
  }

  @Override
  public boolean verify(String id, String algorithm, byte[] digest, byte[] signature) {
    return cryptography(id).verify(SignatureAlgorithm.fromString(algorithm), digest, signature).isValid();
  }

  @Override
  public byte[] signData(String id, String algorithm, byte[] data) {
    return cryptography(id).signData(SignatureAlgorithm.fromString(algorithm), data).getSignature();
  }

  @Override
  public boolean verifyData(String id, String algorithm, byte[] data, byte[] signature) {
    return cryptography(id).verifyData(SignatureAlgorithm.fromString(algorithm), data, signature).isValid();
  }

  @Override
  public Sealed encrypt(String id, String algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    EncryptResult result = cryptography(id).encrypt(switch (algorithm) {
      case "RSA1_5" -> EncryptParameters.createRsa15Parameters(plaintext);
      case "RSA-OAEP" -> EncryptParameters.createRsaOaepParameters(plaintext);
      case "RSA-OAEP-256" -> EncryptParameters.createRsaOaep256Parameters(plaintext);
      case "A128GCM" -> EncryptParameters.createA128GcmParameters(plaintext, aad);
      case "A192GCM" -> EncryptParameters.createA192GcmParameters(plaintext, aad);
      case "A256GCM" -> EncryptParameters.createA256GcmParameters(plaintext, aad);
      case "A128CBC" -> EncryptParameters.createA128CbcParameters(plaintext, iv);
      case "A192CBC" -> EncryptParameters.createA192CbcParameters(plaintext, iv);
      case "A256CBC" -> EncryptParameters.createA256CbcParameters(plaintext, iv);
      case "A128CBCPAD" -> EncryptParameters.createA128CbcPadParameters(plaintext, iv);
      case "A192CBCPAD" -> EncryptParameters.createA192CbcPadParameters(plaintext, iv);
      case "A256CBCPAD" -> EncryptParameters.createA256CbcPadParameters(plaintext, iv);
      default -> throw new IllegalArgumentException(algorithm);
    }, Context.NONE);
    return new Sealed(result.getKeyId(), result.getAlgorithm().toString(), hex(result.getCipherText()), hex(result.getIv()),
        hex(result.getAuthenticationTag()), hex(result.getAdditionalAuthenticatedData()));
  }

  @Override
  public byte[] decrypt(String id, Sealed sealed) {
    byte[] text = bytes(sealed.value());
    byte[] iv = bytes(sealed.iv());
    byte[] tag = bytes(sealed.tag());
    byte[] aad = bytes(sealed.aad());
    return cryptography(id).decrypt(switch (sealed.algorithm()) {
      case "RSA1_5" -> DecryptParameters.createRsa15Parameters(text);
      case "RSA-OAEP" -> DecryptParameters.createRsaOaepParameters(text);
      case "RSA-OAEP-256" -> DecryptParameters.createRsaOaep256Parameters(text);
      case "A128GCM" -> DecryptParameters.createA128GcmParameters(text, iv, tag, aad);
      case "A192GCM" -> DecryptParameters.createA192GcmParameters(text, iv, tag, aad);
      case "A256GCM" -> DecryptParameters.createA256GcmParameters(text, iv, tag, aad);
      case "A128CBC" -> DecryptParameters.createA128CbcParameters(text, iv);
      case "A192CBC" -> DecryptParameters.createA192CbcParameters(text, iv);
      case "A256CBC" -> DecryptParameters.createA256CbcParameters(text, iv);
      case "A128CBCPAD" -> DecryptParameters.createA128CbcPadParameters(text, iv);
      case "A192CBCPAD" -> DecryptParameters.createA192CbcPadParameters(text, iv);
      case "A256CBCPAD" -> DecryptParameters.createA256CbcPadParameters(text, iv);
      default -> throw new IllegalArgumentException(sealed.algorithm());
    }, Context.NONE).getPlainText();
  }

  @Override
  public Sealed wrap(String id, String algorithm, byte[] key) {
    WrapResult result = cryptography(id).wrapKey(KeyWrapAlgorithm.fromString(algorithm), key);
    return new Sealed(result.getKeyId(), result.getAlgorithm().toString(), hex(result.getEncryptedKey()), null, null, null);
  }

  @Override
  public byte[] unwrap(String id, Sealed wrapped) {
    return cryptography(id).unwrapKey(KeyWrapAlgorithm.fromString(wrapped.algorithm()), bytes(wrapped.value())).getKey();
  }

  @Override
  public Refusal refusal(Runnable call) {
    try {
      call.run();
      return null;
    } catch (HttpResponseException e) {
      return new Refusal(e.getResponse().getStatusCode(),
          Json.mapper().readTree(e.getResponse().getBodyAsBinaryData().toString()).at("/error/code").asString());
    }
  }

  @Override
  public void close() {
    cryptography.clear();
  }

  private static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static KeyOperation[] operations(List<String> names) {
    return names.stream().map(KeyOperation::fromString).toArray(KeyOperation[]::new);
  }

  private static Rotation view(KeyRotationPolicy policy) {
    return new Rotation(policy.getExpiresIn(), policy.getLifetimeActions().stream()
        .map(action -> Arrays.asList(action.getAction().toString(), action.getTimeAfterCreate(),
            action.getTimeBeforeExpiry())).toList());
  }

  private static KeyView view(KeyVaultKey key) {
    JsonWebKey jwk = key.getKey();
    Map<String, String> material = new TreeMap<>();
    put(material, "n", jwk.getN());
    put(material, "e", jwk.getE());
    put(material, "x", jwk.getX());
    put(material, "y", jwk.getY());
    KeyReleasePolicy policy = key.getProperties().getReleasePolicy();
    return with(key.getProperties(), key.getId(), key.getKeyType().toString(),
        key.getKeyOperations().stream().map(KeyOperation::toString).collect(Collectors.toUnmodifiableSet()), material,
        jwk.getCurveName() == null ? null : jwk.getCurveName().toString(),
        policy == null ? null : hex(policy.getEncodedPolicy().toBytes()), policy == null ? null : policy.isImmutable(),
        key instanceof DeletedKey deleted ? deleted : null);
  }

  private static KeyView view(DeletedKey key) {
    if (key.getKey() == null || key.getKey().getKeyType() == null) {
      // An item of a listing.
      return with(key.getProperties(), key.getId(), null, null, null, null, null, null, key);
    }
    return view((KeyVaultKey) key);
  }

  private static KeyView view(KeyProperties properties) {
    return with(properties, properties.getId(), null, null, null, null, null, null, null);
  }

  private static KeyView with(KeyProperties properties, String id, String kty, Set<String> operations,
      Map<String, String> material, String curve, String policy, Boolean immutable, DeletedKey deleted) {
    return new KeyView(id, kty, operations, material, curve, properties.isEnabled(), instant(properties.getNotBefore()),
        instant(properties.getExpiresOn()), instant(properties.getCreatedOn()), instant(properties.getUpdatedOn()),
        properties.getRecoveryLevel(), properties.getRecoverableDays(), properties.isExportable(),
        properties.getHsmPlatform(), properties.isManaged(), properties.getTags(), policy, immutable, deleted == null ? null : deleted.getRecoveryId(),
        deleted == null ? null : instant(deleted.getDeletedOn()),
        deleted == null ? null : instant(deleted.getScheduledPurgeDate()));
  }

  private static void put(Map<String, String> material, String name, byte[] part) {
    if (part != null && part.length > 0) {
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
