package org.keyhaven.provider;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.ProviderException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.keyhaven.client.wire.Hash;

/** The parameters that PS256, PS384 and PS512 have: MGF1 with the same hash, a salt as long as the hash (RFC 7518, 3.5). */
final class PssParameters {
  private PssParameters() { }

  static PSSParameterSpec of(Hash hash) {
    return new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(hash.digestName()), hash.bytes(),
        PSSParameterSpec.TRAILER_FIELD_BC);
  }

  /**
   * The hash of parameters that the vault can do.
   *
   * @throws InvalidAlgorithmParameterException for every other choice, naming what the vault has
   */
  static Hash hashOf(PSSParameterSpec parameters) throws InvalidAlgorithmParameterException {
    for (Hash hash : Hash.values()) {
      if (isName(parameters.getDigestAlgorithm(), hash)) {
        boolean sameMgf = "MGF1".equalsIgnoreCase(parameters.getMGFAlgorithm())
            && parameters.getMGFParameters() instanceof MGF1ParameterSpec mgf && isName(mgf.getDigestAlgorithm(), hash);
        if (!sameMgf) {
          throw refused("MGF1 with " + hash.digestName(), parameters);
        }
        if (parameters.getSaltLength() != hash.bytes()) {
          throw refused("a salt of " + hash.bytes() + " bytes", parameters);
        }
        if (parameters.getTrailerField() != PSSParameterSpec.TRAILER_FIELD_BC) {
          throw refused("the trailer field 1", parameters);
        }
        return hash;
      }
    }
    throw refused("SHA-256, SHA-384 or SHA-512", parameters);
  }

  static AlgorithmParameters encode(PSSParameterSpec parameters) {
    try {
      AlgorithmParameters result = AlgorithmParameters.getInstance("RSASSA-PSS", "SunRsaSign");
      result.init(parameters);
      return result;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("these PSS parameters have no encoding", e);
    }
  }

  /**
   * Whether a key that is for PSS with certain parameters alone may sign with the hash in the vault's way. Its salt length is
   * the least there may be (RFC 4055, section 3.3).
   */
  static boolean allow(PSSParameterSpec ofKey, Hash hash) {
    return isName(ofKey.getDigestAlgorithm(), hash) && ofKey.getMGFParameters() instanceof MGF1ParameterSpec mgf
        && isName(mgf.getDigestAlgorithm(), hash) && ofKey.getSaltLength() <= hash.bytes()
        && ofKey.getTrailerField() == PSSParameterSpec.TRAILER_FIELD_BC;
  }

  static boolean isName(String given, Hash hash) {
    // "SHA256" is not a standard name, but callers write it and the JDK takes it.
    return hash.digestName().equalsIgnoreCase(given) || hash.signaturePrefix().equalsIgnoreCase(given);
  }

  private static InvalidAlgorithmParameterException refused(String needed, PSSParameterSpec parameters) {
    return new InvalidAlgorithmParameterException("a vault signs PSS with " + needed + " here, not with " + parameters);
  }
}
