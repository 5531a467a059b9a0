package org.keyhaven.provider;

import java.security.spec.AlgorithmParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.ObjectId;

/**
 * A bare key to generate in the vault ({@code POST /keys/NAME/create}). The service can never attach a certificate to such
 * a key: for a key that gets one, initialize the generator with a size or curve instead. Immutable.
 */
public final class VaultKeyGenParameterSpec implements AlgorithmParameterSpec {
  private final String name;
  private final Integer keySize;
  private final KeyCurve curve;
  private final Boolean hsm;
  private final List<KeyOperation> operations;
  private final Boolean enabled;
  private final Instant notBefore;
  private final Instant expires;
  private final Map<String, String> tags;
  private final KeyReleasePolicy releasePolicy;

  private VaultKeyGenParameterSpec(Builder builder) {
    this.name = builder.name;
    this.keySize = builder.keySize;
    this.curve = builder.curve;
    this.hsm = builder.hsm;
    this.operations = builder.operations;
    this.enabled = builder.enabled;
    this.notBefore = builder.notBefore;
    this.expires = builder.expires;
    this.tags = builder.tags;
    this.releasePolicy = builder.releasePolicy;
  }

  /**
   * Begins with the name; of a key that exists, a new version is made.
   *
   * @throws IllegalArgumentException unless it is 1 to 127 letters, digits and hyphens
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  public String name() {
    return name;
  }

  /** Bits of an RSA modulus, or of a symmetric key; null for an EC key, or the default: 3072 for RSA, otherwise 256. */
  public Integer keySize() {
    return keySize;
  }

  /** The curve of an EC key; null for an RSA key or the default, P-256. */
  public KeyCurve curve() {
    return curve;
  }

  /** Whether an HSM protects it; null for what {@code keyhaven.key.hsm} says, which is true by default. */
  public Boolean hsm() {
    return hsm;
  }

  /** What it may be used for; null for everything that its type can do. */
  public List<KeyOperation> operations() {
    return operations;
  }

  /** Null for true. */
  public Boolean enabled() {
    return enabled;
  }

  /** Null for no bound. */
  public Instant notBefore() {
    return notBefore;
  }

  /** Null for no bound. */
  public Instant expires() {
    return expires;
  }

  /** Null for none. */
  public Map<String, String> tags() {
    return tags;
  }

  /** Where an exportable key may go; null for a key that never leaves. */
  public KeyReleasePolicy releasePolicy() {
    return releasePolicy;
  }

  /** Not thread-safe. */
  public static final class Builder {
    private final String name;
    private Integer keySize;
    private KeyCurve curve;
    private Boolean hsm;
    private List<KeyOperation> operations;
    private Boolean enabled;
    private Instant notBefore;
    private Instant expires;
    private Map<String, String> tags;
    private KeyReleasePolicy releasePolicy;

    private Builder(String name) {
      if (!ObjectId.isName(name)) {
        throw new IllegalArgumentException("a key's name is 1 to 127 letters, digits and hyphens, not: " + name);
      }
      this.name = name;
    }

    /** 2048, 3072 or 4096 for RSA; 128, 192 or 256 for AES and HMAC. */
    public Builder keySize(int bits) {
      this.keySize = bits;
      return this;
    }

    /** Any curve of the service, secp256k1 included, for the generator EC. */
    public Builder curve(KeyCurve newCurve) {
      this.curve = Objects.requireNonNull(newCurve, "curve");
      return this;
    }

    public Builder hsm(boolean inHsm) {
      this.hsm = inHsm;
      return this;
    }

    public Builder operations(List<KeyOperation> allowed) {
      this.operations = List.copyOf(allowed);
      return this;
    }

    public Builder enabled(boolean usable) {
      this.enabled = usable;
      return this;
    }

    public Builder notBefore(Instant from) {
      this.notBefore = Objects.requireNonNull(from, "from");
      return this;
    }

    public Builder expires(Instant until) {
      this.expires = Objects.requireNonNull(until, "until");
      return this;
    }

    public Builder tags(Map<String, String> newTags) {
      this.tags = Map.copyOf(newTags);
      return this;
    }

    /** May leave the vault, to environments that meet the policy. Nothing but creation can say so. */
    public Builder exportable(KeyReleasePolicy policy) {
      this.releasePolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    public VaultKeyGenParameterSpec build() {
      return new VaultKeyGenParameterSpec(this);
    }
  }
}
