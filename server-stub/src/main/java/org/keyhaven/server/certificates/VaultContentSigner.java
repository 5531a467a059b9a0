package org.keyhaven.server.certificates;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.keys.KeyMaterial;
import org.keyhaven.server.keys.ManagedKeys;
import org.keyhaven.server.vaults.Vault;

/** Signs certificates and requests with a vault key, where it is: the engine is given a digest, nobody the key. */
final class VaultContentSigner implements ContentSigner {
  private final ManagedKeys keys;
  private final Vault vault;
  private final KeyMaterial key;
  private final SignatureAlgorithm algorithm;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  VaultContentSigner(ManagedKeys keys, Vault vault, KeyMaterial key) {
    this.keys = keys;
    this.vault = vault;
    this.key = key;
    this.algorithm = algorithm(key.publicKey());
  }

  /** SHA-256 with RSA, and with ECDSA the hash that belongs to the curve. */
  private static SignatureAlgorithm algorithm(JsonWebKey key) {
    if (key.kty().family() == KeyType.Family.RSA) {
      return SignatureAlgorithm.RS256;
    }
    return Arrays.stream(SignatureAlgorithm.values()).filter(row -> row.fits(KeyType.Family.EC, key.crv())).findFirst()
        .orElseThrow(() -> new IllegalStateException("no algorithm for " + key.crv()));
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return new DefaultSignatureAlgorithmIdentifierFinder()
        .find(algorithm.hash().signaturePrefix() + "with" + (ecdsa() ? "ECDSA" : "RSA"));
  }

  @Override
  public OutputStream getOutputStream() {
    return content;
  }

  @Override
  public byte[] getSignature() {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm.hash().digestName()).digest(content.toByteArray());
      byte[] signature = keys.sign(vault, key, algorithm, digest);
      return ecdsa() ? der(signature) : signature;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has " + algorithm.hash(), e);
    }
  }

  private boolean ecdsa() {
    return algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA;
  }

  /** r||s as a sequence of two integers (RFC 3279, section 2.2.3). */
  private static byte[] der(byte[] signature) {
    int half = signature.length / 2;
    try {
      return new DERSequence(new ASN1Integer[] {
          new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(signature, 0, half))),
          new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(signature, half, signature.length)))})
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
