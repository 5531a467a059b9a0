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
    String text;
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw unusable("is larger than any token", null);
      }
      text = new String(bytes, StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      throw unusable("does not exist", e);
    } catch (AccessDeniedException e) {
      throw unusable("may not be read by this user", e);
    }
    try {
      Instant expiresAt = JwtClaims.of(text).expiresAt();
      Instant lookAgain = Instant.now().plus(LOOK_AGAIN);
      return new AccessToken(text, expiresAt, expiresAt.isBefore(lookAgain) ? expiresAt : lookAgain);
    } catch (IllegalArgumentException e) {
      throw unusable("holds no token", e);
    }
  }

  @Override
  public boolean needsChallenge() {
    return false;
  }

  private VaultException unusable(String why, Throwable cause) {
    return VaultException.Unauthenticated.because("the token file " + file + " " + why,
        "write one bearer token into it and nothing else", cause);
  }

  @Override
  public String toString() {
    return "token file " + file;
  }
}
