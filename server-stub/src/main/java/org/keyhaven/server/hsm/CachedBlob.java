package org.keyhaven.server.hsm;

import java.util.Arrays;

/** The name of a cached key: its id, and its blob too, so that a changed blob never meets what the true one opened to. */
record CachedBlob(String id, byte[] blob) {

  static CachedBlob of(SealedKey key) {
    return new CachedBlob(key.id(), key.blob());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CachedBlob that && id.equals(that.id) && Arrays.equals(blob, that.blob);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
