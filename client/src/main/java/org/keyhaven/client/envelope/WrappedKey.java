package org.keyhaven.client.envelope;

import java.util.Arrays;
import java.util.Objects;
import org.keyhaven.client.wire.ObjectId;

/**
 * A data key as it stands in a header; no secret. Equal when its content is.
 *
 * @param kid the key that wrapped it, with version
 * @param value not changed by anybody
 */
record WrappedKey(ObjectId kid, Wrapping wrapping, byte[] value) {
  @Override
  public boolean equals(Object other) {
    return other instanceof WrappedKey that && kid.equals(that.kid) && wrapping == that.wrapping
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kid, wrapping, Arrays.hashCode(value));
  }

  @Override
  public String toString() {
    return "a data key wrapped by " + kid;
  }
}
