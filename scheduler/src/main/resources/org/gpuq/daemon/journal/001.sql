-- What happened since the last snapshot, in order.
CREATE TABLE event (
    seq  INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL, -- when it was written, milliseconds since 1970
    type TEXT NOT NULL,
    body TEXT NOT NULL     -- JSON
) STRICT;

-- The snapshot: one row a job, and one for all that is no job.
CREATE TABLE job (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL     -- JSON
) STRICT;

CREATE TABLE ledger (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL, -- the last event that the snapshot holds
    body TEXT NOT NULL     -- JSON
) STRICT;

-- Environments, once each.
CREATE TABLE environment (
    sha256 TEXT PRIMARY KEY,
    body   BLOB NOT NULL   -- entries, each ended by a NUL byte
) STRICT;

PRAGMA application_id = 0x67707571; -- 'gpuq'
