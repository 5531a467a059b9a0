package org.keyhaven.server.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.server.ApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates rows with HMAC-SHA256 under a vault's row key, which the database does not hold: a row that was edited, or
 * put in another row's place, is refused. Fields are length-prefixed, so that no two rows have the same input. What
 * it does not notice: an earlier state of the same row, or of the whole database, put back; and rows that were removed, unless
 * another row or the server's own state tells of them. Thread-safe.
 */
public final class RowSeal {
  private static final Logger LOG = LoggerFactory.getLogger(RowSeal.class);
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /** @param key 32 bytes */
  public RowSeal(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** The MAC of a row: its table, its key columns, and everything it says. A field is null, a byte[], or has a toString. */
  public byte[] mac(String table, Object... fields) {
    Mac mac = start();
    update(mac, table);
    for (Object field : fields) {
      update(mac, field);
    }
    return mac.doFinal();
  }

  /**
   * Checks a row that was read.
   *
   * @throws ApiError 500, after an alert in the log, when the row is not as it was written
   */
  public void verify(byte[] expected, String table, Object... fields) {
    if (expected == null || !MessageDigest.isEqual(mac(table, fields), expected)) {
      throw refused(table, fields);
    }
  }

  /** Puts the alert in the log, and gives what the caller is told. */
  static ApiError refused(String table, Object... fields) {
    LOG.error("ALERT: database row refused, it was changed by something other than this server: table {}, row {}", table,
        describe(fields));
    return new ApiError(500, "InternalServerError",
        "The object's record in the vault's database was tampered with and is not used. The operator must restore it.");
  }

  /** The leading text fields name the row; nothing else is shown. */
  private static String describe(Object[] fields) {
    StringBuilder name = new StringBuilder();
    for (Object field : fields) {
      if (!(field instanceof String text) || name.length() > 400) {
        break;
      }
      name.append(name.length() == 0 ? "" : "/").append(text, 0, Math.min(text.length(), 128));
    }
    return name.toString().replaceAll("\\p{Cntrl}", "?");
  }

  private static void update(Mac mac, Object field) {
    if (field == null) {
      mac.update((byte) 0);
      return;
    }
    byte[] bytes = field instanceof byte[] raw ? raw : field.toString().getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    mac.update(new byte[] {1, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
    mac.update(bytes);
  }

  private Mac start() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }
}
