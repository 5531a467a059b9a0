/** JSON as the server reads, writes and stores it. */
package org.keyhaven.server.json;
