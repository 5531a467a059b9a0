package org.keyhaven.server.certificates;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.bc.BcPKCS12PBEOutputEncryptorBuilder;

/** A chain, leaf first, with its private key or without, in the forms that secrets have. */
final class SecretValue {
  private static final ASN1ObjectIdentifier TRIPLE_DES = PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC;
  private static final int ITERATIONS = 2000;
  private static final int LINE = 64;

  /**
   * No octet at all, as the service has it, and not the two zero octets that RFC 7292 (appendix B.1) makes of an empty
   * password: Microsoft's JCA provider opens nothing else; others, such as the JDK and OpenSSL, try both.
   */
  private static final char[] EMPTY_PASSWORD = {};

  private SecretValue() { }

  /**
   * PKCS#12 with an empty password, encrypted as the service does and every client reads: it protects nothing, whoever may
   * get the secret has the key. In DER, for not every client reads BER.
   *
   * @param key PKCS#8; null for none
   */
  static byte[] pkcs12(byte[] key, Chain chain) {
    try {
      DEROctetString localKey = new DEROctetString(chain.thumbprint());
      List<byte[]> encoded = chain.encoded();
      PKCS12SafeBag[] certificates = new PKCS12SafeBag[encoded.size()];
      for (int i = 0; i < certificates.length; i++) {
        PKCS12SafeBagBuilder bag = new PKCS12SafeBagBuilder(Certificate.getInstance(encoded.get(i)));
        if (i == 0 && key != null) {
          bag.addBagAttribute(PKCS12SafeBag.localKeyIdAttribute, localKey);
        }
        certificates[i] = bag.build();
      }
      PKCS12PfxPduBuilder file = new PKCS12PfxPduBuilder();
      if (key != null) {
        file.addData(new PKCS12SafeBagBuilder(PrivateKeyInfo.getInstance(key), encryptor())
            .addBagAttribute(PKCS12SafeBag.localKeyIdAttribute, localKey).build());
      }
      return file.addEncryptedData(encryptor(), certificates)
          .build(new BcPKCS12MacCalculatorBuilder().setIterationCount(ITERATIONS), EMPTY_PASSWORD)
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException | PKCSException e) {
      throw new IllegalStateException("a chain that was stored cannot be written", e);
    }
  }

  /** PEM: first the private key, if any (PKCS#8), then the certificates. @param key PKCS#8; null for none */
  static String pem(byte[] key, Chain chain) {
    StringBuilder text = new StringBuilder();
    if (key != null) {
      append(text, "PRIVATE KEY", key);
    }
    chain.encoded().forEach(certificate -> append(text, "CERTIFICATE", certificate));
    return text.toString();
  }

  private static OutputEncryptor encryptor() {
    return new BcPKCS12PBEOutputEncryptorBuilder(TRIPLE_DES, CBCBlockCipher.newInstance(new DESedeEngine()))
        .setIterationCount(ITERATIONS).build(EMPTY_PASSWORD);
  }

  private static void append(StringBuilder text, String type, byte[] der) {
    text.append("-----BEGIN ").append(type).append("-----\n")
        .append(Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der))
        .append("\n-----END ").append(type).append("-----\n");
  }
}
