package org.keyhaven.server.keys;

import java.net.URI;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseResult;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.keys.KeyAccess.Usable;
import org.keyhaven.server.keys.release.ReleaseDecision;
import org.keyhaven.server.keys.release.ReleaseDecision.Recipient;
import org.keyhaven.server.keys.release.ReleasePolicy;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives exportable keys to environments that their release policies trust, encrypted to those environments. Thread-safe. */
final class KeyReleases {
  private static final Logger LOG = LoggerFactory.getLogger(KeyReleases.class);
  private static final int LONGEST_NONCE = 256;

  private final KeyAccess access;
  private final ReleaseDecision decision;
  private final ReleaseSigner signer;

  KeyReleases(KeyAccess access, ReleaseDecision decision, ReleaseSigner signer) {
    this.access = access;
    this.decision = decision;
    this.signer = signer;
  }

  /** @throws ApiError 403 when the key is not exportable or not usable now, or its policy is not met */
  KeyReleaseResult release(Vault vault, URI base, ApiVersion apiVersion, String name, String version,
      KeyReleaseParameters asked) {
    if (asked.target() == null) {
      throw ApiError.badParameter("Property 'target' is required.");
    }
    if (asked.nonce() != null && asked.nonce().length() > LONGEST_NONCE) {
      throw ApiError.badParameter("Property 'nonce' has at most " + LONGEST_NONCE + " characters.");
    }
    KeyEncryptionAlgorithm wrapping = asked.enc() == null ? KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP : asked.enc();
    Usable usable = access.findForRelease(vault, name, version);
    KeyContent key = usable.key();
    if (!key.exportable() || key.releasePolicy() == null) {
      throw new ApiError(403, "Forbidden", "KeyNotExportable",
          "The key " + name + " is not exportable: that is decided when a key is made, together with its release policy.",
          null);
    }
    Recipient recipient = decision.decide(ReleasePolicy.parse(key.releasePolicy().data()), asked.target());
    byte[] wrapped = KeyEngines.of(vault, key).export(key.sealed(), recipient.key(), wrapping);
    LOG.info("{}: key {} version {} is released to an environment that {} vouches for", vault, name,
        usable.found().version().version(), recipient.authority());

    ObjectNode request = Json.mapper().createObjectNode().put("api-version", apiVersion.wireName())
        .put("enc", wrapping.wireName()).put("kid", KeyBodies.kid(base, usable.found(), version).toString());
    if (asked.nonce() != null) {
      request.put("nonce", asked.nonce());
    }
    ObjectNode released = Json.mapper().valueToTree(KeyBodies.bundle(vault, base, usable.found()));
    ((ObjectNode) released.get("key")).set("key_hsm",
        Json.mapper().valueToTree(Json.mapper().writeValueAsBytes(blob(recipient, wrapping, wrapped))));
    ObjectNode payload = Json.mapper().createObjectNode();
    payload.set("request", request);
    payload.putObject("response").set("key", released);
    return new KeyReleaseResult(signer.sign(Json.mapper().writeValueAsBytes(payload)));
  }

  /** The wrapped key in the form of a transfer blob, which names the key that it is encrypted to. */
  private static ObjectNode blob(Recipient recipient, KeyEncryptionAlgorithm wrapping, byte[] wrapped) {
    ObjectNode blob = Json.mapper().createObjectNode().put("schema_version", "1.0");
    ObjectNode header = blob.putObject("header");
    if (recipient.kid() != null) {
      header.put("kid", recipient.kid());
    }
    header.put("alg", "dir").put("enc", wrapping.wireName());
    blob.set("ciphertext", Json.mapper().valueToTree(wrapped));
    return blob;
  }
}
