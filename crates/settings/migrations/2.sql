-- What a server said about itself when it was last let in: only for showing how that differs from what it says now. Which
-- definitions are in force is not decided by this table, which any program of the person can write.
CREATE TABLE definitions (
  url TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,         -- SHA-256 of the canonical form, in hexadecimal
  text TEXT NOT NULL,           -- the exact JSON
  seen INTEGER NOT NULL,        -- milliseconds since 1970-01-01T00:00:00Z
  PRIMARY KEY (url, account, kind, name)
) STRICT;

-- How often a rule decided. The rules themselves stand elsewhere.
CREATE TABLE rule_uses (
  id TEXT PRIMARY KEY,
  uses INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rules from answers are kept where no program but Keyholder can write.
DROP TABLE rules;
