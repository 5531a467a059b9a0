package org.keyhaven.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.AnswerTooLargeException;
import org.keyhaven.client.http.DeadlinePassedException;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.ProxyRefusedException;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.ErrorBody;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/** The one translation of answers and connection failures into {@link VaultException}. */
final class Failures {
  private static final int LONGEST_REASON = 1000;
  /** Inner codes of a 403 that mean a missing permission; the others name the object's state or the network. */
  private static final Set<String> LACKING = Set.of("AccessDenied", "ForbiddenByPolicy", "ForbiddenByRbac");

  private Failures() { }

  /** What an answer other than 2xx means. */
  static VaultException of(URI vault, Operation operation, Answer answer) {
    return switch (answer.status()) {
      case 403 -> forbidden(vault, operation, answer);
      case 404 -> new VaultException.NotFound(details(vault, answer, null));
      case 409 -> new VaultException.Conflict(details(vault, answer, null));
      case 429 -> {
        Duration wait = RetryAfter.of(answer).orElse(null);
        String advice = "send fewer requests" + (wait == null ? "" : ", the next in " + wait.toSeconds() + " s");
        yield new VaultException.Throttled(details(vault, answer, advice), wait);
      }
      case 301, 302, 303, 307, 308 -> new VaultException(details(vault, answer,
          "redirects are not followed, for the token's sake: give the vault's own address"));
      case 408, 500, 501, 502, 503, 504, 505 -> new VaultException.Unavailable(details(vault, answer, "try again later"));
      default -> new VaultException(details(vault, answer, null));
    };
  }

  static VaultException unauthenticated(URI vault, Answer answer, String advice) {
    return new VaultException.Unauthenticated(details(vault, answer, advice));
  }

  private static VaultException forbidden(URI vault, Operation operation, Answer answer) {
    Details details = details(vault, answer, null);
    if (details.innerCode() != null && !LACKING.contains(details.innerCode())) {
      return new VaultException.Forbidden(details, null);
    }
    return new VaultException.Forbidden(details(vault, answer, "grant the caller " + operation.permission()),
        operation.permission());
  }

  private static Details details(URI vault, Answer answer, String advice) {
    String requestId = answer.header("x-ms-request-id");
    ErrorBody.Detail error = isJson(answer) ? errorOf(answer.body()) : null;
    if (error == null) {
      return new Details(answer.status(), "UnexpectedAnswer", null, vault + " answered " + answer.status() + " without the error "
          + "body of a vault", advice == null ? "check that the address is a vault's" : advice, requestId, null);
    }
    return new Details(answer.status(), error.code() == null ? "Unknown" : plain(error.code()),
        error.inner() == null || error.inner().code() == null ? null : plain(error.inner().code()),
        error.message() == null ? vault + " gave no reason" : plain(error.message()), advice, requestId, null);
  }

  private static ErrorBody.Detail errorOf(byte[] body) {
    try {
      ErrorBody parsed = Json.read(body, ErrorBody.class);
      return parsed == null ? null : parsed.error();
    } catch (JacksonException e) {
      // Reported as an answer without an error body: the status is what is left to say.
      return null;
    }
  }

  /** A 2xx that does not hold what the operation answers. */
  static VaultException unreadable(URI vault, Answer answer, String why) {
    return new VaultException(new Details(answer.status(), "UnexpectedAnswer", null, vault + " answered with " + why,
        "check that the address is a vault's", answer.header("x-ms-request-id"), null));
  }

  /** A certificate operation that failed or was cancelled. */
  static VaultException ended(String name, CertificateOperation operation) {
    String reason = "the certificate " + name + " was not made: " + operation.status();
    if (operation.error() != null && operation.error().message() != null) {
      reason += ", " + plain(operation.error().message());
    } else if (operation.statusDetails() != null) {
      reason += ", " + plain(operation.statusDetails());
    }
    String code = operation.error() == null || operation.error().code() == null ? "CertificateOperationEnded"
        : plain(operation.error().code());
    return new VaultException(Details.local(code, reason, "correct the policy or the issuer, and create it again", null));
  }

  static VaultException stillPending(String name, CertificateOperation operation, Duration limit) {
    boolean byHand = operation.issuer() != null && IssuerParameters.UNKNOWN.equals(operation.issuer().name());
    return new VaultException.Timeout(Details.local("Timeout", "the certificate " + name + " is still pending after "
        + limit.toMillis() + " ms", byHand ? "have its request signed, and merge the chain" : "wait longer", null));
  }

  static boolean isJson(Answer answer) {
    String type = answer.header("Content-Type");
    if (type == null) {
      return false;
    }
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase("application/json");
  }

  /** What it means that there is no answer. */
  static VaultException of(URI vault, IOException failure) {
    if (failure instanceof DeadlinePassedException && failure.getCause() instanceof NoTokenException noToken) {
      return new VaultException.Timeout(Details.local(NoTokenException.CODE, noToken.getMessage(), "check the authority and the network, "
          + "or allow more time with deadline(...)", failure));
    }
    if (failure instanceof DeadlinePassedException) {
      return new VaultException.Timeout(Details.local("Timeout", vault + ": " + failure.getMessage(),
          "check the vault and the network, or allow more time with deadline(...)", failure));
    }
    if (failure instanceof NoTokenException) {
      return new VaultException.Unavailable(Details.local(NoTokenException.CODE, failure.getMessage(), "check the authority's address and "
          + "the network", failure));
    }
    if (failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
      return new VaultException.Interrupted(Details.local("Interrupted", vault + ": " + failure.getMessage(), null, failure));
    }
    if (failure instanceof ProxyRefusedException refused) {
      return new VaultException.Unavailable(Details.local("ProxyRefused", "no way to " + vault + ": " + failure.getMessage(),
          refused.status() == 407 ? "give the proxy's credentials: proxy(address, user, password)" : "ask who runs the proxy, or check its "
              + "address", failure));
    }
    if (failure instanceof AnswerTooLargeException) {
      return new VaultException(Details.local("UnexpectedAnswer", vault + ": " + failure.getMessage(),
          "check that the address is a vault's", failure));
    }
    if (failure instanceof SSLException) {
      return new VaultException.Unavailable(Details.local("TlsFailed", "no TLS connection to " + vault + ": " + reason(failure),
          isTrustFailure(failure) ? "trust its CA: caFile(...), keyhaven.ca.file or KEYHAVEN_CA_FILE" : null, failure));
    }
    return new VaultException.Unavailable(Details.local(Exchange.neverSent(failure) ? "Unreachable" : "ConnectionFailed",
        "vault unreachable at " + vault + ": " + reason(failure), "check its address, that it runs, and the network", failure));
  }

  /** One phrase for a failure of any kind, without class names where there is something better to say. */
  static String reason(Throwable failure) {
    if (failure instanceof UnknownHostException) {
      return "the host name cannot be resolved";
    }
    if (Exchange.connectTimedOut(failure)) {
      return "the connection did not come about in time";
    }
    if (failure instanceof SSLPeerUnverifiedException) {
      return plain(failure.getMessage());
    }
    if (failure instanceof SSLException && isTrustFailure(failure)) {
      return "its certificate is not trusted (" + plain(failure.getMessage()) + ")";
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : plain(failure.getMessage());
  }

  private static boolean isTrustFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  /** On one line, and not without end: it was written by the other side. */
  static String plain(String text) {
    String line = text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    return line.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
