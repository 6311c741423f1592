-- One row a fact. STRICT: a value of another type than its column's cannot be stored.
-- `sequence` counts from 1 without a gap; `hash` is SHA-256 over the previous row's hash and this row's fields.
CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY,
  "kind" TEXT NOT NULL,          -- intent, outcome or note
  "at" INTEGER NOT NULL,         -- milliseconds since 1970-01-01T00:00:00Z
  "refers" INTEGER,              -- of an outcome: its intent's sequence
  "event" TEXT,                  -- of a note: what happened
  "call" TEXT,
  "session" TEXT,
  "app" TEXT,
  "app_path" TEXT,
  "ancestry" TEXT,
  "server" TEXT,
  "account" TEXT,
  "issuer" TEXT,
  "method" TEXT,
  "tool" TEXT,
  "arguments" BLOB,              -- SHA-256 of the arguments
  "preview" TEXT,                -- the arguments, redacted
  "request" BLOB,                -- SHA-256 of the bytes that were sent
  "decision" TEXT,
  "reason" TEXT,
  "trace" TEXT,
  "outcome" TEXT,                -- cancel, complete, fault or unknown
  "whose" TEXT,
  "detail" TEXT,
  "bytes" INTEGER,
  "millis" INTEGER,
  hash BLOB NOT NULL
) STRICT;

CREATE INDEX outcome_of ON entry (refers) WHERE refers IS NOT NULL;

-- How far the search for calls without an outcome has come. Not part of the evidence: it only saves work at the next start.
CREATE TABLE progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  settled INTEGER NOT NULL
) STRICT;

INSERT INTO progress VALUES (1, 0);
