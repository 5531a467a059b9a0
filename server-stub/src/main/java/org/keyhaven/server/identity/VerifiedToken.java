package org.keyhaven.server.identity;

import java.time.Instant;
import java.util.List;
import org.keyhaven.server.access.Principal;

/**
 * What a token said, once its signature and issuer were found good.
 *
 * @param audiences as {@link Audience#normalize} has them
 * @param notBefore null when the token does not say
 */
record VerifiedToken(Principal principal, List<String> audiences, Instant notBefore, Instant expires) { }
