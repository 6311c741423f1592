-- Whether a refresh token came with a grant. What was written down before this is corrected when its tokens are next looked at.
ALTER TABLE grants ADD COLUMN renews INTEGER NOT NULL DEFAULT 0;
