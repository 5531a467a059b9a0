/**
 * A {@link java.security.Provider} for keys that never leave a vault.
 *
 * <p>{@link org.keyhaven.provider.KeyhavenProvider} registers the services. A
 * {@link org.keyhaven.provider.VaultPrivateKey} or {@link org.keyhaven.provider.VaultSecretKey} names a key in a vault and
 * carries no secret; a {@code Signature} digests locally and asks the vault for the one private operation, while a
 * {@code Cipher} or {@code Mac} sends what it was given. Configuration is one table,
 * {@code Setting}, which docs/configuration.md shows.
 *
 * <p>The provider never takes over work that is not its own: in delayed selection it accepts its own keys alone, and where
 * JCA hands it any other key it passes the work on to the next provider.
 */
package org.keyhaven.provider;
