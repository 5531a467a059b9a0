/** The vaults of a server: their identity, engines and keys of their own, and the addresses they answer on. */
package org.keyhaven.server.vaults;
