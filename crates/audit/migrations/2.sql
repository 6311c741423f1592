-- How much harm the call could do, and what it does to the session. Rows of before have neither, and an absent field is not
-- hashed: they keep their hashes.
ALTER TABLE entry ADD COLUMN "tier" TEXT;
ALTER TABLE entry ADD COLUMN "labels" TEXT;

-- The last calls of a tool, newest first, without walking the whole log. No index: it is written behind the rows, many at a time.
-- A call without a server stands under the empty name.
CREATE TABLE called (
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (server, tool, sequence)
) STRICT, WITHOUT ROWID;

-- Up to which row it goes.
ALTER TABLE progress ADD COLUMN called INTEGER NOT NULL DEFAULT 0;
