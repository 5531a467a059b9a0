package org.keyhaven.server.keys;

import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.GetRandomBytesRequest;
import org.keyhaven.client.wire.Keys.RandomBytes;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.vaults.Vault;

/** Random bytes of a Managed HSM. */
final class RandomBytesSource {
  private static final int MOST_BYTES = 128;

  private RandomBytesSource() { }

  /** @throws ApiError 400 unless 1 to 128 bytes are asked for */
  static RandomBytes get(Vault vault, GetRandomBytesRequest asked) {
    if (asked.count() == null || asked.count() < 1 || asked.count() > MOST_BYTES) {
      throw ApiError.badParameter("Property 'count' must be a number from 1 to " + MOST_BYTES + ".");
    }
    return new RandomBytes(KeyEngines.of(vault, KeyType.OCT_HSM).random(asked.count()));
  }
}
