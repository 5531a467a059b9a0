package org.keyhaven.server.certificates;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.keyhaven.client.wire.Certificates.Action;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.LifetimeAction;
import org.keyhaven.client.wire.Certificates.SecretProperties;
import org.keyhaven.client.wire.Certificates.Trigger;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.server.ApiError;

/**
 * The policies of certificates: what a request says, completed by the service's defaults and checked, so that what is stored can
 * be carried out. A policy here has every member but those only answers have (id, times).
 */
final class Policies {
  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);
  private static final Map<Integer, KeyCurve> CURVES = Map.of(256, KeyCurve.P_256, 384, KeyCurve.P_384, 521, KeyCurve.P_521);
  private static final Set<String> CONTENT_TYPES = Set.of(SecretProperties.PKCS12, SecretProperties.PEM);
  private static final int DEFAULT_BITS = 2048;
  private static final int DEFAULT_MONTHS = 12;
  private static final int RENEW_AT_PERCENT = 80;
  /** TLS server and TLS client. */
  private static final List<String> DEFAULT_PURPOSES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
  private static final int MOST_ACTIONS = 10;

  private Policies() { }

  /** @throws ApiError 400 when it cannot be carried out; names the member that is wrong */
  static CertificatePolicy complete(CertificatePolicy given) {
    if (given == null) {
      throw ApiError.badParameter("Property 'policy' is required for a new certificate.");
    }
    KeyProperties key = key(given.keyProps());
    IssuerParameters issuer = issuer(given.issuer());
    X509Properties x509 = x509(given.x509Props(), key.kty());
    X509Fields.of(x509);
    String contentType = given.secretProps() == null || given.secretProps().contentType() == null ? SecretProperties.PKCS12
        : given.secretProps().contentType();
    if (!CONTENT_TYPES.contains(contentType)) {
      throw ApiError.badParameter("Policy secret_props.contentType must be one of " + CONTENT_TYPES + ".");
    }
    Boolean enabled = given.attributes() == null || given.attributes().enabled() == null ? Boolean.TRUE
        : given.attributes().enabled();
    return new CertificatePolicy(null, key, new SecretProperties(contentType), x509, actions(given.lifetimeActions(), issuer),
        issuer, ObjectAttributes.of(enabled, null, null));
  }

  /**
   * The policy that an imported certificate gets: what was asked for, and of its own what was not. An imported key cannot be
   * another than it is.
   *
   * @param given null for nothing asked
   * @throws ApiError 400 when it cannot be carried out, or contradicts the certificate; names the member that is wrong
   */
  static CertificatePolicy imported(CertificatePolicy given, ImportedCertificate certificate, String name) {
    CertificatePolicy asked = given == null ? new CertificatePolicy(null, null, null, null, null, null, null) : given;
    KeyProperties wanted = asked.keyProps() == null ? new KeyProperties(null, null, null, null, null) : asked.keyProps();
    KeyType own = certificate.publicKey().kty();
    KeyType kty = wanted.kty() == null ? own : wanted.kty();
    int bits = certificate.bits();
    if (kty.family() != own.family()) {
      throw bad("kty", "says " + kty + ", and the key is " + own.family());
    }
    if (wanted.keySize() != null && wanted.keySize() != bits
        || wanted.crv() != null && wanted.crv() != certificate.publicKey().crv()) {
      throw bad(wanted.crv() == null ? "key_size" : "crv", "is not that of the key");
    }
    return complete(new CertificatePolicy(null,
        new KeyProperties(wanted.exportable(), kty, bits, wanted.reuseKey(), certificate.publicKey().crv()),
        new SecretProperties(certificate.contentType()),
        asked.x509Props() == null ? LeafProperties.of(certificate.chain().leaf(), name) : asked.x509Props(),
        asked.lifetimeActions(),
        asked.issuer() == null || asked.issuer().name() == null ? new IssuerParameters(IssuerParameters.UNKNOWN, null, null)
            : asked.issuer(), asked.attributes()));
  }

  /** {@code stored}, with the members that {@code changes} has in their place. */
  static CertificatePolicy change(CertificatePolicy stored, CertificatePolicy changes) {
    return complete(new CertificatePolicy(null,
        Objects.requireNonNullElse(changes.keyProps(), stored.keyProps()),
        Objects.requireNonNullElse(changes.secretProps(), stored.secretProps()),
        Objects.requireNonNullElse(changes.x509Props(), stored.x509Props()),
        Objects.requireNonNullElse(changes.lifetimeActions(), stored.lifetimeActions()),
        Objects.requireNonNullElse(changes.issuer(), stored.issuer()),
        Objects.requireNonNullElse(changes.attributes(), stored.attributes())));
  }

  private static KeyProperties key(KeyProperties given) {
    KeyProperties asked = given == null ? new KeyProperties(null, null, null, null, null) : given;
    KeyType kty = asked.kty() != null ? asked.kty() : asked.crv() != null ? KeyType.EC : KeyType.RSA;
    boolean exportable = asked.exportable() == null ? !kty.hsm() : asked.exportable();
    boolean reuse = Boolean.TRUE.equals(asked.reuseKey());
    if (kty.hsm() && exportable) {
      throw bad("exportable", "must be false: a key of type " + kty + " never leaves the HSM");
    }
    return switch (kty.family()) {
      case RSA -> {
        int bits = asked.keySize() == null ? DEFAULT_BITS : asked.keySize();
        if (!RSA_BITS.contains(bits)) {
          throw bad("key_size", "must be 2048, 3072 or 4096 for an RSA key");
        }
        yield new KeyProperties(exportable, kty, bits, reuse, null);
      }
      case EC -> {
        KeyCurve curve = asked.crv() != null ? asked.crv()
            : CURVES.get(asked.keySize() == null ? 256 : asked.keySize());
        if (curve == null || asked.keySize() != null && asked.keySize() != curve.fieldBits()) {
          throw bad("key_size", "does not fit the curve");
        }
        yield new KeyProperties(exportable, kty, curve.fieldBits(), reuse, curve);
      }
      case OCT -> throw bad("kty", "must be an RSA or EC type");
    };
  }

  private static IssuerParameters issuer(IssuerParameters given) {
    if (given == null || given.name() == null) {
      throw ApiError.badParameter("Policy issuer.name is required: Self, or Unknown.");
    }
    if (!given.name().equals(IssuerParameters.SELF) && !given.name().equals(IssuerParameters.UNKNOWN)) {
      throw ApiError.badParameter("Policy issuer.name names an issuer that this vault does not have; it has Self and Unknown.");
    }
    return given;
  }

  private static X509Properties x509(X509Properties given, KeyType kty) {
    X509Properties asked = given == null ? new X509Properties(null, null, null, null, null) : given;
    List<String> usage = kty.family() == KeyType.Family.RSA ? List.of("digitalSignature", "keyEncipherment")
        : List.of("digitalSignature");
    return new X509Properties(asked.subject(), withoutNull(asked.ekus(), DEFAULT_PURPOSES, "ekus"), asked.sans(),
        withoutNull(asked.keyUsage(), usage, "key_usage"),
        asked.validityMonths() == null ? DEFAULT_MONTHS : asked.validityMonths());
  }

  private static List<String> withoutNull(List<String> given, List<String> ifAbsent, String member) {
    if (given == null) {
      return ifAbsent;
    }
    if (given.stream().anyMatch(Objects::isNull)) {
      throw ApiError.badParameter("Policy x509_props." + member + " has a null.");
    }
    return given;
  }

  private static List<LifetimeAction> actions(List<LifetimeAction> given, IssuerParameters issuer) {
    if (given == null || given.isEmpty()) {
      return List.of(new LifetimeAction(new Trigger(RENEW_AT_PERCENT, null),
          new Action(issuer.name().equals(IssuerParameters.SELF) ? "AutoRenew" : "EmailContacts")));
    }
    if (given.size() > MOST_ACTIONS) {
      throw ApiError.badParameter("Policy lifetime_actions has more than " + MOST_ACTIONS + " members.");
    }
    return given;
  }

  private static ApiError bad(String member, String what) {
    return ApiError.badParameter("Policy key_props." + member + " " + what + ".");
  }
}
