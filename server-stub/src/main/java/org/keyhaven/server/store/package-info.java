/**
 * The database: opening and migrating it, rows authenticated by a key it does not hold, and the one class for objects with
 * versions, soft delete and listings that keys, certificates and secrets share.
 */
package org.keyhaven.server.store;
