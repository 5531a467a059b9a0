package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/**
 * Keys that this process keeps: PKCS#8 or bare octets, encrypted with AES-256-GCM at rest and bound to the key's id, in the
 * clear in this process's memory alone. The algorithms are those of Amazon Corretto Crypto Provider where it loads, else of
 * the JDK, with the same results; secp256k1, which the JDK has dropped, is Bouncy Castle's.
 */
public final class SoftwareEngine implements KeyEngine {
  private static final int CACHED_KEYS = 1000;
  /** Asked directly, and not installed: the JVM's own choice of providers stays as it was. */
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final BigInteger USUAL_EXPONENT = BigInteger.valueOf(65537);

  /** First octet of what is encrypted; blobs of the first release have none, and begin with the 30 of PKCS#8. */
  private static final byte STAYS = 0;
  private static final byte EXPORTABLE = 1;
  private static final byte BARE_PKCS8 = 0x30;

  private final AesGcm cipher;
  private final Jca jca;
  private final SoftwareCipher ciphers;
  private final LeaseCache<CachedBlob, OpenKey> keys = new LeaseCache<>(CACHED_KEYS, key -> { });
  private volatile boolean closed;

  /** @param key a PrivateKey, or a SecretKey whose algorithm is of no account */
  private record OpenKey(Key key, boolean exportable) {
    PrivateKey privateKey() {
      return (PrivateKey) key;
    }
  }

  /** @param dataKey 32 bytes, used for nothing else; copied */
  public SoftwareEngine(byte[] dataKey) {
    this(dataKey, new Jca(CorrettoCrypto.find()));
  }

  SoftwareEngine(byte[] dataKey, Jca jca) {
    this.cipher = new AesGcm(dataKey);
    this.jca = jca;
    this.ciphers = new SoftwareCipher(jca);
  }

  @Override
  public boolean hsm() {
    return false;
  }

  @Override
  public String platform() {
    return "0";
  }

  @Override
  public boolean supports(KeySpec spec) {
    return true;
  }

  @Override
  public boolean supports(KeySpec spec, SignatureAlgorithm algorithm) {
    return true;
  }

  @Override
  public boolean supports(EncryptionAlgorithm algorithm) {
    return true;
  }

  @Override
  public boolean supports(KeyEncryptionAlgorithm algorithm) {
    return true;
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec, boolean exportable) {
    checkOpen();
    if (spec instanceof KeySpec.Oct oct) {
      return seal(id, spec, random(oct.bits() / 8), exportable, ClearKeyCheck.symmetric());
    }
    try {
      KeyPair pair = generator(spec).generateKeyPair();
      return seal(id, spec, pair.getPrivate().getEncoded(), exportable, publicHalf(pair, spec));
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot make a key: " + e.getMessage(), e);
    }
  }

  @Override
  public GeneratedKey importKey(String id, ClearKey key, boolean exportable) {
    try {
      checkOpen();
      KeySpec spec = ClearKeyCheck.check(key);
      byte[] encoded = key instanceof ClearKey.Oct oct ? oct.k().clone() : Pkcs8.encode(key);
      return seal(id, spec, encoded, exportable, ClearKeyCheck.publicHalf(key));
    } finally {
      key.wipe();
    }
  }

