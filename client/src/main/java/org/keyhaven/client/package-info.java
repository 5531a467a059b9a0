/**
 * The SDK: an Azure Key Vault client over one pooled HTTP client, with challenge authentication, deadlines and typed errors.
 */
package org.keyhaven.client;
