/**
 * Keys: their routes, what a request may ask for, what a key may be used for, and the public half's work. Private keys are
 * the engines' alone ({@code hsm}). Certificates use {@link org.keyhaven.server.keys.ManagedKeys} alone.
 */
package org.keyhaven.server.keys;
