package org.keyhaven.server.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.schedule.Caretaker.Care;
import org.keyhaven.server.store.Agenda;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredObject;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the objects whose time has come: a deleted one is purged at its scheduled date and never earlier, a live one is
 * its feature's to care for. Called by one thread at a time.
 */
public final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  /** How many objects one transaction looks at: other writers wait for it. */
  private static final int BATCH = 50;
  /** After a failure. */
  private static final Duration LATER = Duration.ofMinutes(10);
  private static final String SAVEPOINT = "object";

  private final Database database;
  private final Agenda agenda;
  private final List<Vault> vaults;
  private final Map<Collection, VersionedObjects> collections = new EnumMap<>(Collection.class);
  private final Map<Collection, Caretaker> caretakers;
  private final Clock clock;

  /** @param caretakers of the collections that need one */
  public Scheduler(Database database, List<Vault> vaults, Map<Collection, Caretaker> caretakers, Clock clock) {
    this.database = database;
    this.agenda = new Agenda(database);
    this.vaults = List.copyOf(vaults);
    this.caretakers = Map.copyOf(caretakers);
    this.clock = clock;
    for (Collection collection : Collection.values()) {
      collections.put(collection, new VersionedObjects(database, collection));
    }
  }

  /** Does all that is due now. What fails is in the log and tried again later. */
  public void run() {
    vaults.forEach(this::run);
  }

  private void run(Vault vault) {
    List<Agenda.Entry> due = agenda.due(vault.partition(), clock.instant(), BATCH);
    while (!due.isEmpty() && !Thread.currentThread().isInterrupted()) {
      List<Agenda.Entry> batch = due;
      List<Runnable> works = database.write(handle -> attend(handle, vault, batch));
      works.forEach(work -> perform(vault, work));
      due = agenda.due(vault.partition(), clock.instant(), BATCH);
    }
  }

  private List<Runnable> attend(Handle handle, Vault vault, List<Agenda.Entry> batch) {
    Instant now = clock.instant();
    List<Runnable> works = new ArrayList<>();
    for (Agenda.Entry entry : batch) {
      // One object that cannot be used must not keep the others from their care.
      handle.savepoint(SAVEPOINT);
      Care care;
      try {
        care = attend(handle, vault, entry, now);
        handle.releaseSavepoint(SAVEPOINT);
      } catch (RuntimeException e) {
        handle.rollbackToSavepoint(SAVEPOINT);
        LOG.error("{}: {} {} is not cared for, and looked at again at {}: {}", vault, entry.collection(), entry.name(),
            now.plus(LATER), e.toString());
        care = Care.nothingBefore(now.plus(LATER));
      }
      Agenda.postpone(handle, entry, now, care.next());
      if (care.work() != null) {
        works.add(care.work());
      }
    }
    return works;
  }

  private Care attend(Handle handle, Vault vault, Agenda.Entry entry, Instant now) {
    VersionedObjects objects = collections.get(entry.collection());
    Optional<StoredObject> object = objects.find(handle, vault.partition(), entry.name()).map(Found::object);
    Caretaker caretaker = caretakers.get(entry.collection());
    if (object.isEmpty() || object.get().deletion() == null && caretaker == null) {
      return Care.nothingBefore(now.plus(Agenda.LONGEST));
    }
    Deletion deletion = object.get().deletion();
    if (deletion == null) {
      return caretaker.attend(handle, vault, entry.name(), now);
    }
    if (!now.isBefore(deletion.purge())) {
      objects.purge(handle, vault.partition(), entry.name());
      LOG.info("{}: {} {} is purged, as scheduled since {}", vault, entry.collection(), entry.name(), deletion.deleted());
    }
    return Care.nothingBefore(deletion.purge());
  }

  private static void perform(Vault vault, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("{}: scheduled work failed and is repeated later: {}", vault, e.toString());
    }
  }
}
