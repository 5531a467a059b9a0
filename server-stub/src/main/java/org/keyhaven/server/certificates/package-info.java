/**
 * Certificates over the vault's keys: the policy, the pending operation with its request, merging what an outside authority
 * issued, and the versions themselves. A certificate, its key and its secret have the same name and version; the secret is
 * the certificate's chain and exportable key in a file.
 */
package org.keyhaven.server.certificates;
