package org.keyhaven.server.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDefaultDigestProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;

/**
 * Certificates with one private key in PKCS#12 (RFC 7292). What its passwords cost to try is limited, whatever the file
 * says. Errors never quote: part of it is the key.
 */
final class Pkcs12Value {
  private static final int MOST_BAGS = 16;
  /** Of all password derivations together: some seconds. Tools write 2048 to 1200000 for each of two or three. */
  private static final int MOST_ITERATIONS = 5_000_000;

  private final char[] password;
  private int iterations;
  private final List<byte[]> certificates = new ArrayList<>();
  private ClearKey key;

  private Pkcs12Value(char[] password) {
    this.password = password;
  }

  /** Made at the first import: it is large. The JDK cannot read keys on every curve. */
  private static final class Ciphers {
    static final Provider PROVIDER = new BouncyCastleProvider();
  }

  /**
   * Reads a file.
   *
   * @param password null for none
   * @throws ApiError 400 when it is not one private key with certificates, or the password is wrong
   */
  static ImportedCertificate.Content read(byte[] der, char[] password) {
    Pkcs12Value value = new Pkcs12Value(password == null ? new char[0] : password);
    boolean complete = false;
    try {
      ImportedCertificate.Content content = value.content(der);
      complete = true;
      return content;
    } catch (ApiError e) {
      throw e;
    } catch (PKCSException e) {
      // Bouncy Castle wraps whatever comes out of a decryptor, our own refusal too.
      throw e.getCause() instanceof ApiError refusal ? refusal : wrongPassword();
    } catch (IOException | OperatorCreationException | RuntimeException e) {
      // What Bouncy Castle throws for bytes that are no such file.
      throw ApiError.badParameter("Property 'value' is no PKCS#12 that can be read.");
    } finally {
      if (!complete && value.key != null) {
        value.key.wipe();
      }
    }
  }

  private ImportedCertificate.Content content(byte[] der) throws IOException, PKCSException, OperatorCreationException {
    Pfx pfx = Pfx.getInstance(der);
    InputDecryptorProvider classic = new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(Ciphers.PROVIDER)
        .setTryWrongPKCS12Zero(terminated(pfx)).build(password);
    // Bouncy Castle's PBKDF2 takes no empty password. The password is a key of HMAC there, to which a zero octet at the end
    // is as none (RFC 2104, section 2).
    InputDecryptorProvider pbes2 = new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(Ciphers.PROVIDER)
        .build(password.length == 0 ? new char[1] : password);
    InputDecryptorProvider limited = algorithm -> {
      spend(algorithm);
      return (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2) ? pbes2 : classic).get(algorithm);
    };
    for (ContentInfo info : new PKCS12PfxPdu(pfx).getContentInfos()) {
      boolean clear = info.getContentType().equals(PKCSObjectIdentifiers.data);
      PKCS12SafeBagFactory bags = clear ? new PKCS12SafeBagFactory(info) : new PKCS12SafeBagFactory(info, limited);
      for (PKCS12SafeBag bag : bags.getSafeBags()) {
        take(bag, limited);
      }
    }
    if (key == null) {
      throw ApiError.badParameter("Property 'value' has no private key.");
    }
    return new ImportedCertificate.Content(key, certificates);
  }

  private void take(PKCS12SafeBag bag, InputDecryptorProvider ciphers) throws IOException, PKCSException {
    Object value = bag.getBagValue();
    if (value instanceof X509CertificateHolder certificate) {
      certificates.add(certificate.getEncoded());
    } else if (value instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
      requireFirst();
      key = ImportedKeys.of(encrypted.decryptPrivateKeyInfo(ciphers));
    } else if (value instanceof PrivateKeyInfo clear) {
      requireFirst();
      key = ImportedKeys.of(clear);
    } else {
      throw ApiError.badParameter("Property 'value' may have certificates and one private key, nothing else.");
    }
    if (certificates.size() > MOST_BAGS) {
      throw ApiError.badParameter("Property 'value' has more than " + MOST_BAGS + " certificates.");
    }
  }

  private void requireFirst() {
    if (key != null) {
      throw ApiError.badParameter("Property 'value' has more than one private key.");
    }
  }

  /**
   * Verifies the file's MAC where it has one (RFC 7292, section 5.1, and appendix B).
   *
   * @return whether an empty password is two zero octets, as most tools write it, or no octet at all
   */
  private boolean terminated(Pfx pfx) {
    MacData mac = pfx.getMacData();
    if (mac == null) {
      return true;
    }
    AlgorithmIdentifier algorithm = mac.getMac().getAlgorithmId();
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)) {
      throw ApiError.badParameter("Property 'value' has a MAC of type PBMAC1 (RFC 9579), which is not taken: write one as"
          + " RFC 7292 has it.");
    }
    byte[] covered = ASN1OctetString.getInstance(pfx.getAuthSafe().getContent()).getOctets();
    byte[] octets = password.length == 0 ? new byte[2] : PBEParametersGenerator.PKCS12PasswordToBytes(password);
    try {
      if (matches(mac, octets, covered)) {
        return true;
      }
      if (password.length > 0 || !matches(mac, new byte[0], covered)) {
        throw wrongPassword();
      }
      return false;
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  private boolean matches(MacData expected, byte[] octets, byte[] covered) {
    spend(expected.getIterationCount());
    HMac hmac = new HMac(digest(expected));
    PKCS12ParametersGenerator derivation = new PKCS12ParametersGenerator(digest(expected));
    derivation.init(octets, expected.getSalt(), expected.getIterationCount().intValueExact());
    hmac.init(derivation.generateDerivedMacParameters(Byte.SIZE * hmac.getMacSize()));
    hmac.update(covered, 0, covered.length);
    byte[] actual = new byte[hmac.getMacSize()];
    hmac.doFinal(actual, 0);
    return MessageDigest.isEqual(actual, expected.getMac().getDigest());
  }

  private static ExtendedDigest digest(MacData mac) {
    try {
      return BcDefaultDigestProvider.INSTANCE.get(mac.getMac().getAlgorithmId());
    } catch (OperatorCreationException e) {
      throw ApiError.badParameter("Property 'value' has a MAC of an unknown type.");
    }
  }

  private void spend(AlgorithmIdentifier algorithm) {
    ASN1Encodable parameters = algorithm.getParameters();
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
      PBES2Parameters scheme = PBES2Parameters.getInstance(parameters);
      if (!scheme.getKeyDerivationFunc().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
        throw ApiError.badParameter("Property 'value' is encrypted with another key derivation than PBKDF2.");
      }
      spend(PBKDF2Params.getInstance(scheme.getKeyDerivationFunc().getParameters()).getIterationCount());
    } else {
      spend(PKCS12PBEParams.getInstance(parameters).getIterations());
    }
  }

  private void spend(BigInteger asked) {
    if (asked.signum() <= 0 || asked.compareTo(BigInteger.valueOf(MOST_ITERATIONS - iterations)) > 0) {
      throw ApiError.badParameter("Property 'value' asks for more than " + MOST_ITERATIONS + " iterations on its password.");
    }
    iterations += asked.intValue();
  }

  private static ApiError wrongPassword() {
    return ApiError.badParameter("Property 'value' cannot be opened with the password that Property 'pwd' gives.");
  }
}
