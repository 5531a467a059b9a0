/**
 * What happens to objects by the passing of time: deleted ones are purged, and features do what their policies say. What is
 * to be done is worked out from the stored objects at each look, so that a restart loses nothing.
 */
package org.keyhaven.server.schedule;
