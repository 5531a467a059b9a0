package org.keyhaven.client;

import org.keyhaven.client.wire.ObjectId;

/** The version of a key that an object keeps to: the one asked for, or else the one that served first. Thread-safe. */
final class KeptVersion {
  private final VaultAddress address;
  private volatile CryptographyRequests requests;

  /** @param kid with version or without */
  KeptVersion(VaultAddress address, ObjectId kid) {
    this.address = address;
    this.requests = new CryptographyRequests(address, kid);
  }

  ObjectId keyId() {
    return requests.kid();
  }

  CryptographyRequests requests() {
    return requests;
  }

  /**
   * Keeps to the version that served first.
   *
   * @param served null where the vault did not say
   * @return false when that is another one
   */
  synchronized boolean keptTo(ObjectId served) {
    ObjectId kid = requests.kid();
    if (served == null || served.version() == null) {
      return true;
    }
    if (kid.version() == null) {
      requests = new CryptographyRequests(address, kid.withVersion(served.version()));
      return true;
    }
    return kid.version().equals(served.version());
  }
}