  @Override
  public GeneratedKey importWrapped(String id, SealedKey kek, byte[] blob, KeyType.Family family, boolean exportable) {
    checkOpen();
    TransferBlob parts = TransferBlob.split(blob, kek.spec());
    byte[] encoded = unwrapTransferred(kek, parts);
    try {
      ClearKey key = family == KeyType.Family.OCT ? new ClearKey.Oct(encoded) : Pkcs8.parse(encoded, family);
      return importKey(id, key, exportable);
    } catch (IllegalArgumentException | ApiError e) {
      throw CipherRules.untransferable();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    checkOpen();
    CipherRules.checkMacInput(algorithm, digest);
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      return switch (algorithm.scheme()) {
        case RSA_PKCS1 -> pkcs1(lease.value().privateKey(), DigestInfo.of(algorithm.hash(), key.spec(), digest));
        case RSA_PSS -> pss(lease.value().privateKey(), algorithm.hash(), digest);
        case ECDSA -> ecdsa(lease.value().privateKey(), algorithm.curve(), digest);
        case HMAC -> hmac(lease.value().key(), algorithm.hash(), digest);
      };
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot sign: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean verifyMac(SealedKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] mac) {
    return MessageDigest.isEqual(sign(key, algorithm, digest), mac);
  }

  @Override
  public Ciphertext encrypt(SealedKey key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    checkOpen();
    CipherRules.checkPlaintext(algorithm, plaintext, iv, aad);
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      return ciphers.encrypt(algorithm, lease.value().key(), plaintext, iv, aad);
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot encrypt: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] decrypt(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    checkOpen();
    CipherRules.checkCiphertext(algorithm, ciphertext, aad);
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      return ciphers.decrypt(algorithm, lease.value().key(), ciphertext, aad)
          .orElseThrow(() -> CipherRules.undecryptable(algorithm));
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot decrypt: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] export(SealedKey key, JsonWebKey recipient, KeyEncryptionAlgorithm algorithm) {
    checkOpen();
    Recipient to = Recipient.of(recipient, algorithm);
    byte[] ephemeral = random(TransferBlob.EPHEMERAL_BYTES);
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      if (!lease.value().exportable()) {
        throw TransferBlob.notExportable();
      }
      byte[] encoded = lease.value().key().getEncoded();
      try {
        return TransferBlob.join(to.encrypt(ephemeral), SoftwareCipher.wrap(new SecretKeySpec(ephemeral, "AES"), encoded));
      } finally {
        Arrays.fill(encoded, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot wrap the key: " + e.getMessage(), e);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
    }
  }

  @Override
  public Optional<byte[]> reveal(SealedKey key) {
    checkOpen();
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      return lease.value().exportable() ? Optional.of(lease.value().privateKey().getEncoded()) : Optional.empty();
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot open a key: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] random(int count) {
    checkOpen();
    byte[] random = new byte[count];
    RANDOM.nextBytes(random);
    return random;
  }

  @Override
  public void close() {
    closed = true;
    keys.clear();
  }

  private void checkOpen() {
    if (closed) {
      throw Ckr.unavailable("the vault is shutting down", null);
    }
  }

  /** @param encoded PKCS#8 or bare octets; wiped */
  private GeneratedKey seal(String id, KeySpec spec, byte[] encoded, boolean exportable, JsonWebKey publicKey) {
    byte[] plain = new byte[1 + encoded.length];
    try {
      plain[0] = exportable ? EXPORTABLE : STAYS;
      System.arraycopy(encoded, 0, plain, 1, encoded.length);
      return new GeneratedKey(new SealedKey(id, spec, cipher.encrypt(plain, id.getBytes(StandardCharsets.UTF_8))), publicKey);
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private OpenKey open(SealedKey key) throws GeneralSecurityException {
    byte[] plain = cipher.decrypt(key.blob(), key.id().getBytes(StandardCharsets.UTF_8));
    byte[] encoded = plain[0] == BARE_PKCS8 ? plain : Arrays.copyOfRange(plain, 1, plain.length);
    try {
      return new OpenKey(decode(key.spec(), encoded), plain[0] == EXPORTABLE);
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private Key decode(KeySpec spec, byte[] encoded) throws GeneralSecurityException {
    if (spec instanceof KeySpec.Oct) {
      return new SecretKeySpec(encoded, "AES");
    }
    KeyFactory factory = spec instanceof KeySpec.Ec ec
        ? (ofJdk(ec.curve()) ? jca.keyFactory("EC") : KeyFactory.getInstance("EC", BOUNCY_CASTLE)) : jca.keyFactory("RSA");
    return factory.generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  /** When the first part does not open, the second is tried with a random key, so that it is not seen which was at fault. */
  private byte[] unwrapTransferred(SealedKey kek, TransferBlob parts) {
    byte[] ephemeral = random(TransferBlob.EPHEMERAL_BYTES);
    try (var lease = keys.acquire(CachedBlob.of(kek), () -> open(kek))) {
      byte[] opened = ciphers.decrypt(EncryptionAlgorithm.RSA_OAEP, lease.value().key(),
          Ciphertext.of(parts.encryptedKey()), null).orElse(ephemeral);
      try {
        boolean sized = opened.length == TransferBlob.EPHEMERAL_BYTES;
        return SoftwareCipher.unwrap(new SecretKeySpec(sized ? opened : ephemeral, "AES"), parts.wrapped())
            .orElseThrow(CipherRules::untransferable);
      } finally {
        Arrays.fill(opened, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot unwrap a key: " + e.getMessage(), e);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
    }
  }

  private KeyPairGenerator generator(KeySpec spec) throws GeneralSecurityException {
    if (spec instanceof KeySpec.Rsa rsa) {
      BigInteger exponent = BigInteger.valueOf(rsa.publicExponent());
      // The preferred provider may refuse the unusual ones.
      KeyPairGenerator generator = exponent.equals(USUAL_EXPONENT) ? jca.keyPairGenerator("RSA")
          : KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(rsa.bits(), exponent));
      return generator;
    }
    KeyCurve curve = ((KeySpec.Ec) spec).curve();
    KeyPairGenerator generator = ofJdk(curve) ? jca.keyPairGenerator("EC")
        : KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
    generator.initialize(new ECGenParameterSpec(curve.standardName()));
    return generator;
  }

  private static boolean ofJdk(KeyCurve curve) {
    return curve != KeyCurve.P_256K;
  }

  private static JsonWebKey publicHalf(KeyPair pair, KeySpec spec) {
    if (spec instanceof KeySpec.Ec ec) {
      ECPublicKey key = (ECPublicKey) pair.getPublic();
      int length = ec.curve().coordinateBytes();
      return JsonWebKey.ec(KeyType.EC, ec.curve(), EcEncoding.fixedLength(key.getW().getAffineX(), length),
          EcEncoding.fixedLength(key.getW().getAffineY(), length));
    }
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return JsonWebKey.rsa(KeyType.RSA, EcEncoding.unsigned(key.getModulus()), EcEncoding.unsigned(key.getPublicExponent()));
  }

  /** RSA with PKCS#1 v1.5 padding of type 1 around any bytes, which JCA offers as encryption with a private key. */
  private byte[] pkcs1(PrivateKey key, byte[] content) throws GeneralSecurityException {
    Cipher rsa = jca.cipher("RSA/ECB/PKCS1Padding");
    rsa.init(Cipher.ENCRYPT_MODE, key);
    return rsa.doFinal(content);
  }

  /** JCA's RSASSA-PSS hashes by itself; Bouncy Castle's raw form takes the digest. */
  private static byte[] pss(PrivateKey key, Hash hash, byte[] digest) throws GeneralSecurityException {
    Signature raw = Signature.getInstance("RAWRSASSA-PSS", BOUNCY_CASTLE);
    raw.setParameter(new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(hash.digestName()), hash.bytes(),
        PSSParameterSpec.TRAILER_FIELD_BC));
    raw.initSign(key);
    raw.update(digest);
    return raw.sign();
  }

  /** r||s, as IEEE P1363 has it. */
  private byte[] ecdsa(PrivateKey key, KeyCurve curve, byte[] digest) throws GeneralSecurityException {
    String name = "NONEwithECDSAinP1363Format";
    Signature raw = ofJdk(curve) ? jca.signature(name) : Signature.getInstance(name, BOUNCY_CASTLE);
    raw.initSign(key);
    raw.update(digest);
    return raw.sign();
  }

  private byte[] hmac(Key key, Hash hash, byte[] bytes) throws GeneralSecurityException {
    Mac mac = jca.mac("Hmac" + hash.signaturePrefix());
    mac.init(key);
    return mac.doFinal(bytes);
  }
}
