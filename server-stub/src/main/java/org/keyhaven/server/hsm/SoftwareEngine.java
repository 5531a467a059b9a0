package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
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
 * Keys that this process keeps: PKCS#8, encrypted with AES-256-GCM at rest and bound to the key's id, in the clear in this
 * process's memory alone. RSA and the NIST curves are the JDK's; secp256k1, which the JDK has dropped, is Bouncy Castle's.
 */
public final class SoftwareEngine implements KeyEngine {
  private static final int CACHED_KEYS = 1000;
  /** Asked directly, and not installed: the JVM's own choice of providers stays as it was. */
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private final AesGcm cipher;
  private final LeaseCache<CachedBlob, PrivateKey> keys = new LeaseCache<>(CACHED_KEYS, key -> { });
  private volatile boolean closed;

  /** @param dataKey 32 bytes, used for nothing else; copied */
  public SoftwareEngine(byte[] dataKey) {
    this.cipher = new AesGcm(dataKey);
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
    return !(spec instanceof KeySpec.Oct);
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec, boolean exportable) {
    checkOpen();
    try {
      KeyPair pair = generator(spec).generateKeyPair();
      byte[] pkcs8 = pair.getPrivate().getEncoded();
      try {
        byte[] blob = cipher.encrypt(pkcs8, id.getBytes(StandardCharsets.UTF_8));
        return new GeneratedKey(new SealedKey(id, spec, blob), publicHalf(pair, spec));
      } finally {
        Arrays.fill(pkcs8, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot make a key: " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    checkOpen();
    try (var lease = keys.acquire(CachedBlob.of(key), () -> open(key))) {
      return switch (algorithm.scheme()) {
        case RSA_PKCS1 -> pkcs1(lease.value(), DigestInfo.of(algorithm.hash(), key.spec(), digest));
        case RSA_PSS -> pss(lease.value(), algorithm.hash(), digest);
        case ECDSA -> ecdsa(lease.value(), algorithm.curve(), digest);
        case HMAC -> throw unsupported();
      };
    } catch (GeneralSecurityException e) {
      throw Ckr.internal("cannot sign: " + e.getMessage(), e);
    }
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
    closed = true;
    keys.clear();
  }

  private void checkOpen() {
    if (closed) {
      throw Ckr.unavailable("the vault is shutting down", null);
    }
  }

  private PrivateKey open(SealedKey key) throws GeneralSecurityException {
    byte[] pkcs8 = cipher.decrypt(key.blob(), key.id().getBytes(StandardCharsets.UTF_8));
    try {
      KeyFactory factory = key.spec() instanceof KeySpec.Ec ec
          ? (ofJdk(ec.curve()) ? KeyFactory.getInstance("EC") : KeyFactory.getInstance("EC", BOUNCY_CASTLE))
          : KeyFactory.getInstance("RSA");
      return factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static KeyPairGenerator generator(KeySpec spec) throws GeneralSecurityException {
    if (spec instanceof KeySpec.Rsa rsa) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(rsa.bits(), BigInteger.valueOf(rsa.publicExponent())));
      return generator;
    }
    KeyCurve curve = ((KeySpec.Ec) spec).curve();
    KeyPairGenerator generator = ofJdk(curve) ? KeyPairGenerator.getInstance("EC")
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
  private static byte[] pkcs1(PrivateKey key, byte[] content) throws GeneralSecurityException {
    Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
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
  private static byte[] ecdsa(PrivateKey key, KeyCurve curve, byte[] digest) throws GeneralSecurityException {
    String name = "NONEwithECDSAinP1363Format";
    Signature raw = ofJdk(curve) ? Signature.getInstance(name) : Signature.getInstance(name, BOUNCY_CASTLE);
    raw.initSign(key);
    raw.update(digest);
    return raw.sign();
  }
}
