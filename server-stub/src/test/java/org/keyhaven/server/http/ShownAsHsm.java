package org.keyhaven.server.http;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.hsm.Ciphertext;
import org.keyhaven.server.hsm.ClearKey;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.hsm.SealedKey;

/** An engine that says it is an HSM, for tests of what is above engines; the tests of the real HSM are elsewhere. */
record ShownAsHsm(KeyEngine engine) implements KeyEngine {
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
    return engine.supports(spec);
  }

  @Override
  public boolean supports(KeySpec spec, SignatureAlgorithm algorithm) {
    return engine.supports(spec, algorithm);
  }

  @Override
  public boolean supports(EncryptionAlgorithm algorithm) {
    return engine.supports(algorithm);
  }

  @Override
  public boolean supports(KeyEncryptionAlgorithm algorithm) {
    return engine.supports(algorithm);
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec, boolean exportable) {
    return engine.generate(id, spec, exportable);
  }

  @Override
  public GeneratedKey importKey(String id, ClearKey key, boolean exportable) {
    return engine.importKey(id, key, exportable);
  }

  @Override
  public GeneratedKey importWrapped(String id, SealedKey kek, byte[] blob, KeyType.Family family, boolean exportable) {
    return engine.importWrapped(id, kek, blob, family, exportable);
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    return engine.sign(key, algorithm, digest);
  }

  @Override
  public boolean verifyMac(SealedKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] mac) {
    return engine.verifyMac(key, algorithm, digest, mac);
  }

  @Override
  public Ciphertext encrypt(SealedKey key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    return engine.encrypt(key, algorithm, plaintext, iv, aad);
  }

  @Override
  public byte[] decrypt(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    return engine.decrypt(key, algorithm, ciphertext, aad);
  }

  @Override
  public byte[] export(SealedKey key, JsonWebKey recipient, KeyEncryptionAlgorithm algorithm) {
    return engine.export(key, recipient, algorithm);
  }

  @Override
  public byte[] random(int count) {
    return engine.random(count);
  }

  @Override
  public void close() {
    engine.close();
  }
}
