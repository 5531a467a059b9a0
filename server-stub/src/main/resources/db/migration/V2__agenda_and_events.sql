-- When the scheduler looks at an object next; each change of the object sets it to 0, at once. It decides nothing, so the MAC
-- does not cover it: what is done then follows from the authenticated columns alone.
ALTER TABLE object ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX object_due ON object (vault_id, due);

-- Events that the webhook has not taken yet. The MAC covers what is told, not when.
CREATE TABLE event (
  number   INTEGER PRIMARY KEY, -- the order in which they happened
  vault_id TEXT NOT NULL REFERENCES vault (id),
  id       TEXT NOT NULL,
  body     BLOB NOT NULL, -- JSON
  attempts INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  mac      BLOB NOT NULL,
  UNIQUE (vault_id, id)
) STRICT;
CREATE INDEX event_due ON event (vault_id, due);

PRAGMA user_version = 2;
