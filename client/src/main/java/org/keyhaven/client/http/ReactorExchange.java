package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.nio.MultihomeConnectionInitiator;
import org.apache.hc.core5.concurrent.ComplexCancellable;
import org.apache.hc.core5.concurrent.DefaultThreadFactory;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStreamResetException;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.nio.support.BasicClientExchangeHandler;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.apache.hc.core5.http2.H2Error;
import org.apache.hc.core5.http2.H2StreamResetException;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.ClientH2StreamMultiplexerFactory;
import org.apache.hc.core5.http2.impl.nio.ClientHttpProtocolNegotiationStarter;
import org.apache.hc.core5.http2.protocol.H2RequestConnControl;
import org.apache.hc.core5.http2.protocol.H2RequestContent;
import org.apache.hc.core5.http2.protocol.H2RequestTargetHost;
import org.apache.hc.core5.http2.ssl.ApplicationProtocol;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.TlsDetails;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges on HttpCore's reactor, without HttpAsyncClient above it: that one logs headers, tokens included, once somebody sets the
 * log to debug, and when one call of a shared connection is cancelled it closes the connection under all others.
 */
final class ReactorExchange implements AsyncExchange {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncExchange.class);
  private static final int MOST_THREADS = 2;
  private static final int MOST_HEADER_BYTES = 64 * 1024;

  private final Exchange.Settings settings;
  private final URI origin;
  private final HttpHost host;
  private final Executor executor;
  private final TlsStrategy tls;
  private final DefaultConnectingIOReactor reactor;
  private final ConnectionInitiator initiator;
  private final Lines lines;

  ReactorExchange(Exchange.Settings settings, URI origin, Executor executor) {
    this.settings = settings;
    this.origin = origin;
    this.host = new HttpHost(origin.getScheme(), origin.getHost(), origin.getPort() < 0 ? 443 : origin.getPort());
    this.executor = executor;
    this.tls = settings.trust().forReactor();
    HttpProcessor processor = HttpProcessorBuilder.create()
        .addAll(H2RequestTargetHost.INSTANCE, H2RequestContent.INSTANCE, H2RequestConnControl.INSTANCE,
            new RequestUserAgent(Exchange.USER_AGENT))
        .build();
    H2Config http2 = H2Config.custom().setPushEnabled(false).setMaxHeaderListSize(MOST_HEADER_BYTES).build();
    this.reactor = new DefaultConnectingIOReactor(
        new ClientHttpProtocolNegotiationStarter(
            new ClientHttp1StreamDuplexerFactory(processor, Exchange.http1(), CharCodingConfig.DEFAULT),
            new ClientH2StreamMultiplexerFactory(processor, null, http2, CharCodingConfig.DEFAULT, null),
            HttpVersionPolicy.NEGOTIATE, null, null, ReactorExchange::log),
        IOReactorConfig.custom()
            .setIoThreadCount(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()))
            .setTcpNoDelay(true)
            .setSoKeepAlive(true)
            .build(),
        new DefaultThreadFactory("keyhaven-io", true), null, ReactorExchange::log, null, null);
    this.initiator = new MultihomeConnectionInitiator(reactor, SystemDefaultDnsResolver.INSTANCE);
    this.lines = new Lines(settings.maxConnections(), settings.idleTimeToLive(), this::open);
    reactor.start();
  }

  private static void log(Exception failure) {
    LOG.debug("A connection failed", failure);
  }

  @Override
  public CompletableFuture<Answer> send(String method, URI uri, Map<String, String> headers, byte[] body, String contentType,
      Deadline deadline) {
    if (!origin.getScheme().equals(uri.getScheme()) || !origin.getRawAuthority().equals(uri.getRawAuthority())) {
      throw new IllegalArgumentException("not an address of " + origin + ": " + uri);
    }
    if (deadline.passed()) {
      return CompletableFuture.failedFuture(new DeadlinePassedException(deadline, null));
    }
    BasicHttpRequest request = new BasicHttpRequest(method, uri);
    headers.forEach(request::setHeader);
    BasicRequestProducer producer = new BasicRequestProducer(request,
        body == null ? null : new BasicAsyncEntityProducer(body, ContentType.parseLenient(contentType)));
    CompletableFuture<Answer> result = new CompletableFuture<>();
    CompletableFuture<Line> lease = lines.lease();
    result.whenComplete((answer, failure) -> lease.cancel(false));
    lease.whenComplete((line, failure) -> {
      if (line != null) {
        new OneExchange(line, result).start(producer);
      } else if (!result.isDone()) {
        finish(() -> result.completeExceptionally(failure));
      }
    });
    return result;
  }

  /** Where callers' own code may follow: never on a thread of the reactor. */
  private void finish(Runnable completion) {
    executor.execute(completion);
  }

  /** A request on the wire; the line is given back once, however it ends. */
  private final class OneExchange implements FutureCallback<Answer> {
    private final Line line;
    private final CompletableFuture<Answer> result;
    private final ComplexCancellable stream = new ComplexCancellable();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long begin = System.currentTimeMillis();

    OneExchange(Line line, CompletableFuture<Answer> result) {
      this.line = line;
      this.result = result;
    }

    void start(BasicRequestProducer producer) {
      if (result.isDone()) {
        lines.release(line, true);
        return;
      }
      line.execute(new RequestExecutionCommand(
          new BasicClientExchangeHandler<>(producer, new AnswerConsumer(settings.maxAnswerBytes()), this), null, stream,
          HttpCoreContext.create()));
      result.whenComplete((answer, failure) -> abort());
    }

    /** Does nothing after an end of its own. */
    private void abort() {
      if (ended.compareAndSet(false, true)) {
        line.abort(stream);
        // A peer that has been silent all the time may be gone, and the next call had better not wait for it too.
        lines.release(line, line.heardSince(begin));
      }
    }

    @Override
    public void completed(Answer answer) {
      if (ended.compareAndSet(false, true)) {
        lines.release(line, true);
        finish(() -> result.complete(answer));
      }
    }

    @Override
    public void failed(Exception failure) {
      if (ended.compareAndSet(false, true)) {
        boolean streamAlone = failure instanceof HttpStreamResetException || failure instanceof AnswerTooLargeException;
        lines.release(line, line.multiplexed() && streamAlone);
        finish(() -> result.completeExceptionally(explain(failure)));
      }
    }

    @Override
    public void cancelled() {
      failed(new IOException("the exchange was broken off"));
    }
  }

  private static Exception explain(Exception failure) {
    if (failure instanceof H2StreamResetException reset && reset.getCode() == H2Error.REFUSED_STREAM.getCode()) {
      // RFC 9113, section 8.7: nothing was done.
      RequestNotExecutedException refused = new RequestNotExecutedException("the server refused the stream");
      refused.initCause(failure);
      return refused;
    }
    return failure instanceof IOException || failure instanceof CancellationException ? failure
        : new IOException(failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage(), failure);
  }

  /** Looking up the host name blocks, so it is not done here. */
  private void open(Consumer<Line> opened, Consumer<Throwable> failed) {
    executor.execute(() -> {
      try {
        initiator.connect(host, null, null, Timeout.of(settings.connectTimeout()), null, new Step<>(
            session -> secure((ProtocolIOSession) session, opened, failed),
            failure -> failed.accept(beforeItWasSecure(failure))));
      } catch (RuntimeException e) {
        failed.accept(e);
      }
    });
  }

  private void secure(ProtocolIOSession session, Consumer<Line> opened, Consumer<Throwable> failed) {
    tls.upgrade(session, host, TlsConfig.DEFAULT, Timeout.of(settings.connectTimeout()),
        new Step<>(secured -> {
          session.setSocketTimeout(Timeout.DISABLED);
          TlsDetails details = session.getTlsDetails();
          opened.accept(new Line(session, details != null
              && ApplicationProtocol.HTTP_2.id.equals(details.getApplicationProtocol())));
        }, failure -> {
          session.close(CloseMode.IMMEDIATE);
          failed.accept(beforeItWasSecure(failure));
        }));
  }

  /** Nothing was sent yet, however the connection failed to come about; HttpCore has many words for a peer that hangs up. */
  private Throwable beforeItWasSecure(Throwable failure) {
    return failure instanceof IOException known
        && (known instanceof SSLException || known instanceof InterruptedIOException || Exchange.neverSent(known))
        ? ConnectionOperator.explained(host, known) : ConnectionOperator.brokenOff(host, failure);
  }

  /** A step of opening a connection. */
  private record Step<T>(Consumer<T> next, Consumer<Throwable> end) implements FutureCallback<T> {
    @Override
    public void completed(T reached) {
      next.accept(reached);
    }

    @Override
    public void failed(Exception failure) {
      end.accept(explain(failure));
    }

    @Override
    public void cancelled() {
      end.accept(new IOException("the connection was closed before it came about"));
    }
  }


  @Override
  public void close() {
    lines.close();
    reactor.close(CloseMode.IMMEDIATE);
  }
}
