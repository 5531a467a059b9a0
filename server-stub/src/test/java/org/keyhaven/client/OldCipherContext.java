package org.keyhaven.client;

import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS with ciphers alone that HTTP/2 forbids (RFC 9113, appendix A): a server that speaks both chooses HTTP/1.1. Remembers the
 * engines it made.
 */
final class OldCipherContext extends SSLContext {
  final List<SSLEngine> engines;

  private OldCipherContext(SSLContext context, List<SSLEngine> engines) {
    super(new Spi(context, engines), context.getProvider(), context.getProtocol());
    this.engines = engines;
  }

  /** @param context says who is trusted */
  static OldCipherContext over(SSLContext context) {
    return new OldCipherContext(context, new CopyOnWriteArrayList<>());
  }

  private static final class Spi extends SSLContextSpi {
    private final SSLContext context;
    private final List<SSLEngine> engines;

    Spi(SSLContext context, List<SSLEngine> engines) {
      this.context = context;
      this.engines = engines;
    }

    private SSLEngine made(SSLEngine engine) {
      engine.setEnabledCipherSuites(
          new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"});
      engines.add(engine);
      return engine;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return made(context.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return made(context.createSSLEngine(host, port));
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
      throw new IllegalStateException("has been");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return context.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return context.getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return context.getClientSessionContext();
    }
  }
}
