package org.keyhaven.samples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslClientAuth;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * {@code ssl.engine.factory.class} of a Kafka broker or client whose keys stay in a vault. The provider must be installed.
 * {@code ssl.truststore.*}, {@code ssl.protocol}, {@code ssl.enabled.protocols}, {@code ssl.cipher.suites} and
 * {@code ssl.client.auth} mean what they always do; {@code ssl.keystore.*} must be absent, since Kafka's own factory reads
 * key stores from files.
 */
public final class KafkaVaultSslEngineFactory implements SslEngineFactory {
  private final DefaultSslEngineFactory trust = new DefaultSslEngineFactory();
  private Map<String, ?> settings;
  private KeyStore vault;
  private SSLContext context;

  @Override
  public void configure(Map<String, ?> configs) {
    settings = new HashMap<>(configs);
    trust.configure(configs);
    if (trust.keystore() != null) {
      throw new KafkaException("ssl.keystore.* does not go with keys in a vault");
    }
    try {
      vault = KeyStore.getInstance("Keyhaven");
      vault.load(null, null);
      // PKIX, unlike SunX509, asks the key store anew, so that a rotated certificate is picked up.
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(vault, null);
      context = SSLContext.getInstance((String) configs.get(SslConfigs.SSL_PROTOCOL_CONFIG));
      context.init(keys.getKeyManagers(), trustManagers(), null);
    } catch (GeneralSecurityException | IOException e) {
      throw new KafkaException("the keys of the vault cannot be used", e);
    }
  }

  /** Null for what the JDK trusts. */
  private TrustManager[] trustManagers() throws GeneralSecurityException {
    if (trust.truststore() == null) {
      return null;
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trust.truststore());
    return factory.getTrustManagers();
  }

  @Override
  public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
    SSLEngine engine = engine(peerHost, peerPort);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    SSLEngine engine = engine(peerHost, peerPort);
    engine.setUseClientMode(false);
    SslClientAuth authentication =
        SslClientAuth.forConfig((String) settings.get(BrokerSecurityConfigs.SSL_CLIENT_AUTH_CONFIG));
    engine.setWantClientAuth(authentication == SslClientAuth.REQUESTED);
    if (authentication == SslClientAuth.REQUIRED) {
      engine.setNeedClientAuth(true);
    }
    return engine;
  }

  private SSLEngine engine(String peerHost, int peerPort) {
    SSLEngine engine = context.createSSLEngine(peerHost, peerPort);
    if (settings.get(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG) instanceof List<?> protocols && !protocols.isEmpty()) {
      engine.setEnabledProtocols(protocols.toArray(String[]::new));
    }
    if (settings.get(SslConfigs.SSL_CIPHER_SUITES_CONFIG) instanceof List<?> suites && !suites.isEmpty()) {
      engine.setEnabledCipherSuites(suites.toArray(String[]::new));
    }
    return engine;
  }

  /** Keys come anew by themselves; what is trusted may change. */
  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return trust.shouldBeRebuilt(nextConfigs);
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return trust.reconfigurableConfigs();
  }

  @Override
  public KeyStore keystore() {
    return vault;
  }

  @Override
  public KeyStore truststore() {
    return trust.truststore();
  }

  @Override
  public void close() {
    trust.close();
  }
}
