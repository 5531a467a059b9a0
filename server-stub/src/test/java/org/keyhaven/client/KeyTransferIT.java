package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyTransferBlob;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Keys wrapped here arrive in the HSM of the real server, and are the same keys there. */
class KeyTransferIT {
  private static final byte[] MESSAGE = "thirty-two bytes: two AES blocks".getBytes(StandardCharsets.US_ASCII);

  private static KeyhavenClient vault;
  private static KeyhavenClient hsm;

  @BeforeAll
  static void connect() {
    vault = Clients.vault();
    hsm = Clients.managedHsm();
  }

  @AfterAll
  static void disconnect() {
    vault.close();
    hsm.close();
  }

  private static KeyhavenClient on(boolean managedHsm) {
    return managedHsm ? hsm : vault;
  }

  private static JsonWebKey keyExchangeKey(KeyhavenClient client, String name) {
    return client.keys().create(name, KeyCreateParameters.rsa(2048).inHsm().withKeyOps(KeyOperation.IMPORT)).key();
  }

  private static void signs(KeyhavenClient client, ObjectId kid, SignatureAlgorithm algorithm, Signature verifier)
      throws GeneralSecurityException {
    verifier.update(MESSAGE);
    assertThat(verifier.verify(client.cryptography(kid).signData(algorithm, MESSAGE))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anRsaKeyArrives(boolean managedHsm) throws GeneralSecurityException {
    KeyhavenClient client = on(managedHsm);
    KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    KeyTransfer transfer = KeyTransfer.to(keyExchangeKey(client, "transfer-kek-rsa"));
    KeyBundle arrived = client.keys().importKey("transfer-rsa", transfer.wrap(pair.getPrivate()).parameters());
    assertThat(arrived.key().kty()).isEqualTo(KeyType.RSA_HSM);
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(pair.getPublic());
    signs(client, arrived.key().kid(), SignatureAlgorithm.RS256, verifier);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEcKeyArrivesByWayOfAFile(boolean managedHsm) throws GeneralSecurityException {
    KeyhavenClient client = on(managedHsm);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] file = KeyTransfer.to(keyExchangeKey(client, "transfer-kek-ec")).wrap(pair.getPrivate()).file();
    KeyBundle arrived = client.keys().importKey("transfer-ec", KeyImportParameters.of(
        PrivateJsonWebKey.wrapped(KeyType.Family.EC, KeyCurve.P_384, KeyTransferBlob.fromJson(file))));
    assertThat(arrived.key().crv()).isEqualTo(KeyCurve.P_384);
    Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
    verifier.initVerify(pair.getPublic());
    signs(client, arrived.key().kid(), SignatureAlgorithm.ES384, verifier);
  }

  @Test
  void anAesKeyArrivesInAManagedHsm() throws GeneralSecurityException {
    SecretKey key = new SecretKeySpec(hsm.keys().randomBytes(32), "AES");
    KeyTransfer transfer = KeyTransfer.to(keyExchangeKey(hsm, "transfer-kek-oct"));
    KeyBundle arrived = hsm.keys().importKey("transfer-oct", transfer.wrap(key).parameters());
    Cipher unwrap = Cipher.getInstance("AESWrap");
    unwrap.init(Cipher.UNWRAP_MODE, key);
    byte[] wrapped = hsm.cryptography(arrived.key().kid()).wrapKey(EncryptionAlgorithm.A256KW, MESSAGE).encryptedKey();
    assertThat(unwrap.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(MESSAGE);
  }

  @Test
  void whatWasWrappedForOneVaultIsOfNoUseToAnother() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    KeyTransfer transfer = KeyTransfer.to(keyExchangeKey(hsm, "transfer-kek-other"));
    KeyImportParameters parameters = transfer.wrap(pair.getPrivate()).parameters();
    assertThatThrownBy(() -> vault.keys().importKey("transfer-astray", parameters)).isInstanceOf(VaultException.class)
        .hasMessageContaining("transfer-kek-other");
  }
}
