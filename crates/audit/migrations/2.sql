-- How much harm the call could do, and what it does to the session. Rows of before have neither, and an absent field is not
-- hashed: they keep their hashes.
ALTER TABLE entry ADD COLUMN "tier" TEXT;
ALTER TABLE entry ADD COLUMN "labels" TEXT;

-- The last calls of a tool, newest first, without walking the whole log. The app stands behind the number, so that both the calls
-- of one app and those of all apps come in order.
CREATE INDEX calls_of ON entry (server, tool, sequence, app) WHERE tool IS NOT NULL;
