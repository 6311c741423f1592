-- Of each block of entries: which groups of three bytes stand in their arguments, as a Bloom filter with one hash. A search for a
-- word reads only the blocks that can hold it. Written behind the rows, with the list.
CREATE TABLE hint (
  block INTEGER PRIMARY KEY,     -- sequence / 64
  bits BLOB NOT NULL
) STRICT;

-- The list is made anew with its hints.
DELETE FROM listed;
DELETE FROM name;
UPDATE progress SET listed = 0;
