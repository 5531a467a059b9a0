/**
 * The one HTTP stack: TLS trust, deadlines and the exchange of one request for one bounded answer, over Apache HttpClient 5.
 * Public for the client's own packages; not an API.
 */
package org.keyhaven.client.http;
