/**
 * Secure key release: the grammar of release policies, environment assertions and the authorities that sign them, and the
 * signed answer. It knows no stored keys.
 */
package org.keyhaven.server.keys.release;
