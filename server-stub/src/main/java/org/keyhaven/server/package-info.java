/**
 * The vault engine: the Azure Key Vault REST API over keys that a PKCS#11 HSM keeps. Packages are by feature: a route, its
 * permission and its semantics live together.
 */
package org.keyhaven.server;
