/** Who may do what in which vault. Denied by default. */
package org.keyhaven.server.access;
