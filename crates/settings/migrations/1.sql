-- What is known of a grant without opening the keychain. No secret has a column here, nor may one get any.
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  account TEXT NOT NULL,
  issuer TEXT NOT NULL,
  resource TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'lapsed', 'revoked')),
  state_at INTEGER,            -- active: when the access token ends; else: since when
  confirmed INTEGER,           -- revoked: whether the authorization server confirmed
  obtained INTEGER NOT NULL,
  last_used INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_of ON grants (server, account, state);

-- Which protocol revision an endpoint spoke when it was last asked.
CREATE TABLE eras (
  url TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  era TEXT NOT NULL CHECK (era IN ('modern', 'legacy', 'sse')),
  found INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Remembered approvals: ordinary rules, as text.
CREATE TABLE rules (
  id TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  origin TEXT NOT NULL,
  made INTEGER NOT NULL,
  uses INTEGER NOT NULL DEFAULT 0,
  last_used INTEGER
) STRICT, WITHOUT ROWID;

-- "No" to a sign-in, so that it is not asked again at once.
CREATE TABLE sign_in_refusals (
  server TEXT NOT NULL,
  account TEXT NOT NULL,
  app TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (server, account, app)
) STRICT, WITHOUT ROWID;
