package org.keyhaven.provider;

import java.util.Optional;
import org.keyhaven.client.wire.ObjectId;

/**
 * An alias of the form {@code NAME/VERSION}: one version of an object, whatever comes after it. No object can have such an
 * alias as its tag, so that none can take its place.
 */
record PinnedAlias(String name, String version) {

  /** Empty for an alias of any other form. */
  static Optional<PinnedAlias> of(String alias) {
    int slash = alias.indexOf('/');
    if (slash < 0 || !ObjectId.isName(alias.substring(0, slash)) || !ObjectId.isVersion(alias.substring(slash + 1))) {
      return Optional.empty();
    }
    return Optional.of(new PinnedAlias(alias.substring(0, slash), alias.substring(slash + 1)));
  }
}
