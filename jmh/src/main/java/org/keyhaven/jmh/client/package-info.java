/**
 * The SDK beside a bare HTTP client and Microsoft's: sign, verify and unwrap with the same keys of the same vault, and the
 * same token.
 */
package org.keyhaven.jmh.client;
