package org.keyhaven.server.identity;

import java.util.LinkedHashMap;
import java.util.Map;

/** The tokens used last, by the SHA-256 of each; the one unused for longest makes room. Thread-safe. */
final class VerifiedTokens {
  private static final int CAPACITY = 1000;

  private final Map<String, VerifiedToken> tokens = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, VerifiedToken> eldest) {
      return size() > CAPACITY;
    }
  };

  synchronized VerifiedToken get(String digest) {
    return tokens.get(digest);
  }

  synchronized void put(String digest, VerifiedToken token) {
    tokens.put(digest, token);
  }
}
