/**
 * What keys do in this process, without a vault: public halves verify, encrypt and wrap; a whole key does everything. The JDK
 * computes, with its own providers whatever else is installed; only what it lacks is here: signatures over a given digest with
 * RSA, and verification on secp256k1. For Keyhaven's own modules; users meet it through
 * {@link org.keyhaven.client.CryptographyClient}.
 */
package org.keyhaven.client.local;
