/** Who is calling: validation of bearer tokens, and the built-in issuer of the embedded default. */
package org.keyhaven.server.identity;
