/**
 * Envelope encryption: data of any size under keys that a vault wraps, in the format of {@code docs/envelope-format.md}.
 * Starts at {@link org.keyhaven.client.envelope.EnvelopeEncryption}.
 */
package org.keyhaven.client.envelope;
