package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
 * Exportable keys have a master key of their own, which alone may open them into extractable objects.
 *
 * <p>The blob is not bound to the key's id by the token (the mechanism knows no context): the caller's rows do that.
 */
public final class Pkcs11Engine implements KeyEngine {
  /** How many unwrapped keys the token holds at a time, unless told otherwise. */
  public static final int DEFAULT_CACHED_KEYS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Engine.class);

  private static final long USUAL_EXPONENT = 65537;

  private final Pkcs11Token token;
  private final String label;
  private final int cachedKeys;
  private final Capabilities capabilities;
  private final TokenCipher cipher;
  private Bound bound;
  private boolean closed;

  /** Handles, which are as good as the connection that they were made in. */
  private record Bound(TokenConnection connection, MasterKeys masterKeys, LeaseCache<CachedHandle, Long> keys) { }

  /** Work with an unwrapped key. */
  @FunctionalInterface
  private interface KeyCall<T> {
    T with(PKCS11 api, long session, long key) throws PKCS11Exception;
  }

  Pkcs11Engine(Pkcs11Token token, String label, int cachedKeys, Capabilities capabilities) {
    this.token = token;
    this.label = label;
    this.cachedKeys = cachedKeys;
    this.capabilities = capabilities;
    this.cipher = new TokenCipher(capabilities);
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
      if (!create && !token.run("look for the vault's master key", connection -> MasterKeys.exist(connection, label))) {
        throw new StartupException("the token '" + token.label() + "' lacks the master key '" + label + "' (or has it"
            + " twice), without which no key of this vault opens; give the token that the vault was made with, or restore it");
      }
      // Vaults of the first release have no key for exportable keys yet.
      token.run("make the vault's master key", connection -> {
        MasterKeys.create(connection, label);
        return null;
      });
      return new Pkcs11Engine(token, label, cachedKeys, token.run("try what it can do", Capabilities::discover));
    } catch (ApiError e) {
      throw new StartupException("the token '" + token.label() + "' cannot be used: " + e.getMessage(), e);
    }
  }

  /** Seals small secrets (the vault's data key) in the same token. Good until the token is closed. */
  public Sealer sealer() {
    return new Pkcs11Sealer(token, label, cipher);
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
  public boolean supports(KeySpec spec, SignatureAlgorithm algorithm) {
    return capabilities.support(spec, algorithm);
  }

  @Override
  public boolean supports(EncryptionAlgorithm algorithm) {
    return capabilities.support(algorithm);
  }

  @Override
  public boolean supports(KeyEncryptionAlgorithm algorithm) {
    return capabilities.keyWrap().isPresent();
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec, boolean exportable) {
    return token.run("make a key", connection -> {
      Bound current = bind(connection);
      long master = masterKey(current, exportable);
      return connection.inSession((api, session) -> {
        if (spec instanceof KeySpec.Oct oct) {
          connection.making(1);
          long key = TokenKeys.generate(api, session, oct);
          byte[] wrapped = wrap(api, session, master, key);
          api.C_DestroyObject(session, key);
          return sealed(id, spec, wrapped, exportable, ClearKeyCheck.symmetric());
        }
        connection.making(2);
        KeyPairHandles pair = generatePair(api, session, spec);
        try {
          JsonWebKey publicKey = pair.publicHalf(api, session, spec);
          return sealed(id, spec, wrap(api, session, master, pair.privateKey()), exportable, publicKey);
        } finally {
          pair.destroy(api, session);
        }
      });
    });
  }

  @Override
  public GeneratedKey importKey(String id, ClearKey key, boolean exportable) {
    try {
      KeySpec spec = ClearKeyCheck.check(key);
      requireSupported(spec);
      return token.run("take a key", connection -> {
        long master = masterKey(bind(connection), exportable);
        return connection.inSession((api, session) -> {
          connection.making(1);
          long handle = TokenKeys.create(api, session, key);
          byte[] wrapped = wrap(api, session, master, handle);
          api.C_DestroyObject(session, handle);
          return sealed(id, spec, wrapped, exportable, ClearKeyCheck.publicHalf(key));
        });
      });
    } finally {
      key.wipe();
    }
  }

  @Override
  public GeneratedKey importWrapped(String id, SealedKey kek, byte[] blob, KeyType.Family family, boolean exportable) {
    long mechanism = capabilities.keyUnwrap().orElseThrow(() ->
        ApiError.badParameter("The HSM cannot unwrap keys as CKM_RSA_AES_KEY_WRAP has it."));
    TransferBlob parts = TransferBlob.split(blob, kek.spec());
    return token.run("unwrap a key", connection -> {
      Bound current = bind(connection);
      long master = masterKey(current, exportable);
      try (var lease = lease(current, kek, KeyUse.UNWRAP)) {
        long kekHandle = lease.value();
        return connection.inSession((api, session) -> {
          connection.making(2);
          long handle = TokenKeys.transfer(api, session, kekHandle, parts, mechanism, family);
          byte[] wrapped = TokenKeys.wrapTransferred(api, session, master, handle);
          TokenKeys.Found found = TokenKeys.describe(api, session, handle, family, wrapped.length);
          if (!supports(found.spec())) {
            throw CipherRules.untransferable();
          }
          api.C_DestroyObject(session, handle);
          return sealed(id, found.spec(), wrapped, exportable, found.publicKey());
        });
      }
    });
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    CipherRules.checkMacInput(algorithm, digest);
    byte[] input = Mechanisms.input(algorithm, key.spec(), digest);
    if (!supports(key.spec(), algorithm)) {
      throw ApiError.badParameter("The HSM does not do " + algorithm + " with such a key; for HMAC use a longer one.");
    }
    KeyUse use = algorithm.scheme() == SignatureAlgorithm.Scheme.HMAC ? KeyUse.MAC : KeyUse.SIGN;
    return with("sign", key, use, (api, session, handle) -> {
      api.C_SignInit(session, Mechanisms.signature(algorithm), handle, true);
      return api.C_Sign(session, input);
    });
  }

  @Override
  public boolean verifyMac(SealedKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] mac) {
    return MessageDigest.isEqual(sign(key, algorithm, digest), mac);
  }

  @Override
  public Ciphertext encrypt(SealedKey key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    requireSupported(algorithm);
    CipherRules.checkPlaintext(algorithm, plaintext, iv, aad);
    return with("encrypt", key, TokenCipher.use(algorithm), (api, session, handle) ->
        cipher.encrypt(api, session, handle, algorithm, plaintext, iv, aad));
  }

  @Override
  public byte[] decrypt(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    requireSupported(algorithm);
    CipherRules.checkCiphertext(algorithm, ciphertext, aad);
    return with("decrypt", key, TokenCipher.use(algorithm), (api, session, handle) ->
        cipher.decrypt(api, session, handle, key.spec(), algorithm, ciphertext, aad)
            .orElseThrow(() -> CipherRules.undecryptable(algorithm)));
  }

  /**
   * The ephemeral key is made here, for few modules encrypt to another's key with every hash of OAEP. That reveals nothing new:
   * whoever runs this process may name himself as the recipient.
   */
  @Override
  public byte[] export(SealedKey key, JsonWebKey recipient, KeyEncryptionAlgorithm algorithm) {
    Recipient to = Recipient.of(recipient, algorithm);
    HsmBlob blob = HsmBlob.of(key);
    if (!blob.exportable()) {
      throw TransferBlob.notExportable();
    }
    long mechanism = capabilities.keyWrap().orElseThrow(() ->
        ApiError.badParameter("The HSM cannot wrap keys as " + algorithm + " has it."));
    byte[] ephemeral = random(TransferBlob.EPHEMERAL_BYTES);
    try {
      byte[] wrapped = token.run("export a key", connection -> {
        long master = masterKey(bind(connection), true);
        return connection.inSession((api, session) -> {
          connection.making(2);
          long handle = open(api, session, key, master, KeyUse.passing(key.spec(), false));
          long wrapping = TokenKeys.createWrapping(api, session, ephemeral);
          byte[] result = api.C_WrapKey(session, Mechanisms.plain(mechanism), wrapping, handle, true);
          api.C_DestroyObject(session, wrapping);
          api.C_DestroyObject(session, handle);
          return result;
        });
      });
      return TransferBlob.join(to.encrypt(ephemeral), wrapped);
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot encrypt to the recipient: " + e.getMessage(), e);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
    }
  }

  @Override
  public byte[] random(int count) {
    return token.run("make random bytes", connection -> {
      bind(connection);
      return connection.inSession((api, session) -> {
        byte[] random = new byte[count];
        api.C_GenerateRandom(session, random);
        return random;
      });
    });
  }

  /** How many unwrapped keys the token holds for this engine. */
  synchronized int cached() {
    return bound == null ? 0 : bound.keys().size();
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
      // Handles of an earlier connection may be other keys' by now.
      token.onlyOn(last.connection(), last.keys()::clear);
    }
  }

  /** Which exponents a module takes is not to be asked; NSS wants 65537 at least. */
  private static KeyPairHandles generatePair(PKCS11 api, long session, KeySpec spec) throws PKCS11Exception {
    try {
      return KeyPairHandles.generate(api, session, spec);
    } catch (PKCS11Exception e) {
      if (spec instanceof KeySpec.Rsa rsa && rsa.publicExponent() != USUAL_EXPONENT && Ckr.dataRefused(e)) {
        throw new ApiError(400, "BadParameter", null, "The HSM makes no RSA keys with the public exponent "
            + rsa.publicExponent() + " (" + Ckr.name(e) + "); the usual one is " + USUAL_EXPONENT + ".", e);
      }
      throw e;
    }
  }

  private void requireSupported(EncryptionAlgorithm algorithm) {
    if (!supports(algorithm)) {
      throw ApiError.badParameter("The HSM does not do " + algorithm + ".");
    }
  }

  private void requireSupported(KeySpec spec) {
    if (!supports(spec)) {
      throw ApiError.badParameter("The HSM has no keys of this kind: " + spec.description() + "."
          + (spec instanceof KeySpec.Oct ? " It keeps symmetric keys of 16, 24, 32 bytes and, where it has generic secrets,"
              + " other multiples of 8." : ""));
    }
  }

  /** Runs a call with the unwrapped key, in a session of its own. */
  private <T> T with(String doing, SealedKey key, KeyUse use, KeyCall<T> call) {
    return token.run(doing, connection -> {
      try (var lease = lease(bind(connection), key, use)) {
        long handle = lease.value();
        return connection.inSession((api, session) -> call.with(api, session, handle));
      }
    });
  }

  private LeaseCache<CachedHandle, Long>.Lease lease(Bound current, SealedKey key, KeyUse use) throws PKCS11Exception {
    return current.keys().acquire(new CachedHandle(CachedBlob.of(key), use), () -> {
      long master = masterKey(current, HsmBlob.of(key).exportable());
      current.connection().making(1);
      return current.connection().inOwnerSession((api, session) -> open(api, session, key, master, use.template(key.spec())));
    });
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

  private long masterKey(Bound current, boolean exportable) throws PKCS11Exception {
    return exportable ? MasterKeys.exporting(current.connection(), label) : current.masterKeys().wrapping();
  }

  private static byte[] wrap(PKCS11 api, long session, long master, long key) throws PKCS11Exception {
    return TokenKeys.wrap(api, session, master, key);
  }

  private static GeneratedKey sealed(String id, KeySpec spec, byte[] wrapped, boolean exportable, JsonWebKey publicKey) {
    return new GeneratedKey(new SealedKey(id, spec, new HsmBlob(wrapped, exportable).encoded()), publicKey);
  }

  private static long open(PKCS11 api, long session, SealedKey key, long master, Template template) throws PKCS11Exception {
    byte[] wrapped = HsmBlob.of(key).wrapped();
    try {
      return TokenKeys.unwrap(api, session, PKCS11Constants.CKM_AES_KEY_WRAP_PAD, master, wrapped, template);
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
}
