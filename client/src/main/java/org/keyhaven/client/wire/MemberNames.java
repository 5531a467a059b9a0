package org.keyhaven.client.wire;

import java.util.Map;

/** Which members of objects are not called as the components of our records: the service mixes styles, even for one thing. */
final class MemberNames {
  private static final Map<String, String> OTHERS = Map.ofEntries(
      Map.entry("Action.actionType", "action_type"),
      Map.entry("CertificateOperation.cancellationRequested", "cancellation_requested"),
      Map.entry("CertificateOperation.requestId", "request_id"),
      Map.entry("CertificateOperation.statusDetails", "status_details"),
      Map.entry("CertificatePolicy.keyProps", "key_props"),
      Map.entry("CertificatePolicy.lifetimeActions", "lifetime_actions"),
      Map.entry("CertificatePolicy.secretProps", "secret_props"),
      Map.entry("CertificatePolicy.x509Props", "x509_props"),
      Map.entry("Detail.inner", "innererror"),
      Map.entry("IssuerParameters.certTransparency", "cert_transparency"),
      Map.entry("JsonWebKey.keyOps", "key_ops"),
      Map.entry("KeyBundle.releasePolicy", "release_policy"),
      Map.entry("KeyCreateParameters.keyOps", "key_ops"),
      Map.entry("KeyCreateParameters.keySize", "key_size"),
      Map.entry("KeyCreateParameters.publicExponent", "public_exponent"),
      Map.entry("KeyCreateParameters.releasePolicy", "release_policy"),
      Map.entry("KeyImportParameters.hsm", "Hsm"),
      Map.entry("KeyImportParameters.releasePolicy", "release_policy"),
      Map.entry("KeyProperties.keySize", "key_size"),
      Map.entry("KeyProperties.reuseKey", "reuse_key"),
      Map.entry("KeyTransferBlob.schemaVersion", "schema_version"),
      Map.entry("KeyUpdateParameters.keyOps", "key_ops"),
      Map.entry("KeyUpdateParameters.releasePolicy", "release_policy"),
      Map.entry("ObjectAttributes.externalKey", "external_key"),
      Map.entry("ObjectAttributes.keySize", "key_size"),
      Map.entry("PrivateJsonWebKey.keyHsm", "key_hsm"),
      Map.entry("PrivateJsonWebKey.keyOps", "key_ops"),
      Map.entry("SubjectAlternativeNames.dnsNames", "dns_names"),
      Map.entry("SubjectAlternativeNames.ipAddresses", "ip_addresses"),
      Map.entry("Trigger.daysBeforeExpiry", "days_before_expiry"),
      Map.entry("Trigger.lifetimePercentage", "lifetime_percentage"),
      Map.entry("X509Properties.keyUsage", "key_usage"),
      Map.entry("X509Properties.validityMonths", "validity_months"));

  private MemberNames() { }

  /** The name in JSON of a record's component. */
  static String of(Class<?> type, String component) {
    return OTHERS.getOrDefault(type.getSimpleName() + "." + component, component);
  }
}
