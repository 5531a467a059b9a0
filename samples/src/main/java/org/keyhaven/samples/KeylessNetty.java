package org.keyhaven.samples;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Security;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * Netty with the certificates and keys of a vault. TLS must be the JDK's: OpenSSL would want the private key itself.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessNetty CONNECTION_FILE PORT</pre>
 */
public final class KeylessNetty implements AutoCloseable {
  private final EventLoopGroup events = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  /** The vault's signature takes a moment, for which no event loop should stand still. */
  private final ExecutorService handshakes = Executors.newCachedThreadPool();
  private final Channel listening;

  /**
   * Starts to listen on the loopback interface.
   *
   * @param vault a loaded key store
   * @param port 0 for any free one
   */
  public KeylessNetty(KeyStore vault, int port) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(vault, null);
    SslContext tls = SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK).build();
    listening = new ServerBootstrap().group(events).channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc(), handshakes), new HttpServerCodec(),
                new HttpObjectAggregator(65536), new Hello());
          }
        }).bind("localhost", port).sync().channel();
  }

  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public void close() {
    events.shutdownGracefully();
    handshakes.shutdown();
  }

  private static final class Hello extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
          Unpooled.copiedBuffer("hello from Netty\n", StandardCharsets.UTF_8));
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @SuppressWarnings("resource") // serves until the process ends
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: KeylessNetty CONNECTION_FILE PORT, for instance ~/.keyhaven/connection.env 9443");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    KeyStore vault = KeyStore.getInstance("Keyhaven");
    vault.load(null, null);
    System.out.println("READY https://localhost:" + new KeylessNetty(vault, Integer.parseInt(args[1])).port());
  }
}
