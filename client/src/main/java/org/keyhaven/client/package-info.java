/**
 * The SDK: {@link org.keyhaven.client.KeyhavenClient} is a client of one vault, and {@link org.keyhaven.client.KeyhavenAsyncClient} the
 * same for those who do not wait. Both describe each call once ({@code KeyRequests} and its like), send it through the same links
 * (retry, challenge authentication, the exchange) within one deadline, and fail with {@link org.keyhaven.client.VaultException}.
 */
package org.keyhaven.client;
