/** Rotation policies: their durations, what they demand, and when something is due by them. It knows no stored keys. */
package org.keyhaven.server.keys.rotation;
