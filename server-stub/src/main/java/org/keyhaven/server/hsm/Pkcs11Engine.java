package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Arrays;
import java.util.List;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * Keys that an HSM keeps. Each is made in the token, wrapped by the vault's master key, which never leaves the token
 * (CKM_AES_KEY_WRAP_PAD, RFC 5649), and destroyed there: the blob is the key. On first use it is unwrapped into a session
 * object, sensitive and not extractable, which stays in a bounded cache. So the token need not have room for every key.
 *
 * <p>The blob is not bound to the key's id by the token (the mechanism knows no context): the caller's rows do that.
 */
public final class Pkcs11Engine implements KeyEngine {
  /** How many unwrapped keys the token holds at a time, unless told otherwise. */
  public static final int DEFAULT_CACHED_KEYS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Engine.class);
  /** First octet of a blob: what follows is wrapped with CKM_AES_KEY_WRAP_PAD. */
  private static final byte AES_KEY_WRAP_PAD = 1;

  private final Pkcs11Token token;
  private final String label;
  private final int cachedKeys;
  private final Capabilities capabilities;
  private Bound bound;
  private boolean closed;

  /** Handles, which are as good as the connection that they were made in. */
  private record Bound(TokenConnection connection, MasterKeys masterKeys, LeaseCache<CachedBlob, Long> keys) { }

  private Pkcs11Engine(Pkcs11Token token, String label, int cachedKeys, Capabilities capabilities) {
    this.token = token;
    this.label = label;
    this.cachedKeys = cachedKeys;
    this.capabilities = capabilities;
  }

  /**
   * The engine of a vault that is being made: makes the master keys where they are absent. Safe to repeat after a crash.
   *
   * @param label names the master key in the token, for instance {@code keyhaven/<vault id>}; never used for another vault
   * @param cachedKeys how many unwrapped keys the token may hold at a time for this vault, at least 1
   * @throws StartupException when the token cannot do what the engine needs
   */
  public static Pkcs11Engine forNewVault(Pkcs11Token token, String label, int cachedKeys) {
    return start(token, label, cachedKeys, true);
  }

  /**
   * The engine of a vault that has keys already: its master keys must be there, and are never made anew, for without the old
   * ones no key opens.
   *
   * @param label as the vault was made with
   * @param cachedKeys how many unwrapped keys the token may hold at a time for this vault, at least 1
   * @throws StartupException when the master keys are not in the token
   */
  public static Pkcs11Engine forExistingVault(Pkcs11Token token, String label, int cachedKeys) {
    return start(token, label, cachedKeys, false);
  }

  private static Pkcs11Engine start(Pkcs11Token token, String label, int cachedKeys, boolean create) {
    try {
      List<String> missing = token.run("list its mechanisms", Capabilities::missing);
      if (!missing.isEmpty()) {
        throw new StartupException("the token '" + token.label() + "' lacks " + String.join(", ", missing)
            + ", without which no key can be kept; use another HSM, or --no-hsm");
      }
      if (create) {
        token.run("make the vault's master key", connection -> {
          MasterKeys.create(connection, label);
          return null;
        });
      }
      if (!token.run("look for the vault's master key", connection -> MasterKeys.exist(connection, label))) {
        throw new StartupException("the token '" + token.label() + "' lacks the master key '" + label + "' (or has it"
            + " twice), without which no key of this vault opens; give the token that the vault was made with, or restore it");
      }
      return new Pkcs11Engine(token, label, cachedKeys, token.run("try its curves", Capabilities::discover));
    } catch (ApiError e) {
      throw new StartupException("the token '" + token.label() + "' cannot be used: " + e.getMessage(), e);
    }
  }

  /** Seals small secrets (the vault's data key) in the same token. Good until the token is closed. */
  public Sealer sealer() {
    return new Pkcs11Sealer(token, label);
  }

  @Override
  public boolean hsm() {
    return true;
  }

  @Override
  public String platform() {
    return "2";
  }

  @Override
  public boolean supports(KeySpec spec) {
    return capabilities.support(spec);
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec, boolean exportable) {
    return token.run("make a key", connection -> {
      MasterKeys masterKeys = bind(connection).masterKeys();
      return connection.inSession((api, session) -> {
        KeyPairHandles pair = KeyPairHandles.generate(api, session, spec);
        try {
          JsonWebKey publicKey = pair.publicHalf(api, session, spec);
          byte[] wrapped = api.C_WrapKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD),
              masterKeys.wrapping(), pair.privateKey(), true);
          return new GeneratedKey(new SealedKey(id, spec, blob(wrapped)), publicKey);
        } finally {
          pair.destroy(api, session);
        }
      });
    });
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    byte[] input = Mechanisms.input(algorithm, key.spec(), digest);
    return token.run("sign", connection -> {
      Bound current = bind(connection);
      try (var lease = current.keys().acquire(CachedBlob.of(key), () -> unwrap(current, key))) {
        long handle = lease.value();
        return connection.inSession((api, session) -> {
          api.C_SignInit(session, Mechanisms.signature(algorithm), handle, true);
          return api.C_Sign(session, input);
        });
      }
    });
  }

  /** How many unwrapped keys the token holds for this engine. */
  synchronized int cached() {
    return bound == null ? 0 : bound.keys().size();
  }

  @Override
  public boolean supports(SignatureAlgorithm algorithm) {
    return algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC;
  }

  @Override
  public boolean supports(EncryptionAlgorithm algorithm) {
    return false;
  }

  @Override
  public GeneratedKey importKey(String id, ClearKey key, boolean exportable) {
    throw unsupported();
  }

  @Override
  public GeneratedKey importWrapped(String id, SealedKey kek, byte[] blob, KeyType.Family family, boolean exportable) {
    throw unsupported();
  }

  @Override
  public boolean verifyMac(SealedKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] mac) {
    throw unsupported();
  }

  @Override
  public Ciphertext encrypt(SealedKey key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    throw unsupported();
  }

  @Override
  public byte[] decrypt(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    throw unsupported();
  }

  @Override
  public byte[] export(SealedKey key, JsonWebKey recipient, KeyEncryptionAlgorithm algorithm) {
    throw unsupported();
  }

  @Override
  public byte[] random(int count) {
    throw unsupported();
  }

  private static ApiError unsupported() {
    return new ApiError(501, "NotImplemented", "this engine cannot do that yet");
  }

  @Override
  public void close() {
    Bound last;
    synchronized (this) {
      closed = true;
      last = bound;
      bound = null;
    }
    if (last != null) {
      last.keys().clear();
    }
  }

  /** The handles of this connection. Those of an earlier one died with it. */
  private synchronized Bound bind(TokenConnection connection) throws PKCS11Exception {
    if (closed) {
      throw Ckr.unavailable("the vault is shutting down", null);
    }
    if (bound == null || bound.connection() != connection) {
      bound = new Bound(connection, MasterKeys.find(connection, label),
          new LeaseCache<>(cachedKeys, handle -> destroy(connection, handle)));
    }
    return bound;
  }

  private static long unwrap(Bound bound, SealedKey key) throws PKCS11Exception {
    long keyType = key.spec() instanceof KeySpec.Rsa ? PKCS11Constants.CKK_RSA : PKCS11Constants.CKK_EC;
    Template template = new Template()
        .with(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_PRIVATE_KEY)
        .with(PKCS11Constants.CKA_KEY_TYPE, keyType)
        .with(PKCS11Constants.CKA_TOKEN, false)
        .with(PKCS11Constants.CKA_PRIVATE, true)
        .with(PKCS11Constants.CKA_SENSITIVE, true)
        .with(PKCS11Constants.CKA_EXTRACTABLE, false)
        .with(PKCS11Constants.CKA_SIGN, true);
    byte[] wrapped = wrapped(key);
    try {
      return bound.connection().inOwnerSession((api, session) -> api.C_UnwrapKey(session,
          Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), bound.masterKeys().wrapping(), wrapped,
          template.attributes(), true));
    } catch (PKCS11Exception e) {
      // Modules say "does not open" by many codes.
      if (Ckr.temporary(e)) {
        throw e;
      }
      throw Ckr.internal("the HSM does not open the stored key " + key.id() + " (" + Ckr.name(e)
          + "): it was changed, or sealed by another master key", e);
    }
  }

  private static void destroy(TokenConnection connection, long handle) {
    try {
      connection.inOwnerSession((api, session) -> {
        api.C_DestroyObject(session, handle);
        return null;
      });
    } catch (PKCS11Exception e) {
      // The key is out of the cache in any case; a lost connection, which the next call repairs, has destroyed it already.
      LOG.warn("destroying an unwrapped key in the HSM: {}", Ckr.name(e));
    }
  }

  private static byte[] blob(byte[] wrapped) {
    byte[] blob = new byte[1 + wrapped.length];
    blob[0] = AES_KEY_WRAP_PAD;
    System.arraycopy(wrapped, 0, blob, 1, wrapped.length);
    return blob;
  }

  private static byte[] wrapped(SealedKey key) {
    byte[] blob = key.blob();
    if (blob.length < 2 || blob[0] != AES_KEY_WRAP_PAD) {
      throw Ckr.internal("the stored key " + key.id() + " was not sealed by an HSM, or was changed", null);
    }
    return Arrays.copyOfRange(blob, 1, blob.length);
  }
}
