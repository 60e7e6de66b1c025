-- Tokens that were made at run time.
CREATE TABLE pywharf_tokens (
    repository text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL UNIQUE, -- of the token's text, which is kept nowhere
    permission text NOT NULL,                -- Read, Write or Admin
    projects text NOT NULL,                  -- globs, separated by commas
    reads text NOT NULL,                     -- the same
    networks text NOT NULL,                  -- CIDR blocks, separated by commas; empty for anywhere
    expires bigint,                          -- microseconds of Unix time; NULL for never
    created bigint NOT NULL,                 -- the same
    last_used text COLLATE "C",              -- the day, in UTC
    PRIMARY KEY (repository, name)
);

-- One row: locked by a transaction that makes or revokes a token.
CREATE TABLE pywharf_token_changes (revision bigint NOT NULL);
INSERT INTO pywharf_token_changes (revision) VALUES (0);

-- Browser sessions. No row has a secret that can be read without the cookie of its browser.
CREATE TABLE pywharf_sessions (
    id_sha256 bytea PRIMARY KEY,  -- of the session's id
    repository text COLLATE "C" NOT NULL,
    actor text NOT NULL,          -- what the audit log calls it
    sealed bytea NOT NULL,        -- credential and CSRF token, encrypted under a key that is derived from the id
    notice text,                  -- the result of the last action, for the next page
    expires bigint NOT NULL,      -- microseconds of Unix time
    seen bigint NOT NULL          -- when it was in use, to the minute
);
CREATE INDEX pywharf_sessions_by_holder ON pywharf_sessions (repository, actor, expires);
CREATE INDEX pywharf_sessions_by_end ON pywharf_sessions (expires);

-- The servers that run. One whose row is old was killed.
CREATE TABLE pywharf_servers (
    id uuid PRIMARY KEY,
    seen timestamptz NOT NULL,    -- by the clock of the database
    first_line bigint NOT NULL,   -- the lines of the audit log before this one are none of its own
    reporter uuid,                -- of another server, which says in the audit log what this one left undone
    reported timestamptz
);

-- The audit log: a JSON line for each event, chained by digests. Contiguous ids.
CREATE TABLE pywharf_audit (
    id bigint PRIMARY KEY,
    time bigint NOT NULL,            -- microseconds of Unix time
    event text COLLATE "C" NOT NULL,
    repository text COLLATE "C",
    project text COLLATE "C",
    previous text COLLATE "C",       -- the SHA-256 of the line before; NULL for the first of all
    server uuid NOT NULL,            -- who added it
    line text NOT NULL               -- the event as it was recorded, with all of the above but the server
);
CREATE INDEX pywharf_audit_by_event ON pywharf_audit (event, id);
CREATE INDEX pywharf_audit_by_repository ON pywharf_audit (repository, id);
CREATE INDEX pywharf_audit_by_project ON pywharf_audit (project, id);
CREATE UNIQUE INDEX pywharf_audit_by_previous ON pywharf_audit (previous);

-- One row: locked by a transaction that adds lines.
CREATE TABLE pywharf_audit_head (
    newest bigint NOT NULL,    -- id of the newest line; 0 for none
    oldest bigint NOT NULL,    -- id of the oldest line that is kept
    sha256 text,               -- of the newest line
    bytes bigint NOT NULL      -- of all lines
);
INSERT INTO pywharf_audit_head (newest, oldest, sha256, bytes) VALUES (0, 1, NULL, 0);

-- The configuration that POST /initialize/ stored: one row, or none.
CREATE TABLE pywharf_configuration (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    stamp text NOT NULL,       -- another one each time
    config text NOT NULL,      -- config.toml
    admin_secret text          -- admin_secret.toml
);
