package org.keyhaven.server.access;

/**
 * Who a validated token speaks for.
 *
 * @param objectId the {@code oid} claim (or {@code sub} where an issuer has no oid): what access is granted to
 * @param applicationId the {@code appid} or {@code azp} claim; null where an issuer has none
 * @param tenantId the {@code tid} claim; null where an issuer has none
 */
public record Principal(String objectId, String applicationId, String tenantId) { }
