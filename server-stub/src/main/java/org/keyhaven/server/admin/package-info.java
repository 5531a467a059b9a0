/**
 * What a server owns on disk: the data directory and its lock, the certificate authority and server certificate, the built-in
 * client's credentials, and {@code connection.env}, which tells clients how to connect. Every secret is in a file of mode 0600.
 */
package org.keyhaven.server.admin;
