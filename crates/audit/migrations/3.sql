-- What calls and notes are searched and counted by, in few bytes each: a search for something rare does not walk through the rows
-- themselves. No index of the rows: it is written behind them, many at a time, as `called` is.
CREATE TABLE name (
  id INTEGER PRIMARY KEY,        -- from 1
  text TEXT NOT NULL UNIQUE
) STRICT;

-- The texts as numbers of `name`; 0 for one that is too long to have a number, which stands in the row alone.
CREATE TABLE listed (
  sequence INTEGER PRIMARY KEY,
  "at" INTEGER NOT NULL,
  ending INTEGER NOT NULL,       -- 0 open, 1 cancelled, 2 done, 3 failed, 4 refused, 5 unknown
  event INTEGER,
  app INTEGER,
  server INTEGER,
  account INTEGER,
  method INTEGER,
  tool INTEGER,
  decision INTEGER,
  reason INTEGER,
  whose INTEGER,
  tier INTEGER,
  bytes INTEGER,                 -- of a call: of its answer
  millis INTEGER                 -- of a call: until its end; of a note: how long the person took
) STRICT;

-- Up to which row it goes.
ALTER TABLE progress ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
