/**
 * Azure Identity as a source of tokens, and our HTTP stack under Azure's libraries; the only package that touches com.azure.
 */
package org.keyhaven.client.azure;
