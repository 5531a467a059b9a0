package org.keyhaven.server.hsm;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Amazon Corretto Crypto Provider: the same algorithms in native code, some times faster. It is there when its jar for this
 * machine's kind is on the class path and its library loads; it is asked directly, and never installed.
 */
final class CorrettoCrypto {
  private static final Logger LOG = LoggerFactory.getLogger(CorrettoCrypto.class);

  private CorrettoCrypto() { }

  private static final class Loaded {
    private static final Optional<Provider> PROVIDER = load();
  }

  static Optional<Provider> find() {
    return Loaded.PROVIDER;
  }

  private static Optional<Provider> load() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      Throwable problem = provider.getLoadingError();
      if (problem == null) {
        provider.assertHealthy();
        return Optional.of(provider);
      }
      LOG.info("software keys use the JDK's own cryptography, for Amazon's library does not load: {}", problem.toString());
    } catch (LinkageError | RuntimeException e) {
      LOG.info("software keys use the JDK's own cryptography, for Amazon's is not there or not well: {}", e.toString());
    }
    return Optional.empty();
  }
}
