package org.keyhaven.client.http;

import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.Credentials;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;

/**
 * Which HTTP proxy an address goes through, and who signs in there (Basic or Digest, once the proxy asks). Thread-safe.
 */
public final class Proxies {
  /** Every address is reached directly. */
  public static final Proxies NONE = new Proxies(null, scope -> null);

  private final ProxySelector selector;
  private final Login login;

  /** Who signs in at a proxy; null for nobody. */
  private interface Login {
    Credentials at(AuthScope proxy);
  }

  private Proxies(ProxySelector selector, Login login) {
    this.selector = selector;
    this.login = login;
  }

  /** @param user signs in with the password at whatever proxy the selector chooses; null for nobody */
  public static Proxies of(ProxySelector selector, String user, char[] password) {
    Objects.requireNonNull(selector, "selector");
    if (user == null) {
      return new Proxies(selector, scope -> null);
    }
    UsernamePasswordCredentials credentials = new UsernamePasswordCredentials(user, password.clone());
    return new Proxies(selector, scope -> credentials);
  }

  /**
   * What the JVM says for every address: {@code https.proxyHost} and its relatives, or the application's {@link ProxySelector}; with
   * the credentials of {@code https.proxyUser} and {@code https.proxyPassword}, or of the application's {@link Authenticator}.
   */
  public static Proxies system() {
    ProxySelector system = ProxySelector.getDefault();
    return system == null ? NONE : new Proxies(system, Proxies::systemLogin);
  }

  /** As {@link #system()}, asked once: {@link #NONE} when the address is to be reached directly. */
  public static Proxies system(URI address) {
    ProxySelector system = ProxySelector.getDefault();
    if (system == null) {
      return NONE;
    }
    for (Proxy proxy : system.select(address)) {
      if (proxy.type() == Proxy.Type.HTTP) {
        return system();
      }
    }
    return NONE;
  }

  private static Credentials systemLogin(AuthScope proxy) {
    for (String scheme : List.of("https", "http")) {
      String user = System.getProperty(scheme + ".proxyUser");
      String host = System.getProperty(scheme + ".proxyHost");
      if (user != null && proxy.getHost().equalsIgnoreCase(host)) {
        return new UsernamePasswordCredentials(user, System.getProperty(scheme + ".proxyPassword", "").toCharArray());
      }
    }
    PasswordAuthentication found = Authenticator.requestPasswordAuthentication(proxy.getHost(), null, proxy.getPort(), "http",
        proxy.getRealm(), proxy.getSchemeName(), null, Authenticator.RequestorType.PROXY);
    return found == null ? null : new UsernamePasswordCredentials(found.getUserName(), found.getPassword());
  }

  /** Null when there is no proxy for anything. */
  ProxySelector selector() {
    return selector;
  }

  CredentialsProvider credentials() {
    return (scope, context) -> login.at(scope);
  }

  /** Without credentials. */
  @Override
  public String toString() {
    return selector == null ? "no proxy" : "proxies of " + selector.getClass().getSimpleName();
  }
}
