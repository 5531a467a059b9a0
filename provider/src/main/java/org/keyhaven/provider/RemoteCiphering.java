package org.keyhaven.provider;

import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import javax.crypto.BadPaddingException;
import javax.crypto.IllegalBlockSizeException;

/**
 * A cipher at work with one key in a vault, whose input comes whole. What the vault says of the data (400) is a
 * {@link BadPaddingException} or {@link IllegalBlockSizeException}; everything else, a missing permission for instance, is a
 * {@link java.security.ProviderException}, so that nobody takes it for a bad ciphertext. Not thread-safe.
 */
interface RemoteCiphering {

  /** The most input that goes with the key. */
  int mostBytes();

  /** Additional data, before any input. */
  void updateAad(byte[] bytes, int offset, int length);

  /** Forgets additional data: as new. */
  void reset();

  /** Encrypts or decrypts, and is as new then, whether it worked or not. */
  byte[] finish(byte[] input) throws IllegalBlockSizeException, BadPaddingException;

  /** @throws InvalidKeyException with the vault's reason */
  byte[] wrap(byte[] key) throws InvalidKeyException, IllegalBlockSizeException;

  /** @throws InvalidKeyException with the vault's reason */
  byte[] unwrap(byte[] wrapped) throws InvalidKeyException;

  /** Null while there is none. */
  byte[] iv();

  /** Null while there are none. */
  AlgorithmParameters parameters();

  /** The most that {@link #finish} gives for so much input. */
  int outputSize(int input);

  /** Whether it gives just that, and not less where padding goes. */
  boolean isOutputSizeExact();
}
