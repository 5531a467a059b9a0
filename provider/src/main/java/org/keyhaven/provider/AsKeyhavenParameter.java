package org.keyhaven.provider;

import java.security.InvalidParameterException;
import java.security.KeyStore;

/** A load parameter of another provider's make that says what a {@link KeyhavenLoadStoreParameter} says. */
public interface AsKeyhavenParameter extends KeyStore.LoadStoreParameter {

  /**
   * The same as a parameter of Keyhaven; asked by {@code KeyStore.load}.
   *
   * @throws InvalidParameterException for what Keyhaven cannot do, with the reason
   */
  KeyhavenLoadStoreParameter asKeyhaven();
}
