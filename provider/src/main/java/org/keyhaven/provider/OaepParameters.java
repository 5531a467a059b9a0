package org.keyhaven.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/** The parameters that RSA-OAEP and RSA-OAEP-256 have: MGF1 with the same hash, and no label (RFC 7518, section 4.3). */
final class OaepParameters {
  private OaepParameters() { }

  static OAEPParameterSpec of(EncryptionAlgorithm row) {
    return new OAEPParameterSpec(row.oaepDigest(), "MGF1", new MGF1ParameterSpec(row.oaepDigest()),
        PSource.PSpecified.DEFAULT);
  }

  /**
   * The row of parameters, or of a name without parameters. SunJCE takes SHA-1 for MGF1 where nobody says otherwise, so that
   * a name with SHA-256 alone stands for what no vault decrypts.
   *
   * @param given null for none
   * @throws InvalidAlgorithmParameterException for what the vault cannot do, naming what it can
   */
  static EncryptionAlgorithm row(CipherService service, AlgorithmParameterSpec given)
      throws InvalidAlgorithmParameterException {
    if (given == null) {
      if (service.oaepDigest() == null || service.oaepDigest().equals(EncryptionAlgorithm.RSA_OAEP.oaepDigest())) {
        return EncryptionAlgorithm.RSA_OAEP;
      }
      throw new InvalidAlgorithmParameterException(service.name() + " without parameters means MGF1 with SHA-1 in the JDK,"
          + " and a vault has MGF1 with " + service.oaepDigest() + " alone: encrypt and decrypt with"
          + " new OAEPParameterSpec(\"" + service.oaepDigest() + "\", \"MGF1\", new MGF1ParameterSpec(\"" + service.oaepDigest()
          + "\"), PSource.PSpecified.DEFAULT)");
    }
    if (!(given instanceof OAEPParameterSpec oaep)) {
      throw new InvalidAlgorithmParameterException(service.name() + " takes an OAEPParameterSpec, not " + given);
    }
    if (service.oaepDigest() != null && !isName(oaep.getDigestAlgorithm(), service.oaepDigest())) {
      throw new InvalidAlgorithmParameterException(service.name() + " does not go with parameters of "
          + oaep.getDigestAlgorithm());
    }
    for (EncryptionAlgorithm row : EncryptionAlgorithm.values()) {
      if (row.oaepDigest() != null && isName(oaep.getDigestAlgorithm(), row.oaepDigest())) {
        if (!"MGF1".equalsIgnoreCase(oaep.getMGFAlgorithm()) || !(oaep.getMGFParameters() instanceof MGF1ParameterSpec mgf)
            || !isName(mgf.getDigestAlgorithm(), row.oaepDigest())) {
          throw new InvalidAlgorithmParameterException("a vault has OAEP of " + row.oaepDigest() + " with MGF1 of "
              + row.oaepDigest() + " alone");
        }
        if (!(oaep.getPSource() instanceof PSource.PSpecified label) || label.getValue().length > 0) {
          throw new InvalidAlgorithmParameterException("a vault has OAEP without label alone");
        }
        return row;
      }
    }
    throw new InvalidAlgorithmParameterException("a vault has OAEP with SHA-1 and SHA-256, not with "
        + oaep.getDigestAlgorithm());
  }

  private static boolean isName(String given, String digest) {
    // "SHA256" is not a standard name, but callers write it and the JDK takes it.
    return digest.equalsIgnoreCase(given) || digest.replace("-", "").equalsIgnoreCase(given);
  }
}
