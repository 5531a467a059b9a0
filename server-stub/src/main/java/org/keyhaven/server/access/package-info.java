/**
 * Who may do what in which vault: the caller as a token names it, and what it was granted. Denied by default. Where tokens
 * come from and how they are checked is {@code identity}'s.
 */
package org.keyhaven.server.access;
