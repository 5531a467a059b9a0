package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyTransferBlob;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.ObjectId;

class KeyTransferTest {
  private static final ObjectId KID = new ObjectId(URI.create("https://myvault.vault.azure.net"), "keys", "kek",
      "0123456789abcdef0123456789abcdef");

  private static KeyPair kek;

  @BeforeAll
  static void make() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    kek = generator.generateKeyPair();
  }

  private static JsonWebKey jwk(KeyType type, ObjectId kid, String... operations) {
    byte[] n = ((RSAPublicKey) kek.getPublic()).getModulus().toByteArray();
    return JsonWebKey.rsa(type, n[0] == 0 ? Arrays.copyOfRange(n, 1, n.length) : n, new byte[] {1, 0, 1})
        .named(kid, List.of(operations));
  }

  private static KeyTransfer transfer() throws InvalidKeyException {
    return KeyTransfer.to(jwk(KeyType.RSA_HSM, KID, "import"));
  }

  /** As an HSM opens it, with the JDK. */
  private static byte[] open(KeyTransferBlob blob) throws GeneralSecurityException {
    int modulusBytes = (((RSAPublicKey) kek.getPublic()).getModulus().bitLength() + 7) / 8;
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(Cipher.DECRYPT_MODE, kek.getPrivate(),
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    byte[] ephemeral = oaep.doFinal(blob.ciphertext(), 0, modulusBytes);
    assertThat(ephemeral).hasSize(32);
    Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.UNWRAP_MODE, new SecretKeySpec(ephemeral, "AES"));
    return kwp.unwrap(Arrays.copyOfRange(blob.ciphertext(), modulusBytes, blob.ciphertext().length), "any", Cipher.SECRET_KEY)
        .getEncoded();
  }

  @Test
  void anRsaKeyTravelsAsPkcs8() throws GeneralSecurityException {
    PrivateKey key = kek.getPrivate();
    KeyTransfer.Wrapped wrapped = transfer().wrap(key);
    assertThat(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(open(wrapped.blob())))).isEqualTo(key);
    assertThat(wrapped.parameters().key().kty()).isEqualTo(KeyType.RSA_HSM);
    assertThat(wrapped.parameters().key().keyHsm()).isEqualTo(wrapped.file());
    assertThat(wrapped.parameters().key().crv()).isNull();
  }

  @Test
  void anEcKeyTravelsAsPkcs8AndNamesItsCurve() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp521r1"));
    PrivateKey key = generator.generateKeyPair().getPrivate();
    KeyTransfer.Wrapped wrapped = transfer().wrap(key);
    assertThat(open(wrapped.blob())).isEqualTo(key.getEncoded());
    assertThat(wrapped.parameters().key().kty()).isEqualTo(KeyType.EC_HSM);
    assertThat(wrapped.parameters().key().crv()).isEqualTo(KeyCurve.P_521);
  }

  @Test
  void aSymmetricKeyTravelsAsItsOctets() throws GeneralSecurityException {
    byte[] octets = new BigInteger("1234567890abcdef1234567890abcdef", 16).toByteArray();
    KeyTransfer.Wrapped wrapped = transfer().wrap(new SecretKeySpec(octets, "AES"));
    assertThat(open(wrapped.blob())).isEqualTo(octets);
    assertThat(wrapped.parameters().key().kty()).isEqualTo(KeyType.OCT_HSM);
  }

  @Test
  void theFileIsTheJsonOfTheSpecification() throws GeneralSecurityException {
    KeyTransfer.Wrapped wrapped = transfer().wrap(new SecretKeySpec(new byte[16], "AES"));
    Map<String, Object> json = Json.readObject(wrapped.file());
    assertThat(json).containsOnlyKeys("schema_version", "header", "ciphertext", "generator");
    assertThat(json.get("schema_version")).isEqualTo("1.0.0");
    assertThat(json.get("header")).isEqualTo(Map.of("kid", KID.toString(), "alg", "dir", "enc", "CKM_RSA_AES_KEY_WRAP"));
    assertThat((String) json.get("generator")).isNotEmpty();
    KeyTransferBlob read = KeyTransferBlob.fromJson(wrapped.file());
    assertThat(read.header()).isEqualTo(wrapped.blob().header());
    assertThat(read.ciphertext()).isEqualTo(wrapped.blob().ciphertext());
  }

  @Test
  void noTwoTransfersAreAlike() throws GeneralSecurityException {
    SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
    assertThat(transfer().wrap(key).file()).isNotEqualTo(transfer().wrap(key).file());
  }

  @Test
  void aFileThatIsNoneIsRefused() {
    for (String text : new String[] {"", "{", "{}", "null", "{\"header\":{}}"}) {
      assertThatThrownBy(() -> KeyTransferBlob.fromJson(text.getBytes())).as(text).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void onlyAKeyExchangeKeyOfAnHsmIsWrappedFor() {
    for (JsonWebKey other : List.of(jwk(KeyType.RSA, KID, "import"), jwk(KeyType.RSA_HSM, KID, "wrapKey"),
        jwk(KeyType.RSA_HSM, KID.withVersion(null), "import"), jwk(KeyType.RSA_HSM, null, "import"),
        JsonWebKey.ec(KeyType.EC_HSM, KeyCurve.P_256, new byte[32], new byte[32]).named(KID, List.of("import")))) {
      assertThatThrownBy(() -> KeyTransfer.to(other)).isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void whatNoVaultTakesIsNotWrapped() throws GeneralSecurityException {
    PrivateKey edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    KeyTransfer transfer = transfer();
    assertThatThrownBy(() -> transfer.wrap(edwards)).isInstanceOf(InvalidKeyException.class).hasMessageContaining("neither");
  }
}
