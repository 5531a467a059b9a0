package org.keyhaven.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** See {@link TokenSource#file}. */
final class FileTokenSource implements TokenSource {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final int LARGEST = 64 * 1024;

  private final Path file;

  FileTokenSource(Path file) {
    this.file = Objects.requireNonNull(file, "file");
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    String text = read(file);
    try {
      Instant expiresAt = JwtClaims.of(text).expiresAt();
      Instant lookAgain = Instant.now().plus(LOOK_AGAIN);
      return new AccessToken(text, expiresAt, expiresAt.isBefore(lookAgain) ? expiresAt : lookAgain);
    } catch (IllegalArgumentException e) {
      throw unusable(file, "holds no token", e);
    }
  }

  /** The one token that a file holds. */
  static String read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw unusable(file, "is larger than any token", null);
      }
      String text = new String(bytes, StandardCharsets.US_ASCII).strip();
      if (text.isEmpty()) {
        throw unusable(file, "is empty", null);
      }
      return text;
    } catch (NoSuchFileException e) {
      throw unusable(file, "does not exist", e);
    } catch (AccessDeniedException e) {
      throw unusable(file, "may not be read by this user", e);
    }
  }

  @Override
  public boolean needsChallenge() {
    return false;
  }

  private static VaultException unusable(Path file, String why, Throwable cause) {
    return VaultException.Unauthenticated.because("the token file " + file + " " + why,
        "write one bearer token into it and nothing else", cause);
  }

  @Override
  public String toString() {
    return "token file " + file;
  }
}
