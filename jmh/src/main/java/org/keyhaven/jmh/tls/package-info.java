/**
 * Keyless TLS: what a full handshake costs a server, and a client that shows a certificate, when the private key is in a
 * vault rather than in the process.
 */
package org.keyhaven.jmh.tls;
