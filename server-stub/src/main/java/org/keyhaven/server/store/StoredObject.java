package org.keyhaven.server.store;

/**
 * A named object: what its versions have in common.
 *
 * @param name as it was first written; names are equal whatever their case
 * @param latest its newest version
 * @param deletion null while the object lives
 * @param content what the feature keeps with the name, opaque here
 */
public record StoredObject(String name, String latest, Deletion deletion, byte[] content) {

  StoredObject withLatest(String version) {
    return new StoredObject(name, version, deletion, content);
  }

  StoredObject withDeletion(Deletion newDeletion) {
    return new StoredObject(name, latest, newDeletion, content);
  }

  StoredObject withContent(byte[] newContent) {
    return new StoredObject(name, latest, deletion, newContent);
  }
}
