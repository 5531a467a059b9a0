package org.keyhaven.client;

import java.net.URI;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** The cryptographic calls of one key (REST API: Keys). Results name the key with its version. Immutable. */
final class CryptographyRequests {
  private static final Reading<KeyBundle> BUNDLE = Reading.of(KeyBundle.class);

  private final VaultAddress address;
  private final ObjectId kid;
  /** Made once: the one call where it would be felt. */
  private final URI sign;
  private final Reading<KeyOperationResult> signature;
  private final Reading<KeyOperationResult> result;

  /** The answer where the version is known: parsing its identifier would be a tenth of the client's work. Public for {@code Json}. */
  public record Unnamed(byte[] value, byte[] iv, byte[] tag, byte[] aad) { }

  /** @param mayBeEmpty what was encrypted may have been; that there is no value at all says that no vault answered */
  private record Results(ObjectId kid, boolean mayBeEmpty) implements Reading<KeyOperationResult> {
    @Override
    public KeyOperationResult read(byte[] json) {
      KeyOperationResult found = kid.version() == null ? Json.read(json, KeyOperationResult.class)
          : named(Json.read(json, Unnamed.class));
      return found == null || found.value() == null || !mayBeEmpty && found.value().length == 0 ? null : found;
    }

    private KeyOperationResult named(Unnamed part) {
      return part == null ? null : new KeyOperationResult(kid, part.value(), part.iv(), part.tag(), part.aad());
    }
  }

  /** @param kid with version or without */
  CryptographyRequests(VaultAddress address, ObjectId kid) {
    this.address = address;
    this.kid = kid;
    this.sign = address.of(kid.path() + "/sign");
    this.result = new Results(kid, true);
    this.signature = new Results(kid, false);
  }

  ObjectId kid() {
    return kid;
  }

  Request<KeyBundle> get() {
    return new Request<>(Operation.KEY_GET, address.of(kid.path()), null, BUNDLE);
  }

  /** @param digest any bytes for {@code RSNULL} and HMAC */
  Request<KeyOperationResult> sign(SignatureAlgorithm algorithm, byte[] digest) {
    return new Request<>(Operation.KEY_SIGN, sign, new KeySignParameters(algorithm, digest), signature);
  }

  Request<Boolean> verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    return new Request<>(Operation.KEY_VERIFY, address.of(kid.path() + "/verify"),
        new KeyVerifyParameters(algorithm, digest, signature),
        Reading.of(KeyVerifyResult.class).then(KeyVerifyResult::value));
  }

  /** @param operation encrypts or decrypts something, be it a key */
  Request<KeyOperationResult> of(KeyOperation operation, KeyOperationParameters parameters) {
    return switch (operation) {
      case ENCRYPT -> request(Operation.KEY_ENCRYPT, "/encrypt", parameters);
      case DECRYPT -> request(Operation.KEY_DECRYPT, "/decrypt", parameters);
      case WRAP_KEY -> request(Operation.KEY_WRAP, "/wrapkey", parameters);
      case UNWRAP_KEY -> request(Operation.KEY_UNWRAP, "/unwrapkey", parameters);
      default -> throw new IllegalArgumentException("not an operation that takes such parameters: " + operation);
    };
  }

  private Request<KeyOperationResult> request(Operation operation, String path, KeyOperationParameters parameters) {
    return new Request<>(operation, address.of(kid.path() + path), parameters, result);
  }
}
