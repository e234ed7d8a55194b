-- One file may hold many inputs: records of a web archive, parts of a saved page, items of a feed, rows of a catalogue.
-- Each is an input of its own, under "container#name", and knows its container, so that a container that changed takes
-- what it no longer holds with it. What a web archive says of a record is kept, because pages name their pictures by
-- address. Several captures of one document are united: an appearance is known by its image, and each wording that it
-- had in some capture is a version of it.

ALTER TABLE files ADD COLUMN container_id INTEGER REFERENCES files (id) ON DELETE CASCADE;
CREATE INDEX files_container ON files (container_id) WHERE container_id IS NOT NULL;
-- Catalogues name files without their folder, in any case of letters.
CREATE INDEX files_name ON files (lower(substr(path, length(folder) + 1 + (folder <> ''))));

-- What the container says of a member: where it came from, when, and what the server answered.
CREATE TABLE records (
  file_id      INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  url          TEXT,
  key          TEXT,                          -- the address without scheme and fragment: what pages and records meet by
  captured     TEXT,                          -- UTC, ISO 8601
  status       INTEGER,                       -- of the HTTP answer
  mime         TEXT,
  redirect     TEXT,                          -- where the answer leads
  redirect_key TEXT,
  digest       TEXT,                          -- of the payload, as the container states it
  repeats      INTEGER NOT NULL CHECK (repeats IN (0, 1))   -- 1: its payload is that of another record with this digest
) STRICT;
CREATE INDEX records_key ON records (key) WHERE key IS NOT NULL;
CREATE INDEX records_redirect ON records (redirect_key) WHERE redirect_key IS NOT NULL;
CREATE INDEX records_digest ON records (digest) WHERE digest IS NOT NULL;

-- One wording of an appearance: its caption, credit or alternative text may differ from capture to capture. The row in
-- `appearances` repeats the one of the latest capture.
CREATE TABLE appearance_versions (
  id            INTEGER PRIMARY KEY,
  appearance_id INTEGER NOT NULL REFERENCES appearances (id) ON DELETE CASCADE,
  text          TEXT NOT NULL,
  credit_text   TEXT,
  alt           TEXT
) STRICT;
CREATE INDEX appearance_versions_appearance ON appearance_versions (appearance_id);
ALTER TABLE appearance_captures ADD COLUMN version_id INTEGER REFERENCES appearance_versions (id);
CREATE INDEX appearance_captures_version ON appearance_captures (version_id);

-- The addresses of an appearance's image, in the form of records.key.
CREATE TABLE image_keys (
  key           TEXT NOT NULL,
  appearance_id INTEGER NOT NULL REFERENCES appearances (id) ON DELETE CASCADE,
  seq           INTEGER NOT NULL,             -- 0: the image as printed; then its variants
  PRIMARY KEY (key, appearance_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_keys_appearance ON image_keys (appearance_id, seq);

-- A row of a catalogue export, and whether a photo was found for it. Its fields are in `metadata`, the tie in `sidecars`.
CREATE TABLE catalogue_rows (
  file_id    INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  path       TEXT,                            -- as the row names its file, after --rewrite
  name       TEXT,                            -- the last part of it, in lower case
  asset      TEXT,                            -- the catalogue's own number
  joined_by  TEXT NOT NULL CHECK (joined_by IN ('path', 'name', 'asset', 'ambiguous', 'none')),
  candidates INTEGER NOT NULL                 -- photos that fit
) STRICT;
CREATE INDEX catalogue_rows_name ON catalogue_rows (name) WHERE name IS NOT NULL;
CREATE INDEX catalogue_rows_asset ON catalogue_rows (asset) WHERE asset IS NOT NULL;
