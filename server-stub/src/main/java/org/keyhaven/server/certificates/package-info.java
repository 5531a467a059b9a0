/**
 * Certificates over the vault's keys: the policy, the pending operation with its request, merging what an outside authority
 * issued, and the versions themselves. A certificate, its key and its secret have the same name and version.
 */
package org.keyhaven.server.certificates;
