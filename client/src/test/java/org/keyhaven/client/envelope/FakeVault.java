package org.keyhaven.client.envelope;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.client.wire.ObjectId;

/** Wraps with AES (RFC 3394) under keys that follow from their identifiers, and counts. */
final class FakeVault implements KeyWrapper {
  static final ObjectId KEY = new ObjectId(URI.create("https://vault.example"), "keys", "documents", null);

  private final AtomicInteger wraps = new AtomicInteger();
  private final AtomicInteger unwraps = new AtomicInteger();
  private volatile ObjectId current = KEY.withVersion("0123456789abcdef0123456789abcdef");
  private volatile Runnable onCall = () -> { };

  EnvelopeEncryption.Builder builder() {
    return builder(KEY.name());
  }

  EnvelopeEncryption.Builder builder(String name) {
    return new EnvelopeEncryption.Builder(new ObjectId(KEY.vault(), "keys", name, null), (key, wrapping) -> this);
  }

  EnvelopeEncryption envelope() {
    return builder().frameBytes(4096).build();
  }

  void current(ObjectId kid) {
    current = kid;
  }

  /** Run within every call. */
  void onCall(Runnable action) {
    onCall = action;
  }

  int wraps() {
    return wraps.get();
  }

  int unwraps() {
    return unwraps.get();
  }

  @Override
  public WrappedKey wrap(byte[] dataKey) {
    wraps.incrementAndGet();
    onCall.run();
    return new WrappedKey(current, Wrapping.A256KW, wrapped(current, dataKey));
  }

  static byte[] wrapped(ObjectId kid, byte[] dataKey) {
    try {
      Cipher cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.WRAP_MODE, wrappingKey(kid));
      return cipher.wrap(new SecretKeySpec(dataKey, "AES"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public byte[] unwrap(WrappedKey wrapped) {
    unwraps.incrementAndGet();
    onCall.run();
    try {
      Cipher cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.UNWRAP_MODE, wrappingKey(wrapped.kid()));
      return cipher.unwrap(wrapped.value(), "AES", Cipher.SECRET_KEY).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new RefusedKeyException("the vault refuses: " + e.getMessage(), e);
    }
  }

  private static SecretKey wrappingKey(ObjectId kid) throws GeneralSecurityException {
    return new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(kid.toString().getBytes()), "AES");
  }
}
