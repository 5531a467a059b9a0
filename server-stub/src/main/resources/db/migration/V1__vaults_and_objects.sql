-- Every row that decides what somebody or some key may do carries a MAC under its vault's row key (see RowSeal).
-- Times are whole seconds since 1970.

CREATE TABLE vault (
  id       TEXT NOT NULL PRIMARY KEY,
  kind     TEXT NOT NULL,
  name     TEXT NOT NULL COLLATE NOCASE,
  data_key BLOB NOT NULL, -- sealed by the HSM or the master-key file, bound to id, kind and name
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE access_policy (
  vault_id     TEXT NOT NULL REFERENCES vault (id),
  principal_id TEXT NOT NULL,
  permissions  TEXT NOT NULL,
  mac          BLOB NOT NULL,
  PRIMARY KEY (vault_id, principal_id)
) STRICT, WITHOUT ROWID;

-- A named object of any collection (keys, certificates), live or deleted.
CREATE TABLE object (
  vault_id   TEXT NOT NULL REFERENCES vault (id),
  collection TEXT NOT NULL,
  name       TEXT NOT NULL COLLATE NOCASE,
  latest     TEXT NOT NULL,
  deleted    INTEGER, -- when; null while the object lives
  purge      INTEGER, -- when a deleted object goes for good
  content    BLOB NOT NULL,
  mac        BLOB NOT NULL,
  PRIMARY KEY (vault_id, collection, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX object_deleted ON object (vault_id, collection, name) WHERE deleted IS NOT NULL;

CREATE TABLE object_version (
  vault_id   TEXT NOT NULL,
  collection TEXT NOT NULL,
  name       TEXT NOT NULL COLLATE NOCASE,
  version    TEXT NOT NULL,
  enabled    INTEGER NOT NULL,
  nbf        INTEGER,
  exp        INTEGER,
  created    INTEGER NOT NULL,
  updated    INTEGER NOT NULL,
  tags       TEXT NOT NULL,
  content    BLOB NOT NULL,
  mac        BLOB NOT NULL,
  PRIMARY KEY (vault_id, collection, name, version),
  FOREIGN KEY (vault_id, collection, name) REFERENCES object (vault_id, collection, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
