/**
 * The names that programs written for Microsoft's azure-security-keyvault-jca say, so that migration is a change of jar
 * (docs/migrate.md). No logic is here: each class says the same in terms of {@link org.keyhaven.provider}.
 *
 * <p>They are in the provider's own jar, not in one beside it, because a program has one jar of Microsoft's to replace
 * and gets one for it. The price: the two jars do not go together. On the module path the JVM refuses them, since both
 * hold this package; on a class path the first one wins.
 */
package com.azure.security.keyvault.jca;
