package org.keyhaven.jmh.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.client.CallListener;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.PublicHalf;

/**
 * The keys that the clients use, an RSA-2048 and a P-256 key in the HSM, and what the JDK says of what they give.
 *
 * @param digest SHA-256 of the message that is signed
 * @param wrapped a key, with RSA-OAEP-256
 */
record BenchKeys(ObjectId rsa, ObjectId ec, PublicKey rsaPublic, PublicKey ecPublic, byte[] digest, byte[] wrapped) {
  private static final String RSA = "bench-client-rsa";
  private static final String EC = "bench-client-ec";
  private static final byte[] MESSAGE = new byte[1024];
  private static final byte[] KEY = "thirty-two bytes of an AES key !".getBytes(StandardCharsets.US_ASCII);

  /** Generates them. */
  static void create(Connection connection) throws Exception {
    try (KeyhavenClient client = client(connection)) {
      client.keys().create(RSA, KeyCreateParameters.rsa(2048).inHsm());
      client.keys().create(EC, KeyCreateParameters.ec(KeyCurve.P_256).inHsm());
    }
  }

  /** Those of {@link #create}. */
  static BenchKeys of(Connection connection) throws Exception {
    try (KeyhavenClient client = client(connection)) {
      JsonWebKey rsa = client.keys().get(RSA).key();
      JsonWebKey ec = client.keys().get(EC).key();
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.WRAP_MODE, PublicHalf.of(rsa),
          new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      return new BenchKeys(rsa.kid(), ec.kid(), PublicHalf.of(rsa), PublicHalf.of(ec),
          MessageDigest.getInstance("SHA-256").digest(MESSAGE), cipher.wrap(new SecretKeySpec(KEY, "AES")));
    }
  }

  static KeyhavenClient client(Connection connection, CallListener... listeners) throws Exception {
    KeyhavenClient.Builder builder = connection.client(connection.token());
    for (CallListener listener : listeners) {
      builder.listener(listener);
    }
    return builder.build();
  }

  /** @throws IllegalStateException when the JDK does not verify it */
  void checkRs256(byte[] signature) throws GeneralSecurityException {
    check("SHA256withRSA", rsaPublic, signature);
  }

  /** @throws IllegalStateException when the JDK does not verify it */
  void checkEs256(byte[] signature) throws GeneralSecurityException {
    check("SHA256withECDSAinP1363Format", ecPublic, signature);
  }

  /** @throws IllegalStateException when it is not the key that was wrapped */
  void checkUnwrapped(byte[] key) {
    if (!Arrays.equals(key, KEY)) {
      throw new IllegalStateException("not the key that was wrapped");
    }
  }

  private static void check(String algorithm, PublicKey key, byte[] signature) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(MESSAGE);
    if (!verifier.verify(signature)) {
      throw new IllegalStateException("the JDK does not verify a signature with " + algorithm);
    }
  }
}
