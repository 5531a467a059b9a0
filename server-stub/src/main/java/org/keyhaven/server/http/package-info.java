/**
 * The front door: TLS listeners, and the chain every request goes through (host, token, api-version, permission) before a
 * feature's handler sees it or a body is read. Features declare {@link org.keyhaven.server.http.Route routes}; errors become
 * the error body of the API here and nowhere else.
 */
package org.keyhaven.server.http;
