-- The indexes of all repositories. A repository whose storage was changed in the configuration gets another catalog.
CREATE TABLE pywharf_catalogs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    repository text NOT NULL,
    storage text NOT NULL,       -- which storage it describes
    revision bigint NOT NULL,    -- of the newest change; this row is locked by a transaction that makes one
    modified_at bigint NOT NULL, -- when it was made, in microseconds of Unix time
    generation bigint NOT NULL,  -- another one once what was computed from the rows may be wrong
    complete bigint NOT NULL,    -- the revision at which the whole storage had been looked at; 0 before
    UNIQUE (repository, storage)
);

CREATE TABLE pywharf_files (
    catalog bigint NOT NULL REFERENCES pywharf_catalogs ON DELETE CASCADE,
    filename text COLLATE "C" NOT NULL,
    identity text COLLATE "C" NOT NULL, -- which file it is, however its name is spelled
    project text COLLATE "C" NOT NULL,  -- normalised name
    location text COLLATE "C" NOT NULL, -- where the back end finds it
    size bigint,                        -- NULL where an old index does not tell it
    stamp bigint NOT NULL,              -- by what the back end tells it from another of its name
    sha256 bytea NOT NULL,
    requires_python text,
    summary text,
    metadata_sha256 bytea,              -- of its core metadata document, where that can be sent
    uploaded_at bigint,                 -- microseconds of Unix time; NULL as the size
    uploaded_by text,                   -- who published it; NULL where that is not known
    removed boolean NOT NULL,           -- gone from the storage; kept, so that other servers hear of it
    revision bigint NOT NULL,
    fields text,                        -- core metadata, as JSON; NULL while nobody has read it
    PRIMARY KEY (catalog, filename)
);
CREATE INDEX pywharf_files_by_revision ON pywharf_files (catalog, revision);
CREATE INDEX pywharf_files_by_identity ON pywharf_files (catalog, identity);
CREATE INDEX pywharf_files_by_location ON pywharf_files (catalog, location);
CREATE INDEX pywharf_files_without_fields ON pywharf_files (catalog, filename) WHERE fields IS NULL AND NOT removed;
CREATE INDEX pywharf_files_without_measure ON pywharf_files (catalog, filename) WHERE (size IS NULL OR uploaded_at IS NULL) AND NOT removed;

CREATE TABLE pywharf_projects (
    catalog bigint NOT NULL REFERENCES pywharf_catalogs ON DELETE CASCADE,
    project text COLLATE "C" NOT NULL, -- normalised name
    record text,                       -- what was decided about it, as its TOML; NULL where that can't be read
    revision bigint NOT NULL,
    PRIMARY KEY (catalog, project)
);
CREATE INDEX pywharf_projects_by_revision ON pywharf_projects (catalog, revision);

CREATE TABLE pywharf_folders (
    catalog bigint NOT NULL REFERENCES pywharf_catalogs ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    stamp bigint NOT NULL,             -- by what it is seen that it changed
    PRIMARY KEY (catalog, name)
);
