-- A row outlives its key, so that a key destroyed on purpose can be told from a lost key.
CREATE TABLE IF NOT EXISTS item_keys (
    ref TEXT PRIMARY KEY,
    item_key BLOB,
    destroyed_at TEXT,
    doomed_place TEXT,
    CHECK (destroyed_at IS NULL OR doomed_place IS NULL),
    CHECK ((item_key IS NULL) = (destroyed_at IS NOT NULL))
) WITHOUT ROWID, STRICT;

-- Files of earlier releases get this table when they are opened.
CREATE TABLE IF NOT EXISTS withdrawals (
    access TEXT,
    ref TEXT,
    withdrawn_at TEXT NOT NULL,
    PRIMARY KEY (access, ref)
) WITHOUT ROWID, STRICT;

-- The log that the keys belong to, identified by its first event; filled once the log has one.
CREATE TABLE IF NOT EXISTS log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    first_event TEXT NOT NULL
) STRICT;

-- Fingerprints of the store's other secrets; files of earlier releases get this table, too.
CREATE TABLE IF NOT EXISTS secrets (
    name TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL
) WITHOUT ROWID, STRICT;

-- Filled once every payload is bound to its rows; payloads of earlier releases are then refused.
CREATE TABLE IF NOT EXISTS binding (
    "only" INTEGER PRIMARY KEY CHECK (only = 1)
) STRICT;
