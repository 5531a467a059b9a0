package org.keyhaven.provider;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** A key manager of the JDK, but with keys of one type alone: JSSE would take EC wherever it can. */
final class OneKeyType extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager all;
  private final String type;

  OneKeyType(X509ExtendedKeyManager all, String type) {
    this.all = all;
    this.type = type;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return keyType.startsWith(type) ? all.chooseServerAlias(keyType, issuers, socket) : null;
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return keyType.startsWith(type) ? all.chooseEngineServerAlias(keyType, issuers, engine) : null;
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return all.chooseClientAlias(matching(keyTypes), issuers, socket);
  }

  @Override
  public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    return all.chooseEngineClientAlias(matching(keyTypes), issuers, engine);
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return keyType.startsWith(type) ? all.getServerAliases(keyType, issuers) : null;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return keyType.startsWith(type) ? all.getClientAliases(keyType, issuers) : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return all.getCertificateChain(alias);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return all.getPrivateKey(alias);
  }

  private String[] matching(String[] keyTypes) {
    return Arrays.stream(keyTypes).filter(keyType -> keyType.startsWith(type)).toArray(String[]::new);
  }
}
