package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.SoftwareEngine;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.store.RowSeal;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

class ManagedKeysTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEngineIsToldWhetherTheKeyMayLeave(boolean exportable) {
    AtomicReference<Boolean> told = new AtomicReference<>();
    SoftwareEngine real = new SoftwareEngine(new byte[32]);
    KeyEngine engine = (KeyEngine) Proxy.newProxyInstance(KeyEngine.class.getClassLoader(), new Class<?>[] {KeyEngine.class},
        (proxy, method, arguments) -> {
          if (method.getReturnType() == GeneratedKey.class) {
            told.set(arguments.length == 3 && (Boolean) arguments[2]);
          }
          return method.invoke(real, arguments);
        });
    Vault vault = new Vault("v", VaultKind.VAULT, new Partition("id", new RowSeal(new byte[32])), engine, Optional.empty(),
        SoftDelete.DEFAULT, null);

    new ManagedKeys(null).generate(vault, "a", "1".repeat(32), KeyType.EC, null, KeyCurve.P_256, exportable);

    assertThat(told.get()).isEqualTo(exportable);
  }
}
