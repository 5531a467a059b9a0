package org.keyhaven.server.vaults;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The address of a listener: which names it answers to, and the audiences its tokens may have. Immutable.
 */
public final class Endpoint {
  /** The vault reached without a name of its own in the host. */
  public static final String DEFAULT_VAULT = "default";

  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");
  private static final int HTTPS = 443;

  private final VaultKind kind;
  private final int port;
  private final Set<String> hostnames;
  /** Made once, for every request needs them. */
  private final Set<String> audiences;

  /**
   * @param kind what it serves
   * @param port the TCP port, as bound
   * @param hostnames names that reach the default vault, in lower case, beside {@code localhost} and its addresses
   */
  public Endpoint(VaultKind kind, int port, Set<String> hostnames) {
    this.kind = kind;
    this.port = port;
    this.hostnames = Set.copyOf(hostnames);
    Set<String> all = new LinkedHashSet<>();
    all.add(url(kind.domain()));
    LOCAL.forEach(host -> all.add(url(host)));
    this.hostnames.forEach(host -> all.add(url(host)));
    all.add(kind.azureResource());
    this.audiences = Collections.unmodifiableSet(all);
  }

  /** What it serves. */
  public VaultKind kind() {
    return kind;
  }

  /** The TCP port, as bound. */
  public int port() {
    return port;
  }

  /**
   * The name of the vault that a Host header means.
   *
   * @param authority host, with port unless it is 443
   * @return empty when nothing here answers to it
   */
  public Optional<String> vaultName(String authority) {
    return host(authority).flatMap(host -> {
      if (LOCAL.contains(host) || hostnames.contains(host)) {
        return Optional.of(DEFAULT_VAULT);
      }
      String suffix = "." + kind.domain();
      String name = host.endsWith(suffix) ? host.substring(0, host.length() - suffix.length()) : "";
      return name.isEmpty() || name.contains(".") ? Optional.empty() : Optional.of(name);
    });
  }

  /** The resource that a challenge on this host names: the parent domain where the vault has one, else the host itself. */
  public String resource(String authority) {
    String host = host(authority).orElseThrow(() -> new IllegalArgumentException("not an address of this listener"));
    return url(host.endsWith("." + kind.domain()) ? kind.domain() : host);
  }

  /** Every audience that a token for this listener may have, none with a trailing slash. */
  public Set<String> audiences() {
    return audiences;
  }

  /** The address of the default vault. */
  public String url() {
    return url("localhost");
  }

  /** The address of a vault, whatever the case of its name. */
  public String url(Vault vault) {
    String name = vault.name().toLowerCase(Locale.ROOT);
    return name.equals(DEFAULT_VAULT) ? url() : url(name + "." + kind.domain());
  }

  private String url(String host) {
    return "https://" + host + (port == HTTPS ? "" : ":" + port);
  }

  /** The host of an authority in lower case; empty when the port is not this listener's. */
  private Optional<String> host(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean named = colon > authority.lastIndexOf(']');
    String host = (named ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    String portText = named ? authority.substring(colon + 1) : Integer.toString(HTTPS);
    return portText.equals(Integer.toString(port)) ? Optional.of(host) : Optional.empty();
  }
}
