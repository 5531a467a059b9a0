package org.keyhaven.client.azure;

import com.azure.core.http.ProxyOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** One HTTP proxy for every address, but for the hosts that azure-core's options except. */
final class ConfiguredProxy extends ProxySelector {
  private final Proxy proxy;
  private final Pattern direct;

  ConfiguredProxy(ProxyOptions options) {
    InetSocketAddress address = options.getAddress();
    this.proxy = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()));
    this.direct = options.getNonProxyHosts() == null ? null : Pattern.compile(options.getNonProxyHosts(), Pattern.CASE_INSENSITIVE);
  }

  @Override
  public List<Proxy> select(URI uri) {
    return List.of(direct != null && direct.matcher(uri.getHost()).matches() ? Proxy.NO_PROXY : proxy);
  }

  /** Nothing to switch to. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) { }
}
