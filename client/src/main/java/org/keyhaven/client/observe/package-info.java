/**
 * Timers of Micrometer and spans of OpenTelemetry for the client's calls. Both libraries are optional; nothing outside of this
 * package touches them.
 */
package org.keyhaven.client.observe;
