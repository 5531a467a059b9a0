package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The bodies of the certificate operations (OpenAPI: Certificates). */
public final class Certificates {
  private Certificates() { }

  /**
   * Answer of merge, get and delete.
   *
   * @param id with version
   * @param kid the key of the same name and version
   * @param sid the secret of the same name and version
   * @param x5t SHA-1 thumbprint of the certificate
   * @param cer the leaf certificate, DER; absent while the first version is pending
   * @param x5c the whole chain, leaf first, DER. An addition of Keyhaven's server: Azure answers the leaf alone, in {@code cer}
   * @param recoveryId set on deleted certificates alone, as are the two dates
   */
  public record CertificateBundle(ObjectId id, ObjectId kid, ObjectId sid, byte[] x5t, StandardBase64 cer,
      List<StandardBase64> x5c, String contentType, ObjectAttributes attributes, Map<String, String> tags,
      CertificatePolicy policy, String recoveryId, Instant deletedDate, Instant scheduledPurgeDate) { }

  /** One line of a listing. */
  public record CertificateItem(ObjectId id, byte[] x5t, ObjectAttributes attributes, Map<String, String> tags,
      String recoveryId, Instant deletedDate, Instant scheduledPurgeDate) { }

  /** How the versions of a certificate are made. {@code lifetimeActions} are kept as given. */
  public record CertificatePolicy(String id, @JsonProperty("key_props") KeyProperties keyProps,
      @JsonProperty("secret_props") SecretProperties secretProps, @JsonProperty("x509_props") X509Properties x509Props,
      @JsonProperty("lifetime_actions") List<LifetimeAction> lifetimeActions, IssuerParameters issuer,
      ObjectAttributes attributes) { }

  /** @param reuseKey whether the next version keeps the key of the version before it */
  public record KeyProperties(Boolean exportable, KeyType kty, @JsonProperty("key_size") Integer keySize,
      @JsonProperty("reuse_key") Boolean reuseKey, KeyCurve crv) { }

  public record SecretProperties(String contentType) {
    public static final String PKCS12 = "application/x-pkcs12";
    public static final String PEM = "application/x-pem-file";
  }

  /** @param subject an X.500 distinguished name (RFC 4514) */
  public record X509Properties(String subject, List<String> ekus, SubjectAlternativeNames sans,
      @JsonProperty("key_usage") List<String> keyUsage, @JsonProperty("validity_months") Integer validityMonths) { }

  public record SubjectAlternativeNames(List<String> emails, @JsonProperty("dns_names") List<String> dnsNames,
      List<String> upns, List<String> uris, @JsonProperty("ip_addresses") List<String> ipAddresses) { }

  public record LifetimeAction(Trigger trigger, Action action) { }

  public record Trigger(@JsonProperty("lifetime_percentage") Integer lifetimePercentage,
      @JsonProperty("days_before_expiry") Integer daysBeforeExpiry) { }

  public record Action(@JsonProperty("action_type") String actionType) { }

  /** @param name {@code Self}, {@code Unknown}, or a configured issuer */
  public record IssuerParameters(String name, String cty, @JsonProperty("cert_transparency") Boolean certTransparency) {
    /** The certificate is signed with its own key. */
    public static final String SELF = "Self";
    /** Somebody outside signs the request; the result is merged. */
    public static final String UNKNOWN = "Unknown";
  }

  /** {@code POST /certificates/NAME/create}. */
  public record CertificateCreateParameters(CertificatePolicy policy, ObjectAttributes attributes, Map<String, String> tags,
      Boolean preserveCertOrder) { }

  /** {@code POST /certificates/NAME/pending/merge}: the chain, leaf first. */
  public record CertificateMergeParameters(List<StandardBase64> x5c, ObjectAttributes attributes, Map<String, String> tags) { }

  /**
   * {@code POST /certificates/NAME/import}: a certificate with its private key. It never prints itself; {@link #wipe}
   * forgets it.
   *
   * @param value PEM (as text, or in Base64), or PKCS#12 in Base64; {@code policy.secret_props.contentType} says which
   * @param pwd the password of the PKCS#12; null for none
   * @param policy {@code key_props.kty} says whether an HSM shall keep the key; null for what the certificate itself says
   */
  public record CertificateImportParameters(char[] value, char[] pwd, CertificatePolicy policy, ObjectAttributes attributes,
      Map<String, String> tags, Boolean preserveCertOrder) {

    /** Overwrites key and password with zeros. */
    public void wipe() {
      for (char[] secret : new char[][] {value, pwd}) {
        if (secret != null) {
          Arrays.fill(secret, '\0');
        }
      }
    }

    @Override
    public String toString() {
      return "a certificate with its private key";
    }
  }

  /** {@code PATCH /certificates/NAME/VERSION}. */
  public record CertificateUpdateParameters(CertificatePolicy policy, ObjectAttributes attributes, Map<String, String> tags) { }

  /**
   * Answer of create and of {@code GET /certificates/NAME/pending}.
   *
   * @param status {@code inProgress}, {@code completed}, {@code cancelled} or {@code failed}
   * @param csr the PKCS#10 request, DER
   * @param target where the result is, once completed
   */
  public record CertificateOperation(String id, IssuerParameters issuer, StandardBase64 csr,
      @JsonProperty("cancellation_requested") Boolean cancellationRequested, String status,
      @JsonProperty("status_details") String statusDetails, ErrorBody.Detail error, String target,
      @JsonProperty("request_id") String requestId) {
    public static final String IN_PROGRESS = "inProgress";
    public static final String COMPLETED = "completed";
  }
}
