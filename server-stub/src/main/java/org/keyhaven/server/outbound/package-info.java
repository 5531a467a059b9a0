/** What the server itself asks others over HTTPS: bounded in time and size, and never sent elsewhere by a redirect. */
package org.keyhaven.server.outbound;
