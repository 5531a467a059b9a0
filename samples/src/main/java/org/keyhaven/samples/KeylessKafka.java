package org.keyhaven.samples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ByteBufferSend;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.NetworkSend;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.network.SslChannelBuilder;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * Both ends of a connection by Kafka's own network layer, as between broker and client: mutual TLS with keys of a vault, and
 * one message.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessKafka CONNECTION_FILE TRUST_STORE PASSWORD</pre>
 */
public final class KeylessKafka {
  private static final String ID = "0";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Map<String, ?> settings;

  /**
   * @param trust a PKCS#12 file with what both ends trust
   * @param protocol {@code TLSv1.3} or {@code TLSv1.2}
   */
  public KeylessKafka(Path trust, String password, String protocol) {
    // What stands in server.properties, or in the properties of a producer.
    Map<String, Object> properties = Map.of(
        SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, KafkaVaultSslEngineFactory.class.getName(),
        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, trust.toString(),
        SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, new Password(password),
        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PKCS12",
        SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, List.of(protocol),
        BrokerSecurityConfigs.SSL_CLIENT_AUTH_CONFIG, "required");
    settings = new AbstractConfig(BrokerSecurityConfigs.CONFIG_DEF, properties, false).values();
  }

  /**
   * Connects, and sends a message from the client to the server.
   *
   * @return what the server read, and who it is from
   */
  public String say(String message) throws IOException {
    try (Selector server = end(ConnectionMode.SERVER); Selector client = end(ConnectionMode.CLIENT);
        ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      InetSocketAddress address = (InetSocketAddress) listening.getLocalAddress();
      client.connect(ID, new InetSocketAddress("localhost", address.getPort()), Selectable.USE_DEFAULT_BUFFER_SIZE,
          Selectable.USE_DEFAULT_BUFFER_SIZE);
      SocketChannel accepted = listening.accept();
      accepted.configureBlocking(false);
      server.register(ID, accepted);
      boolean sent = false;
      for (long end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end;) {
        client.poll(10);
        server.poll(10);
        requireConnected(client);
        requireConnected(server);
        if (!sent && client.isChannelReady(ID)) {
          client.send(new NetworkSend(ID,
              ByteBufferSend.sizePrefixed(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)))));
          sent = true;
        }
        for (NetworkReceive received : server.completedReceives()) {
          return StandardCharsets.UTF_8.decode(received.payload()) + " from " + server.channel(ID).principal().getName();
        }
      }
      throw new IOException("nothing was received in " + LIMIT);
    }
  }

  private static void requireConnected(Selector end) throws IOException {
    if (end.disconnected().containsKey(ID)) {
      throw new IOException("disconnected: " + end.disconnected().get(ID).state(), end.disconnected().get(ID).exception());
    }
  }

  private Selector end(ConnectionMode mode) {
    SslChannelBuilder channels =
        new SslChannelBuilder(mode, ListenerName.forSecurityProtocol(SecurityProtocol.SSL), false);
    channels.configure(settings);
    return new Selector(LIMIT.toMillis(), new Metrics(), Time.SYSTEM, mode.name(), channels, new LogContext());
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: KeylessKafka CONNECTION_FILE TRUST_STORE PASSWORD, for instance"
          + " ~/.keyhaven/connection.env trust.p12 changeit");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    System.out.println(new KeylessKafka(Path.of(args[1]), args[2], "TLSv1.3").say("hello"));
  }
}
