package org.keyhaven.jmh.server;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.keyhaven.server.hsm.Pkcs11Options;
import org.keyhaven.server.hsm.SoftHsm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.xipki.pkcs11.wrapper.PKCS11Constants;
import org.xipki.pkcs11.wrapper.PKCS11Module;

/**
 * What the HSM itself costs, which no server can go below: C_SignInit and C_Sign through the wrapper that the server
 * uses, on the same module, with keys of the same kind, in sessions that stay open.
 */
@State(Scope.Benchmark)
public class SignLoop {
  /** System property: a directory for a token of its own. */
  static final String DIRECTORY = "keyhaven.bench.softhsm";

  private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");
  private static final byte[] SHA256_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
  private static final byte[] DIGEST = new byte[32];

  private PKCS11Module library;
  private PKCS11 api;
  private long slot;
  private long owner;
  private long ec;
  private long rsa;
  private long wrapping;
  private byte[] wrappedEc;

  /** Makes a token and keys in it. */
  @Setup
  public void open() throws Exception {
    Cores.server(ProcessHandle.current());
    Path module = SoftHsm.find().orElseThrow();
    Pkcs11Options token = SoftHsm.provision(module, Path.of(System.getProperty(DIRECTORY)));
    library = PKCS11Module.getInstance(module.toString());
    api = library.getPKCS11Module();
    slot = slot(token.tokenLabel());
    owner = session();
    try {
      api.C_Login(owner, PKCS11Constants.CKU_USER, Files.readString(token.pinFile()).trim().toCharArray(), true);
    } catch (PKCS11Exception e) {
      if (e.getErrorCode() != PKCS11Constants.CKR_USER_ALREADY_LOGGED_IN) {
        throw e;
      }
    }
    ec = pair(PKCS11Constants.CKM_EC_KEY_PAIR_GEN, PKCS11Constants.CKK_EC, attribute(PKCS11Constants.CKA_EC_PARAMS, P256));
    rsa = pair(PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN, PKCS11Constants.CKK_RSA,
        attribute(PKCS11Constants.CKA_MODULUS_BITS, 2048L));
    wrapping = api.C_GenerateKey(owner, mechanism(PKCS11Constants.CKM_AES_KEY_GEN), new CK_ATTRIBUTE[] {
        attribute(PKCS11Constants.CKA_TOKEN, false), attribute(PKCS11Constants.CKA_VALUE_LEN, 32L),
        attribute(PKCS11Constants.CKA_WRAP, true), attribute(PKCS11Constants.CKA_UNWRAP, true)}, true);
    wrappedEc = api.C_WrapKey(owner, mechanism(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), wrapping, ec, true);
  }

  /** A thread's session. */
  @State(Scope.Thread)
  public static class Session {
    private long handle;

    @Setup
    public void open(SignLoop loop) throws PKCS11Exception {
      handle = loop.session();
    }

    @TearDown
    public void close(SignLoop loop) throws PKCS11Exception {
      loop.api.C_CloseSession(handle);
    }
  }

  @Benchmark
  public byte[] signEs256(Session session) throws PKCS11Exception {
    api.C_SignInit(session.handle, mechanism(PKCS11Constants.CKM_ECDSA), ec, true);
    return api.C_Sign(session.handle, DIGEST);
  }

  @Benchmark
  public byte[] signRs256(Session session) throws PKCS11Exception {
    byte[] input = new byte[SHA256_INFO.length + DIGEST.length];
    System.arraycopy(SHA256_INFO, 0, input, 0, SHA256_INFO.length);
    api.C_SignInit(session.handle, mechanism(PKCS11Constants.CKM_RSA_PKCS), rsa, true);
    return api.C_Sign(session.handle, input);
  }

  /** What the first use of an EC key costs more: C_UnwrapKey; C_DestroyObject is in it too. */
  @Benchmark
  public long unwrapEc(Session session) throws PKCS11Exception {
    long key = api.C_UnwrapKey(session.handle, mechanism(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), wrapping, wrappedEc,
        privateKey(PKCS11Constants.CKK_EC, false), true);
    api.C_DestroyObject(session.handle, key);
    return key;
  }

  private long slot(String label) throws PKCS11Exception {
    for (long candidate : api.C_GetSlotList(true)) {
      if (new String(api.C_GetTokenInfo(candidate).label).stripTrailing().equals(label)) {
        return candidate;
      }
    }
    throw new IllegalStateException("no token " + label);
  }

  private long session() throws PKCS11Exception {
    return api.C_OpenSession(slot, PKCS11Constants.CKF_SERIAL_SESSION, null, null);
  }

  private long pair(long mechanism, long type, CK_ATTRIBUTE what) throws PKCS11Exception {
    return api.C_GenerateKeyPair(owner, mechanism(mechanism), new CK_ATTRIBUTE[] {
        attribute(PKCS11Constants.CKA_TOKEN, false), what}, privateKey(type, true), true)[1];
  }

  /** As the server has them, but to be wrapped. */
  private static CK_ATTRIBUTE[] privateKey(long type, boolean extractable) {
    return new CK_ATTRIBUTE[] {
        attribute(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_PRIVATE_KEY), attribute(PKCS11Constants.CKA_KEY_TYPE, type),
        attribute(PKCS11Constants.CKA_TOKEN, false), attribute(PKCS11Constants.CKA_PRIVATE, true),
        attribute(PKCS11Constants.CKA_SENSITIVE, true), attribute(PKCS11Constants.CKA_EXTRACTABLE, extractable),
        attribute(PKCS11Constants.CKA_SIGN, true)};
  }

  private static CK_MECHANISM mechanism(long type) {
    CK_MECHANISM mechanism = new CK_MECHANISM();
    mechanism.mechanism = type;
    return mechanism;
  }

  private static CK_ATTRIBUTE attribute(long type, Object value) {
    CK_ATTRIBUTE attribute = new CK_ATTRIBUTE();
    attribute.type = type;
    attribute.pValue = value;
    return attribute;
  }
}
