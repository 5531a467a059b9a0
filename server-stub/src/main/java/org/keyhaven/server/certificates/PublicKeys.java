package org.keyhaven.server.certificates;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;

/** The vault's public keys in the form certificates have them (RFC 3279, section 2.3.1; RFC 5480, section 2). */
final class PublicKeys {
  private PublicKeys() { }

  static SubjectPublicKeyInfo info(JsonWebKey key) throws IOException {
    if (key.kty().family() == KeyType.Family.RSA) {
      return new SubjectPublicKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
          new RSAPublicKey(new BigInteger(1, key.n()), new BigInteger(1, key.e())));
    }
    int length = key.crv().coordinateBytes();
    byte[] point = new byte[1 + 2 * length];
    point[0] = 4;
    System.arraycopy(key.x(), 0, point, 1, length);
    System.arraycopy(key.y(), 0, point, 1 + length, length);
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new ASN1ObjectIdentifier(key.crv().oid())), point);
  }
}
