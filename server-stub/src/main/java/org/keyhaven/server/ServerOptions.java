package org.keyhaven.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.keyhaven.server.hsm.Pkcs11Options;

/**
 * What a server is started with.
 *
 * @param data the data directory; made when it does not exist
 * @param port of the vaults' listener; 0 for any free one
 * @param hsmPort of the Managed HSMs' listener; 0 for any free one
 * @param bindAddress the address to listen on, {@code 0.0.0.0} or {@code ::} for all; null for this machine alone
 *     (127.0.0.1 and ::1)
 * @param hostnames further names or addresses that clients reach the server by, beside {@code localhost}
 * @param vaults names of vaults beside {@code default}, reached as {@code NAME.vault.localhost}
 * @param managedHsms names of Managed HSMs beside {@code default}, reached as {@code NAME.managedhsm.localhost}
 * @param keys what keeps the keys
 * @param outgoing what the server asks of others
 * @param deletion what deletion means in all vaults
 */
public record ServerOptions(Path data, int port, int hsmPort, String bindAddress, List<String> hostnames,
    List<String> vaults, List<String> managedHsms, Keys keys, Outgoing outgoing, Deletion deletion) {
  public static final int DEFAULT_PORT = 8443;
  public static final int DEFAULT_HSM_PORT = 8444;

  /** What keeps the keys. It is chosen once for a data directory. */
  public sealed interface Keys {
    /**
     * SoftHSM 2, with a token of its own inside the data directory.
     *
     * @param alone that nothing but servers uses SoftHSM in this process, so that it may be restarted now and then: it keeps
     *     memory of each key that was ever made or opened
     */
    record SoftHsm(boolean alone) implements Keys { }

    /** A token of any PKCS#11 module. */
    record Pkcs11(Pkcs11Options options) implements Keys {
      public Pkcs11 {
        Objects.requireNonNull(options, "options");
      }
    }

    /** No HSM: software keys alone, under a master key in a file. */
    record SoftwareOnly() implements Keys { }
  }

  /**
   * The server's own requests to others.
   *
   * @param eventWebhook where events are delivered, https; null for the log alone
   * @param authorities PEM certificates that others are trusted by; null for those of the platform
   */
  public record Outgoing(URI eventWebhook, Path authorities) {
    public static final Outgoing DEFAULT = new Outgoing(null, null);

    public Outgoing {
      if (eventWebhook != null && !("https".equals(eventWebhook.getScheme()) && eventWebhook.getHost() != null)) {
        throw new StartupException("the event webhook must be an address that begins with https://HOST");
      }
    }
  }

  /**
   * What deletion means.
   *
   * @param days how long deleted objects can be recovered, 7 to 90; null for what the vaults were made with, at first 90
   * @param purgeProtection that nobody may purge earlier; once on, it stays
   */
  public record Deletion(Integer days, boolean purgeProtection) {
    public static final Deletion DEFAULT = new Deletion(null, false);

    public Deletion {
      if (days != null && (days < 7 || days > 90)) {
        throw new StartupException("soft delete keeps objects 7 to 90 days, not " + days);
      }
    }
  }

  public ServerOptions {
    Objects.requireNonNull(deletion, "deletion");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(outgoing, "outgoing");
    Objects.requireNonNull(keys, "keys");
    hostnames = List.copyOf(hostnames);
    vaults = List.copyOf(vaults);
    managedHsms = List.copyOf(managedHsms);
  }

  /** @throws StartupException when there is no such address */
  List<InetAddress> addresses() {
    try {
      return bindAddress == null ? loopback() : List.of(InetAddress.getByName(bindAddress));
    } catch (IOException e) {
      throw new StartupException("There is no address " + (bindAddress == null ? "of this machine's own" : bindAddress)
          + " to listen on; give one with --bind.", e);
    }
  }

  /** 127.0.0.1, and ::1 where the machine has IPv6. */
  private static List<InetAddress> loopback() throws SocketException {
    return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
        .filter(InetAddress::isLoopbackAddress).distinct().toList();
  }

  /** The defaults on a data directory: ports 8443 and 8444, SoftHSM (never restarted), the two default vaults. */
  public static ServerOptions on(Path data) {
    return new ServerOptions(data, DEFAULT_PORT, DEFAULT_HSM_PORT, null, List.of(), List.of(), List.of(),
        new Keys.SoftHsm(false), Outgoing.DEFAULT, Deletion.DEFAULT);
  }

  public ServerOptions withPorts(int newPort, int newHsmPort) {
    return new ServerOptions(data, newPort, newHsmPort, bindAddress, hostnames, vaults, managedHsms, keys, outgoing,
        deletion);
  }

  public ServerOptions withHostnames(List<String> newHostnames) {
    return new ServerOptions(data, port, hsmPort, bindAddress, newHostnames, vaults, managedHsms, keys, outgoing,
        deletion);
  }

  public ServerOptions withVaults(List<String> newVaults, List<String> newManagedHsms) {
    return new ServerOptions(data, port, hsmPort, bindAddress, hostnames, newVaults, newManagedHsms, keys, outgoing,
        deletion);
  }

  public ServerOptions withKeys(Keys newKeys) {
    return new ServerOptions(data, port, hsmPort, bindAddress, hostnames, vaults, managedHsms, newKeys, outgoing,
        deletion);
  }

  public ServerOptions withOutgoing(Outgoing newOutgoing) {
    return new ServerOptions(data, port, hsmPort, bindAddress, hostnames, vaults, managedHsms, keys, newOutgoing,
        deletion);
  }

  public ServerOptions withDeletion(Deletion newDeletion) {
    return new ServerOptions(data, port, hsmPort, bindAddress, hostnames, vaults, managedHsms, keys, outgoing,
        newDeletion);
  }
}
