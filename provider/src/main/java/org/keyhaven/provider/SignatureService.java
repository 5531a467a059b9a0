package org.keyhaven.provider;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;

/**
 * A {@code Signature} of the provider, derived from the rows of {@link SignatureAlgorithm}. A JCA name fixes scheme and hash
 * while the curve comes with the key, so that one name stands for several ECDSA rows.
 *
 * @param name the standard name (Java Security Standard Algorithm Names), for PSS with fixed hash the customary one
 * @param hash null where the caller gives the digest (NONEwith…), the parameters name it (RSASSA-PSS), or it is none of the
 *     service's (SHA-1)
 * @param digestName the JCA name of what is done to the message first; null for nothing, or where the parameters name it
 * @param p1363 whether an ECDSA signature stays r||s instead of becoming DER
 */
record SignatureService(String name, Scheme scheme, Hash hash, String digestName, boolean p1363) {
  static final String SHA_1 = "SHA-1";

  /** As in the JDK: object identifiers (RFC 8017, appendix C; RFC 5758, section 3.2; for SHA-1 that of OIW too), and PSS. */
  private static final Map<String, List<String>> FURTHER_NAMES = Map.of(
      "SHA1withRSA", List.of("1.2.840.113549.1.1.5", "1.3.14.3.2.29"),
      "RSASSA-PSS", List.of("PSS", "1.2.840.113549.1.1.10"),
      "SHA256withRSA", List.of("1.2.840.113549.1.1.11"),
      "SHA384withRSA", List.of("1.2.840.113549.1.1.12"),
      "SHA512withRSA", List.of("1.2.840.113549.1.1.13"),
      "SHA256withECDSA", List.of("1.2.840.10045.4.3.2"),
      "SHA384withECDSA", List.of("1.2.840.10045.4.3.3"),
      "SHA512withECDSA", List.of("1.2.840.10045.4.3.4"));

  /** Every name that the rows lead to, in a fixed order. */
  static List<SignatureService> all() {
    List<SignatureService> services = new ArrayList<>();
    Set<Hash> ecdsaHashes = EnumSet.noneOf(Hash.class);
    for (SignatureAlgorithm row : SignatureAlgorithm.values()) {
      switch (row.scheme()) {
        case RSA_PKCS1 ->
            services.add(of(prefix(row.hash()) + "withRSA", row.scheme(), row.hash(), false));
        case RSA_PSS ->
            services.add(of(prefix(row.hash()) + "withRSAandMGF1", row.scheme(), row.hash(), false));
        case ECDSA -> ecdsaHashes.add(row.hash());
        case HMAC -> { } // A Mac, not a Signature.
      }
    }
    services.add(of("RSASSA-PSS", Scheme.RSA_PSS, null, false));
    // For what still speaks it; through RSNULL, which pads whatever it is given.
    services.add(new SignatureService("SHA1withRSA", Scheme.RSA_PKCS1, null, SHA_1, false));
    // Any digest goes with any curve, so the hashes are listed once and not a curve.
    for (Hash hash : ecdsaHashes) {
      addEcdsa(services, hash);
    }
    addEcdsa(services, null);
    return List.copyOf(services);
  }

  private static void addEcdsa(List<SignatureService> services, Hash hash) {
    String name = prefix(hash) + "withECDSA";
    services.add(of(name, Scheme.ECDSA, hash, false));
    services.add(of(name + "inP1363Format", Scheme.ECDSA, hash, true));
  }

  private static SignatureService of(String name, Scheme scheme, Hash hash, boolean p1363) {
    return new SignatureService(name, scheme, hash, hash == null ? null : hash.digestName(), p1363);
  }

  private static String prefix(Hash hash) {
    return hash == null ? "NONE" : hash.signaturePrefix();
  }

  /** Further names, object identifiers above all, which callers find in certificates: plain, and with OID in front. */
  List<String> aliases() {
    List<String> aliases = new ArrayList<>();
    for (String further : FURTHER_NAMES.getOrDefault(name, List.of())) {
      aliases.add(further);
      if (Character.isDigit(further.charAt(0))) {
        aliases.add("OID." + further);
      }
    }
    return List.copyOf(aliases);
  }

  /** The same algorithm in the JDK, which knows PSS by one name alone. */
  String localName() {
    return scheme == Scheme.RSA_PSS ? "RSASSA-PSS" : name;
  }

  /** The row for RSA, where scheme and hash decide; {@code null} for the hash gives RSNULL. */
  static SignatureAlgorithm rsaRow(Scheme scheme, Hash hash) {
    for (SignatureAlgorithm row : SignatureAlgorithm.values()) {
      if (row.scheme() == scheme && row.hash() == hash) {
        return row;
      }
    }
    throw new AssertionError(scheme + " " + hash);
  }

  /** The one row of a curve. */
  static SignatureAlgorithm ecdsaRow(KeyCurve curve) {
    for (SignatureAlgorithm row : SignatureAlgorithm.values()) {
      if (row.curve() == curve) {
        return row;
      }
    }
    throw new AssertionError(curve);
  }
}
