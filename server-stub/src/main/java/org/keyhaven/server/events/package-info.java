/**
 * Events of vaults, in the schema of Azure Event Grid: to the log, and to a webhook, at least once, also across restarts.
 */
package org.keyhaven.server.events;
