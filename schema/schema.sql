-- Generated from schema/migrations and schema/views; a test keeps it current.

-- The first schema. Why it looks so:
--  * Raw tables hold what came in, as it came; derived tables can be emptied and rebuilt from them (cutline rederive).
--  * Integer keys are the first 63 bits of a SHA-256 over the row's natural key, so that neither the order of ingest
--    nor the number of threads can be seen in an archive, and re-ingest upserts. Hashes people see are hexadecimal text.
--  * STRICT and CHECK: a value that cutline would not write is refused by SQLite itself.
--  * Nothing here needs more than SQLite 3.40, and no function or tokenizer of cutline's own.

-- ---------------------------------------------------------------- raw

-- Facts about the archive itself: registry_digest, hash_path.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per ingest. Not part of what two archives are compared by.
CREATE TABLE runs (
  id              INTEGER PRIMARY KEY,
  started         TEXT NOT NULL,              -- UTC, ISO 8601
  finished        TEXT,                       -- null while under way, or when it was killed
  version         TEXT NOT NULL,              -- cutline's own
  registry_digest TEXT NOT NULL,
  roots           TEXT NOT NULL,              -- JSON list of the paths as given
  counts          TEXT                        -- JSON object: the closing summary
) STRICT;

-- Folders that inputs were found under. Files are stored relative to them.
CREATE TABLE roots (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE,                 -- given with --root NAME=PATH, else the absolute path
  path  TEXT NOT NULL,                        -- absolute path when last ingested
  given TEXT NOT NULL                         -- as typed when first ingested: the prefix of paths in output
) STRICT;

-- One distinct sequence of image bytes.
CREATE TABLE photos (
  id           INTEGER PRIMARY KEY,
  sha256       TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  format       TEXT NOT NULL,                 -- jpeg, png, webp, tiff, gif, bmp
  bytes        INTEGER NOT NULL,
  width        INTEGER NOT NULL,              -- pixels, before orientation; 0: unknown
  height       INTEGER NOT NULL,
  orientation  INTEGER NOT NULL CHECK (orientation BETWEEN 1 AND 8),   -- EXIF 0x0112
  coded        TEXT,                          -- SHA-256 of the coded picture without metadata
  pixels       TEXT,                          -- SHA-256 of the decoded upright pixels; only where it was needed
  pdq          TEXT CHECK (pdq IS NULL OR length(pdq) = 64),           -- PDQ perceptual hash, hexadecimal
  pdq_quality  INTEGER,                       -- 0 to 100
  luma64       BLOB,                          -- the upright picture as 64 x 64 grey samples, for verifying near hashes
  hash_path    INTEGER NOT NULL               -- version of the decoding path; hashes of two versions are never compared
) STRICT;
CREATE INDEX photos_coded ON photos (coded) WHERE coded IS NOT NULL;

-- One place where an input was seen. The view `inputs` is made for reading.
CREATE TABLE files (
  id       INTEGER PRIMARY KEY,
  root_id  INTEGER NOT NULL REFERENCES roots (id),
  path     TEXT NOT NULL,                     -- relative to the root, bytes that are not UTF-8 shown as \xNN
  path_raw BLOB,                              -- the bytes of the name, only where they are not UTF-8
  folder   TEXT NOT NULL,                     -- path without its last part, '' at the root
  kind     TEXT NOT NULL,                     -- jpeg, png, ..., sidecar, html, text, or what was skipped
  size     INTEGER NOT NULL,                  -- bytes
  mtime_ns INTEGER NOT NULL,                  -- nanoseconds since 1970
  sha256   TEXT,                              -- null where the bytes could not be read or were not meant to be
  status   TEXT NOT NULL CHECK (status IN ('ok', 'partial', 'failed', 'skipped')),
  reason   TEXT,                              -- one word, see Reason in src/model/input.rs
  problem  TEXT,                              -- one sentence
  photo_id INTEGER REFERENCES photos (id),
  UNIQUE (root_id, path)
) STRICT;
CREATE INDEX files_photo ON files (photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX files_folder ON files (root_id, folder);

-- Everything that went wrong with an input, when it is more than one thing.
CREATE TABLE problems (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (file_id, seq)
) STRICT, WITHOUT ROWID;

-- Values of IPTC fields as they came: embedded in a photo (photo_id), or in a sidecar file (file_id).
CREATE TABLE metadata (
  photo_id        INTEGER REFERENCES photos (id) ON DELETE CASCADE,
  file_id         INTEGER REFERENCES files (id) ON DELETE CASCADE,
  field           TEXT NOT NULL,              -- creator, credit_line, source, ... (DESIGN, metadata output)
  seq             INTEGER NOT NULL,           -- order of preference, from 0
  carrier         TEXT NOT NULL,              -- exif, iim, xmp, sidecar
  value           TEXT NOT NULL,
  lang            TEXT,                       -- of an XMP alternative other than x-default
  cut             INTEGER NOT NULL DEFAULT 0 CHECK (cut IN (0, 1)),  -- 1: as long as IIM allows, the end may be missing
  guessed_charset TEXT,                       -- where the container does not state one
  CHECK ((photo_id IS NULL) <> (file_id IS NULL)),
  UNIQUE (photo_id, field, seq),
  UNIQUE (file_id, field, seq)
) STRICT;

-- Who published. `key` is the domain, or the printed name where there is none.
CREATE TABLE outlets (
  id      INTEGER PRIMARY KEY,
  key     TEXT NOT NULL UNIQUE,
  name    TEXT,
  domain  TEXT,
  country TEXT,
  owner   TEXT,
  party   TEXT                                -- registry id, where the outlet is itself a party
) STRICT;

-- One per canonical URL, or per file where there is none.
CREATE TABLE documents (
  id         INTEGER PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,            -- the URL, or 'file:' and the file's id
  url        TEXT,
  title      TEXT,
  outlet_id  INTEGER REFERENCES outlets (id),
  published  TEXT,                            -- ISO 8601, with the zone where stated
  modified   TEXT,
  lang       TEXT,
  section    TEXT,
  kind       TEXT NOT NULL CHECK (kind IN ('article', 'consent', 'paywall', 'error', 'redirect')),
  facts_from TEXT NOT NULL                    -- which capture these facts are from: the latest, then the last path
) STRICT;
CREATE INDEX documents_outlet ON documents (outlet_id);

-- One saved state of a document.
CREATE TABLE captures (
  id               INTEGER PRIMARY KEY,
  document_id      INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  file_id          INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  captured         TEXT,                      -- when it was captured, where the container says so
  document_credits TEXT NOT NULL              -- JSON list of readings: credits for the whole document
) STRICT;
CREATE INDEX captures_document ON captures (document_id);
CREATE INDEX captures_file ON captures (file_id);

-- One use of one picture in one document: raw words.
CREATE TABLE appearances (
  id          INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,               -- 1, 2, ... in the order of the page
  image       TEXT,                           -- absolute URL as printed
  alt         TEXT,
  text        TEXT NOT NULL,                  -- caption exactly as printed, credit included where printed with it
  credit_text TEXT,                           -- credit printed in an element of its own
  carrier     TEXT,                           -- figcaption, alt, text, json-ld, ...
  char_offset INTEGER,                        -- where `text` begins in a text capture, in characters
  lead        INTEGER NOT NULL DEFAULT 0 CHECK (lead IN (0, 1))
) STRICT;
CREATE INDEX appearances_document ON appearances (document_id, position);

-- In which captures an appearance was seen.
CREATE TABLE appearance_captures (
  appearance_id INTEGER NOT NULL REFERENCES appearances (id) ON DELETE CASCADE,
  capture_id    INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
  PRIMARY KEY (appearance_id, capture_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX appearance_captures_capture ON appearance_captures (capture_id);

-- Further references to the image of an appearance.
CREATE TABLE appearance_images (
  appearance_id INTEGER NOT NULL REFERENCES appearances (id) ON DELETE CASCADE,
  kind          TEXT NOT NULL CHECK (kind IN ('variant', 'local')),   -- other renditions; paths as they stand
  seq           INTEGER NOT NULL,
  url           TEXT NOT NULL,
  name          TEXT,                         -- of a local reference: the file's name, for photos that come later
  PRIMARY KEY (appearance_id, kind, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX appearance_images_name ON appearance_images (name) WHERE name IS NOT NULL;

-- ---------------------------------------------------------------- the registry, copied in so that plain SQL can join it

CREATE TABLE registry_parties (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  full_name TEXT,
  country   TEXT,
  kind      TEXT NOT NULL,
  state     TEXT,
  parent    TEXT,
  notes     TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE registry_aliases (
  alias TEXT NOT NULL,
  party TEXT NOT NULL REFERENCES registry_parties (id) ON DELETE CASCADE,
  PRIMARY KEY (alias, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE registry_control (
  party     TEXT NOT NULL REFERENCES registry_parties (id) ON DELETE CASCADE,
  seq       INTEGER NOT NULL,
  from_date TEXT,
  to_date   TEXT,
  control   TEXT NOT NULL,
  basis     TEXT NOT NULL,
  verified  INTEGER NOT NULL CHECK (verified IN (0, 1)),   -- 1: somebody opened the source cited
  PRIMARY KEY (party, seq)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- derived

-- A text with its credit, read. Of an appearance, or of an embedded or sidecar field of a photo.
CREATE TABLE credits (
  id            INTEGER PRIMARY KEY,
  appearance_id INTEGER REFERENCES appearances (id) ON DELETE CASCADE,
  photo_id      INTEGER REFERENCES photos (id) ON DELETE CASCADE,
  file_id       INTEGER REFERENCES files (id) ON DELETE CASCADE,   -- the sidecar, where it was read from one
  field         TEXT,                         -- which field of the photo
  carrier       TEXT,
  caption       TEXT NOT NULL,
  credit_line   TEXT,
  lang          TEXT,
  chain_order   TEXT NOT NULL CHECK (chain_order IN ('sure', 'uncertain')),
  confidence    REAL NOT NULL,                -- probability that the reading is wholly right
  reading       TEXT NOT NULL                 -- the whole reading, JSON as `cutline credit` prints it
) STRICT;
CREATE INDEX credits_appearance ON credits (appearance_id) WHERE appearance_id IS NOT NULL;
CREATE INDEX credits_photo ON credits (photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX credits_file ON credits (file_id) WHERE file_id IS NOT NULL;

-- The chains: originator first. `also` is 0 for the first credit of the text, 1, 2, ... for further independent ones.
CREATE TABLE credit_parties (
  credit_id  INTEGER NOT NULL REFERENCES credits (id) ON DELETE CASCADE,
  also       INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  party      TEXT,                            -- registry id; null: not registered
  name       TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('originator', 'intermediary', 'distributor')),
  state      TEXT CHECK (state IN ('media', 'government', 'armed-group')),
  span_start INTEGER NOT NULL,                -- characters in the text that was read, half open
  span_end   INTEGER NOT NULL,
  PRIMARY KEY (credit_id, also, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_parties_party ON credit_parties (party);

CREATE TABLE credit_creators (
  credit_id INTEGER NOT NULL REFERENCES credits (id) ON DELETE CASCADE,
  also      INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  creator   TEXT NOT NULL,
  PRIMARY KEY (credit_id, also, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_labels (
  credit_id INTEGER NOT NULL REFERENCES credits (id) ON DELETE CASCADE,
  label     TEXT NOT NULL,
  PRIMARY KEY (credit_id, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE caption_dates (
  credit_id INTEGER NOT NULL REFERENCES credits (id) ON DELETE CASCADE,
  seq       INTEGER NOT NULL,
  date      TEXT NOT NULL,                    -- YYYY, YYYY-MM or YYYY-MM-DD
  precision TEXT NOT NULL CHECK (precision IN ('year', 'month', 'day')),
  text      TEXT NOT NULL,                    -- the words it was read from
  released  INTEGER NOT NULL CHECK (released IN (0, 1)),
  PRIMARY KEY (credit_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX caption_dates_date ON caption_dates (date);

-- Which sidecar belongs to which photo.
CREATE TABLE sidecars (
  file_id  INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,    -- the sidecar
  photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  PRIMARY KEY (file_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecars_photo ON sidecars (photo_id);

-- The sixteen 16-bit parts of each perceptual hash: two hashes within 31 bits agree in one part to within one bit.
CREATE TABLE pdq_slots (
  slot     INTEGER NOT NULL,                  -- part number * 65536 + its value
  photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  PRIMARY KEY (slot, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pdq_slots_photo ON pdq_slots (photo_id);

-- Relations between photos, a < b, with their evidence.
CREATE TABLE photo_links (
  a        INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  b        INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  relation TEXT NOT NULL CHECK (relation IN
    ('same-coded-image', 'same-pixels', 'near-duplicate', 'mirrored', 'rotated', 'part-of', 'same-scene')),
  distance INTEGER,                           -- differing bits of 256, where that is the evidence
  place    TEXT,                              -- JSON {x, y, width, height} in fractions, for part-of
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_links_b ON photo_links (b);

-- Photos that show the same picture. Every photo is in exactly one.
CREATE TABLE pictures (
  id             INTEGER PRIMARY KEY,
  representative INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX pictures_representative ON pictures (representative);
CREATE TABLE picture_photos (
  photo_id   INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
  picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX picture_photos_picture ON picture_photos (picture_id);

-- Keys by which captions and photos find each other.
CREATE TABLE match_keys (
  key     TEXT NOT NULL,
  side    TEXT NOT NULL CHECK (side IN ('printed', 'held')),   -- an appearance, or a photo
  subject INTEGER NOT NULL,
  PRIMARY KEY (key, side, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_keys_subject ON match_keys (side, subject);

-- The best candidate photo of each appearance, and what was decided.
CREATE TABLE matches (
  appearance_id INTEGER PRIMARY KEY REFERENCES appearances (id) ON DELETE CASCADE,
  photo_id      INTEGER REFERENCES photos (id) ON DELETE CASCADE,
  probability   REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  decision      TEXT NOT NULL CHECK (decision IN ('matched', 'possible', 'unmatched')),
  evidence      TEXT NOT NULL                 -- JSON list of {kind, weight, text}
) STRICT;
CREATE INDEX matches_photo ON matches (photo_id) WHERE photo_id IS NOT NULL;

-- How each appearance, and each photo by itself, is known to come from a state, and how it was supplied.
CREATE TABLE origins (
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('appearance', 'photo')),
  subject      INTEGER NOT NULL,
  level        TEXT CHECK (level IN ('direct', 'via', 'stated', 'metadata', 'duplicate')),
  kinds        TEXT NOT NULL,                 -- JSON list: media, government, armed-group
  parties      TEXT NOT NULL,                 -- JSON list of registry ids
  control      TEXT,                          -- controlled, owned
  evidence     TEXT,                          -- the exact words
  confidence   TEXT CHECK (confidence IN ('sure', 'possible')),
  disclosure   TEXT CHECK (disclosure IN ('transparent', 'caption-only', 'collapsed', 'inverted', 'erased')),
  supply       TEXT,                          -- staff, agency, handout, state-media, government, stock, social, unattributed
  verified     INTEGER NOT NULL CHECK (verified IN (0, 1)),   -- 1: the registry rows' sources were opened
  own_page     INTEGER NOT NULL CHECK (own_page IN (0, 1)),   -- 1: the outlet is itself a state outlet
  origin       TEXT NOT NULL,                 -- JSON: all of this, with the registry rows and every piece of evidence
  case_key     TEXT NOT NULL,                 -- the case that it was judged in
  PRIMARY KEY (subject_kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_case ON origins (case_key);

-- Findings. `evidence` is never an empty list.
CREATE TABLE flags (
  id           TEXT PRIMARY KEY,
  rule         TEXT NOT NULL,
  severity     TEXT NOT NULL CHECK (severity IN ('info', 'notice', 'warning')),
  confidence   TEXT NOT NULL CHECK (confidence IN ('sure', 'possible')),
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('photo', 'picture', 'appearance', 'document')),
  subject_id   TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  summary      TEXT NOT NULL,
  evidence     TEXT NOT NULL,                 -- JSON list of {text, from, input, carrier}
  kinds        TEXT NOT NULL,                 -- JSON list, the rule's own refinement
  case_key     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX flags_rule ON flags (rule);
CREATE INDEX flags_case ON flags (case_key);
CREATE INDEX flags_subject ON flags (subject_id);

-- Work that a committed input still needs: written with the input, removed when done, so that a killed run is finished
-- by the next.
CREATE TABLE pending (
  stage   TEXT NOT NULL CHECK (stage IN ('photo', 'sidecar', 'document', 'picture', 'appearance', 'outlet')),
  subject INTEGER NOT NULL,
  PRIMARY KEY (stage, subject)
) STRICT, WITHOUT ROWID;

-- Full text: rowid is the appearance's or photo's id. Han, Kana and Hangul stand one character a token.
CREATE VIRTUAL TABLE appearances_fts USING fts5 (caption, credit, title, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE photos_fts USING fts5 (description, credit, names, tokenize = "unicode61 remove_diacritics 2");

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

-- Local features: what finds crops, screenshots, collages and other parts of a picture without comparing every photo
-- with every other. A link says which of the two is the part, and on how many features it rests.
ALTER TABLE photos ADD COLUMN features BLOB;         -- 38 bytes each: place, size, direction, 256-bit descriptor
ALTER TABLE photo_links ADD COLUMN part TEXT CHECK (part IN ('a', 'b'));   -- which one lies in the other, at `place`
ALTER TABLE photo_links ADD COLUMN features INTEGER; -- features that agree under one placing, where they were compared

-- Words of each photo's strongest features: parts of their descriptors. Copies share some, at one change of size and
-- direction.
CREATE TABLE feature_words (
  word     INTEGER NOT NULL,                  -- table number * 2^32 + 32 bits of a descriptor
  photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  seen     INTEGER NOT NULL,                  -- size in doublings from the finest * 16 + direction in sixteenths of a turn
  PRIMARY KEY (word, photo_id, seen)
) STRICT, WITHOUT ROWID;
CREATE INDEX feature_words_photo ON feature_words (photo_id);

-- Decisions of people, samples that people code, and a slim row per appearance for audits. Why it looks so:
--  * What a person decided is raw, is only ever added to, and is undone by a further row: triggers refuse the rest.
--  * A decision names its subject by an id that is made from content, and keeps what was decided on, so that a later
--    reader sees whether the evidence is still the same.
--  * An audit reads one narrow table from end to end instead of the readings and origins, which are wide.

-- What the finding rests on, without what changes with every ingest: a review that saw another one is stale.
ALTER TABLE flags ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- The review whose text was read in place of the printed credit.
ALTER TABLE credits ADD COLUMN review TEXT;
CREATE INDEX credits_review ON credits (review) WHERE review IS NOT NULL;

-- ---------------------------------------------------------------- raw

-- Decisions, one row each, never changed.
CREATE TABLE reviews (
  id              TEXT PRIMARY KEY,           -- made from the row, so that a decision brought in twice is there once
  at              TEXT NOT NULL,              -- UTC, ISO 8601 with milliseconds; later than every one before it
  reviewer        TEXT NOT NULL CHECK (reviewer <> ''),
  subject_kind    TEXT NOT NULL CHECK (subject_kind IN ('flag', 'match', 'credit', 'pair')),
  subject         TEXT NOT NULL,              -- the flag; 'app-... SHA-256'; 'app-...'; two SHA-256, the smaller first
  decision        TEXT NOT NULL CHECK (decision IN
    ('confirm', 'reject', 'correct', 'tie', 'untie', 'same', 'not-same', 'note', 'undo')),
  value           TEXT,                       -- of correct: the credit as it should read; of undo: the review undone
  why             TEXT,
  rule            TEXT,                       -- of a flag: its rule
  about_kind      TEXT,                       -- of a flag: its subject, by which it is found again when a better copy
  about           TEXT,                       --   has given the picture another id
  about_key       INTEGER,                    -- the photo in a picture's id
  digest          TEXT,                       -- of a flag: of its evidence as it stood
  seen            TEXT,                       -- JSON: what was decided on, as it stood
  version         TEXT NOT NULL,              -- cutline's own
  registry_digest TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX reviews_subject ON reviews (subject_kind, subject, at);
CREATE INDEX reviews_undone ON reviews (value) WHERE decision = 'undo';
CREATE INDEX reviews_at ON reviews (at);
CREATE TRIGGER reviews_are_kept BEFORE DELETE ON reviews BEGIN
  SELECT RAISE(ABORT, 'reviews are only ever added to; undo one with a further row');
END;
CREATE TRIGGER reviews_stand BEFORE UPDATE ON reviews BEGIN
  SELECT RAISE(ABORT, 'reviews are only ever added to; undo one with a further row');
END;

-- A sample of appearances that was drawn for people to code.
CREATE TABLE samples (
  id              TEXT PRIMARY KEY,           -- made from the request and the appearances drawn
  at              TEXT NOT NULL,              -- UTC, when it was first drawn
  size            INTEGER NOT NULL,           -- as asked for
  dimensions      TEXT NOT NULL,              -- JSON list: the strata are their combinations
  seed            INTEGER NOT NULL,
  from_month      TEXT,
  to_month        TEXT,
  version         TEXT NOT NULL,
  registry_digest TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE sample_items (
  sample     TEXT NOT NULL REFERENCES samples (id),
  appearance TEXT NOT NULL,                   -- 'app-...'
  stratum    TEXT NOT NULL,                   -- JSON list of the values of the dimensions
  population INTEGER NOT NULL,                -- appearances in the stratum when it was drawn
  drawn      INTEGER NOT NULL,                -- of those, how many were drawn
  PRIMARY KEY (sample, appearance)
) STRICT, WITHOUT ROWID;

-- What a coder said of an item. A later row of the same coder counts in place of an earlier one.
CREATE TABLE codings (
  id         TEXT PRIMARY KEY,                -- made from the row
  sample     TEXT NOT NULL REFERENCES samples (id),
  appearance TEXT NOT NULL,
  coder      TEXT NOT NULL CHECK (coder <> ''),
  at         TEXT NOT NULL,                   -- UTC, when it was brought in
  code       TEXT NOT NULL CHECK (code IN ('media', 'government', 'armed-group', 'none', 'unclear')),
  note       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX codings_item ON codings (sample, appearance, coder, at);

-- ---------------------------------------------------------------- derived

-- What an audit counts, one narrow row per appearance.
CREATE TABLE facts (
  appearance_id INTEGER PRIMARY KEY REFERENCES appearances (id) ON DELETE CASCADE,
  document_id   INTEGER NOT NULL,
  outlet_id     INTEGER,
  month         TEXT,                         -- YYYY-MM in which the document was published
  lang          TEXT,                         -- of the caption, else of the document
  picture_id    INTEGER,                      -- only where the match is sure
  level         TEXT,
  confidence    TEXT,
  kinds         TEXT,                         -- JSON list, null without a level
  parties       TEXT,                         -- JSON list of registry ids, null without a level
  control       TEXT,
  verified      INTEGER NOT NULL,
  own_page      INTEGER NOT NULL,
  disclosure    TEXT,
  supply        TEXT,
  distributor   TEXT,                         -- the last party of the printed chain
  labels        TEXT,                         -- JSON list, null where there is none
  credited      INTEGER NOT NULL,             -- 1: a credit was found and read
  unknown_party INTEGER NOT NULL              -- 1: it names a party that the registry does not know
) STRICT;

-- An audit counts documents as well as appearances. With the facts of one document beside each other it does so while
-- reading, and holds nothing of a million documents in memory.

ALTER TABLE facts RENAME TO facts_before;
CREATE TABLE facts (
  document_id   INTEGER NOT NULL,
  appearance_id INTEGER NOT NULL UNIQUE REFERENCES appearances (id) ON DELETE CASCADE,
  outlet_id     INTEGER,
  month         TEXT,                         -- YYYY-MM in which the document was published
  lang          TEXT,                         -- of the caption, else of the document
  picture_id    INTEGER,                      -- only where the match is sure
  level         TEXT,
  confidence    TEXT,
  kinds         TEXT,                         -- JSON list, null without a level
  parties       TEXT,                         -- JSON list of registry ids, null without a level
  control       TEXT,
  verified      INTEGER NOT NULL,
  own_page      INTEGER NOT NULL,
  disclosure    TEXT,
  supply        TEXT,
  distributor   TEXT,                         -- the last party of the printed chain
  labels        TEXT,                         -- JSON list, null where there is none
  credited      INTEGER NOT NULL,             -- 1: a credit was found and read
  unknown_party INTEGER NOT NULL,             -- 1: it names a party that the registry does not know
  PRIMARY KEY (document_id, appearance_id)
) STRICT, WITHOUT ROWID;
INSERT INTO facts SELECT document_id, appearance_id, outlet_id, month, lang, picture_id, level, confidence, kinds, parties,
  control, verified, own_page, disclosure, supply, distributor, labels, credited, unknown_party FROM facts_before;
DROP TABLE facts_before;

-- Where the pictures ran that a finding is about, one narrow row per finding and use, in the order in which people read
-- findings. Why it looks so:
--  * A page of a list is one seek and fifty rows, however far down it is, because the order is the primary key.
--  * Counts of all findings by rule, outlet, source and so on are one scan of this table and none of the wide ones.

-- ---------------------------------------------------------------- derived

CREATE TABLE flag_uses (
  sort        INTEGER NOT NULL,               -- severity (0 warning, 1 notice, 2 info) * 10^8 + 99999999 - YYYYMMDD of
                                              --   the latest use of the finding's picture; the day is 0 where none is known
  flag        TEXT NOT NULL REFERENCES flags (id) ON DELETE CASCADE,
  use         INTEGER NOT NULL,               -- the appearance; 0 where the picture is held and was seen in no document
  rule        TEXT NOT NULL,
  day         TEXT,                           -- YYYY-MM-DD on which this use was published
  outlet_id   INTEGER,
  picture_id  INTEGER,                        -- null where no photo is held
  level       TEXT,                           -- the rest is as in facts
  parties     TEXT,
  distributor TEXT,
  labels      TEXT,
  PRIMARY KEY (sort, flag, use)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_uses_flag ON flag_uses (flag);
-- Newest first, whatever the severity.
CREATE INDEX flag_uses_newest ON flag_uses (sort % 100000000, flag);
-- Words are searched in uses and in photos, and lead from there to findings.
CREATE INDEX flag_uses_use ON flag_uses (use);
CREATE INDEX flag_uses_picture ON flag_uses (picture_id) WHERE picture_id IS NOT NULL;

-- How far a run under way has come: JSON {step, done}.
ALTER TABLE runs ADD COLUMN progress TEXT;

CREATE TEMP TABLE case_uses AS
  SELECT 'pic-' || printf('%016x', pp.picture_id) AS case_key, m.appearance_id AS use, pp.picture_id
  FROM matches m JOIN picture_photos pp ON pp.photo_id = m.photo_id WHERE m.decision <> 'unmatched'
  UNION ALL
  SELECT 'app-' || printf('%016x', a.id), a.id, NULL FROM appearances a
  WHERE NOT EXISTS (SELECT 1 FROM matches m WHERE m.appearance_id = a.id AND m.decision <> 'unmatched')
  UNION ALL
  SELECT 'pic-' || printf('%016x', p.id), 0, p.id FROM pictures p
  WHERE NOT EXISTS (SELECT 1 FROM matches m JOIN picture_photos pp ON pp.photo_id = m.photo_id
                    WHERE pp.picture_id = p.id AND m.decision <> 'unmatched');
CREATE INDEX temp.case_uses_key ON case_uses (case_key);
CREATE TEMP TABLE flag_cases AS
  SELECT f.id AS flag, f.rule, CASE f.severity WHEN 'warning' THEN 0 WHEN 'notice' THEN 1 ELSE 2 END AS rank,
         coalesce(c.use, 0) AS use, c.picture_id, d.published
  FROM flags f
  LEFT JOIN case_uses c ON c.case_key = f.case_key
    AND (f.subject_kind <> 'appearance' OR f.subject_id = 'app-' || printf('%016x', c.use))
  LEFT JOIN appearances a ON a.id = c.use
  LEFT JOIN documents d ON d.id = a.document_id;
INSERT OR IGNORE INTO flag_uses (sort, flag, use, rule, day, outlet_id, picture_id, level, parties, distributor, labels)
SELECT c.rank * 100000000 + 99999999
         - max(coalesce(CAST(substr(replace(substr(c.published, 1, 10), '-', '') || '00000000', 1, 8) AS INTEGER), 0))
             OVER (PARTITION BY c.flag),
       c.flag, c.use, c.rule, substr(c.published, 1, 10), k.outlet_id, c.picture_id, k.level, k.parties, k.distributor, k.labels
FROM flag_cases c LEFT JOIN facts k ON k.appearance_id = c.use;
DROP TABLE temp.flag_cases;
DROP TABLE temp.case_uses;

-- How many of each thing the archive holds, counted as rows come and go. Why it looks so:
--  * A run ends with these numbers, and so does every page of the desk; counting a million rows for one new photo costs more
--    than the photo does.
--  * Triggers count whoever writes, and cascades fire them too. REPLACE would not: counted tables are never written with it.

-- ---------------------------------------------------------------- derived

CREATE TABLE totals (
  name TEXT PRIMARY KEY,                      -- pictures, photos, files (with a photo), documents, appearances, matched, possible,
                                              --   flags, problems (inputs not read in full), skipped (inputs)
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO totals (name, n)
  SELECT 'pictures', count(*) FROM pictures
  UNION ALL SELECT 'photos', count(*) FROM photos
  UNION ALL SELECT 'files', count(*) FROM files WHERE photo_id IS NOT NULL
  UNION ALL SELECT 'documents', count(*) FROM documents
  UNION ALL SELECT 'appearances', count(*) FROM appearances
  UNION ALL SELECT 'matched', count(*) FROM matches WHERE decision = 'matched'
  UNION ALL SELECT 'possible', count(*) FROM matches WHERE decision = 'possible'
  UNION ALL SELECT 'flags', count(*) FROM flags
  UNION ALL SELECT 'problems', count(*) FROM files WHERE status IN ('partial', 'failed')
  UNION ALL SELECT 'skipped', count(*) FROM files WHERE status = 'skipped';

CREATE TRIGGER pictures_come AFTER INSERT ON pictures BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'pictures';
END;
CREATE TRIGGER pictures_go AFTER DELETE ON pictures BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'pictures';
END;

CREATE TRIGGER photos_come AFTER INSERT ON photos BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'photos';
END;
CREATE TRIGGER photos_go AFTER DELETE ON photos BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'photos';
END;

CREATE TRIGGER documents_come AFTER INSERT ON documents BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'documents';
END;
CREATE TRIGGER documents_go AFTER DELETE ON documents BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'documents';
END;

CREATE TRIGGER appearances_come AFTER INSERT ON appearances BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'appearances';
END;
CREATE TRIGGER appearances_go AFTER DELETE ON appearances BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'appearances';
END;

CREATE TRIGGER flags_come AFTER INSERT ON flags BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'flags';
END;
CREATE TRIGGER flags_go AFTER DELETE ON flags BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'flags';
END;

CREATE TRIGGER matches_come AFTER INSERT ON matches WHEN new.decision <> 'unmatched' BEGIN
  UPDATE totals SET n = n + 1 WHERE name = new.decision;
END;
CREATE TRIGGER matches_go AFTER DELETE ON matches WHEN old.decision <> 'unmatched' BEGIN
  UPDATE totals SET n = n - 1 WHERE name = old.decision;
END;
CREATE TRIGGER matches_change AFTER UPDATE OF decision ON matches WHEN new.decision <> old.decision BEGIN
  UPDATE totals SET n = n - 1 WHERE name = old.decision;
  UPDATE totals SET n = n + 1 WHERE name = new.decision;
END;

CREATE TRIGGER files_come AFTER INSERT ON files BEGIN
  UPDATE totals SET n = n + 1 WHERE (name = 'files' AND new.photo_id IS NOT NULL)
    OR (name = 'problems' AND new.status IN ('partial', 'failed')) OR (name = 'skipped' AND new.status = 'skipped');
END;
CREATE TRIGGER files_go AFTER DELETE ON files BEGIN
  UPDATE totals SET n = n - 1 WHERE (name = 'files' AND old.photo_id IS NOT NULL)
    OR (name = 'problems' AND old.status IN ('partial', 'failed')) OR (name = 'skipped' AND old.status = 'skipped');
END;
CREATE TRIGGER files_change AFTER UPDATE OF photo_id, status ON files BEGIN
  UPDATE totals SET n = n - 1 WHERE (name = 'files' AND old.photo_id IS NOT NULL)
    OR (name = 'problems' AND old.status IN ('partial', 'failed')) OR (name = 'skipped' AND old.status = 'skipped');
  UPDATE totals SET n = n + 1 WHERE (name = 'files' AND new.photo_id IS NOT NULL)
    OR (name = 'problems' AND new.status IN ('partial', 'failed')) OR (name = 'skipped' AND new.status = 'skipped');
END;

-- Perceptual hashes beside their photos' keys, without the wide rows. A part of a hash is shared by chance by one photo in 500,
-- so that in an archive of a million some thousands have to be looked at for one new photo: here a look costs a few hundred
-- bytes of a small index, there it costs the photo's features.

-- ---------------------------------------------------------------- raw

CREATE INDEX photos_pdq ON photos (id, pdq) WHERE pdq IS NOT NULL;

-- A finding about one photo is listed with the uses of that photo and with how it is itself known to come from a state. Before,
-- it had the uses of all its copies, and so named outlets that never showed that file.

DELETE FROM flag_uses WHERE flag IN (SELECT id FROM flags WHERE subject_kind = 'photo');
CREATE TEMP TABLE photo_findings AS
  SELECT f.id AS flag, f.rule, CASE f.severity WHEN 'warning' THEN 0 WHEN 'notice' THEN 1 ELSE 2 END AS rank,
         m.appearance_id AS use, substr(d.published, 1, 10) AS day, k.outlet_id, pp.picture_id, o.level, o.parties, k.distributor,
         k.labels
  FROM flags f
  JOIN photos p ON p.sha256 = f.subject_id
  LEFT JOIN picture_photos pp ON pp.photo_id = p.id
  LEFT JOIN origins o ON o.subject_kind = 'photo' AND o.subject = p.id AND o.level IS NOT NULL
  LEFT JOIN matches m ON m.photo_id = p.id AND m.decision <> 'unmatched'
  LEFT JOIN appearances a ON a.id = m.appearance_id
  LEFT JOIN documents d ON d.id = a.document_id
  LEFT JOIN facts k ON k.appearance_id = a.id
  WHERE f.subject_kind = 'photo';
INSERT INTO flag_uses (sort, flag, use, rule, day, outlet_id, picture_id, level, parties, distributor, labels)
SELECT rank * 100000000 + 99999999
         - max(coalesce(CAST(substr(replace(day, '-', '') || '00000000', 1, 8) AS INTEGER), 0)) OVER (PARTITION BY flag),
       flag, coalesce(use, 0), rule, day, outlet_id, picture_id, level, parties, distributor, labels
FROM photo_findings;
DROP TABLE temp.photo_findings;

-- Every search says among how many inputs it looked. Counting them anew reads an index of every path, at a million more than
-- the search itself: they are counted as they come and go, as the row `inputs` of `totals`.

INSERT INTO totals (name, n) SELECT 'inputs', count(*) FROM files;
CREATE TRIGGER inputs_come AFTER INSERT ON files BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'inputs';
END;
CREATE TRIGGER inputs_go AFTER DELETE ON files BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'inputs';
END;

-- The hashes of JPEG pictures come from their coefficients now (hash_path 2), which is another way to decode them, and hashes
-- of two ways are never compared: files whose photos have older ones are read again when they are next ingested. This is how
-- they are found; the index holds none of the photos that were read since.

CREATE INDEX photos_older_hash ON photos (id) WHERE pdq IS NOT NULL AND hash_path < 2;

-- One row per input seen: what it is, how far it was read, and why not further.
CREATE VIEW inputs AS
SELECT
  CASE WHEN r.given IN ('', '.') THEN f.path ELSE rtrim(r.given, '/') || '/' || f.path END AS path,
  f.kind, f.sha256, f.status, f.reason, f.problem, f.size,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.mtime_ns / 1000000000, 'unixepoch') AS modified,
  r.name AS root, f.id AS file_id, f.photo_id
FROM files f JOIN roots r ON r.id = f.root_id;

-- Every value of every IPTC field of every photo, embedded and from sidecars, in order of preference within its carrier.
CREATE VIEW photo_fields AS
SELECT p.sha256, m.field, m.seq, m.carrier, m.value, m.lang, m.cut, m.guessed_charset, p.id AS photo_id, NULL AS file_id
FROM metadata m JOIN photos p ON p.id = m.photo_id
UNION ALL
SELECT p.sha256, m.field, m.seq, m.carrier, m.value, m.lang, m.cut, m.guessed_charset, p.id, m.file_id
FROM metadata m JOIN sidecars s ON s.file_id = m.file_id JOIN photos p ON p.id = s.photo_id;

-- One row per appearance: what was printed where, how its credit reads, which photo it is, and where the picture is from.
CREATE VIEW uses AS
SELECT
  'app-' || printf('%016x', a.id) AS appearance,
  'doc-' || printf('%016x', d.id) AS document,
  (SELECT min(i.path) FROM captures c JOIN inputs i ON i.file_id = c.file_id WHERE c.document_id = d.id) AS input,
  -- Of several captures the one whose bytes hold these words.
  (SELECT i.path FROM appearance_captures ac JOIN appearance_versions v ON v.id = ac.version_id
     JOIN captures k ON k.id = ac.capture_id JOIN inputs i ON i.file_id = k.file_id JOIN files f ON f.id = k.file_id
     LEFT JOIN records r ON r.file_id = k.file_id
   WHERE ac.appearance_id = a.id AND v.text = a.text AND v.credit_text IS a.credit_text AND v.alt IS a.alt
   ORDER BY coalesce(r.repeats, 0), coalesce(k.captured, '') DESC, f.root_id DESC, f.path DESC LIMIT 1) AS read_from,
  d.url, d.title AS document_title, coalesce(o.name, o.domain) AS outlet, o.domain, d.published, d.lang, a.position,
  a.image, a.alt, a.text, a.credit_text, c.caption, c.credit_line, c.lang AS caption_lang, c.confidence AS credit_confidence,
  (SELECT group_concat(name, ' -> ') FROM (SELECT name FROM credit_parties WHERE credit_id = c.id AND also = 0 ORDER BY seq)) AS chain,
  (SELECT group_concat(creator, '; ') FROM (SELECT creator FROM credit_creators WHERE credit_id = c.id ORDER BY also, seq)) AS creators,
  (SELECT group_concat(label, ', ') FROM (SELECT label FROM credit_labels WHERE credit_id = c.id ORDER BY label)) AS labels,
  (SELECT min(date) FROM caption_dates WHERE credit_id = c.id) AS caption_date,
  coalesce(m.decision, 'unmatched') AS decision, m.probability, CASE WHEN m.decision <> 'unmatched' THEN p.sha256 END AS photo,
  CASE WHEN m.decision = 'matched' THEN 'pic-' || printf('%016x', pp.picture_id) END AS picture,
  g.level, g.kinds, g.parties, g.control, g.confidence, g.disclosure, g.supply, g.evidence,
  g.verified, g.own_page,
  a.id AS appearance_id, d.id AS document_id, c.id AS credit_id
FROM appearances a
JOIN documents d ON d.id = a.document_id
LEFT JOIN outlets o ON o.id = d.outlet_id
LEFT JOIN credits c ON c.appearance_id = a.id
LEFT JOIN matches m ON m.appearance_id = a.id
LEFT JOIN photos p ON p.id = m.photo_id
LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id
LEFT JOIN origins g ON g.subject_kind = 'appearance' AND g.subject = a.id;

-- Appearances of pictures that come from a state, with the level of evidence and the exact words.
CREATE VIEW state_sourced AS
SELECT appearance, input, read_from, url, outlet, published, position, caption, credit_line, chain, level, kinds, parties, control,
       confidence, disclosure, evidence, photo, picture, appearance_id
FROM uses WHERE level IS NOT NULL;

-- Pictures of which more than one photo, or one photo in more than one place, is held.
CREATE VIEW duplicate_pictures AS
SELECT 'pic-' || printf('%016x', pp.picture_id) AS picture,
       count(DISTINCT pp.photo_id) AS photos, count(*) AS files, group_concat(i.path, char(10)) AS paths
FROM picture_photos pp JOIN inputs i ON i.photo_id = pp.photo_id
GROUP BY pp.picture_id HAVING count(*) > 1;

-- Findings on copies of one picture whose credits do not go together.
CREATE VIEW credit_conflicts AS
SELECT id AS flag, rule, severity, confidence, subject_id AS picture, subject_name AS name, summary, evidence
FROM flags WHERE rule IN ('credit-conflict', 'source-dropped');

-- Every finding with its pieces of evidence, one row each.
CREATE VIEW findings AS
SELECT f.id AS flag, f.rule, f.severity, f.confidence, f.subject_kind, f.subject_id, f.subject_name, f.summary, e.key AS seq,
       e.value ->> 'text' AS text, e.value ->> 'from' AS "from", e.value ->> 'input' AS input, e.value ->> 'carrier' AS carrier
FROM flags f, json_each(f.evidence) e;

-- Relations between photos, by their public identity. `truncated`: one of them ends too early, and only the
-- part that is there was compared. `reviewed`: a person said that the two show one picture.
CREATE VIEW picture_links AS
SELECT a.sha256 AS a, b.sha256 AS b, l.relation, l.distance, l.place, l.verified,
       EXISTS (SELECT 1 FROM files f WHERE f.photo_id IN (l.a, l.b) AND f.reason = 'truncated') AS truncated
FROM photo_links l JOIN photos a ON a.id = l.a JOIN photos b ON b.id = l.b
UNION ALL
SELECT a.sha256, b.sha256, 'reviewed', NULL, NULL, 1, 0
FROM decisions d JOIN photos a ON a.sha256 = substr(d.subject, 1, 64) JOIN photos b ON b.sha256 = substr(d.subject, 66)
WHERE d.subject_kind = 'pair' AND d.decision = 'same';

-- Reviews in effect: of each subject the last decision that was not undone.
CREATE VIEW decisions AS
SELECT r.id AS review, r.at, r.reviewer, r.subject_kind, r.subject, r.decision, r.value, r.why, r.rule, r.about_kind, r.about,
       r.about_key, r.digest
FROM reviews r
WHERE r.decision NOT IN ('note', 'undo')
  AND NOT EXISTS (SELECT 1 FROM reviews u WHERE u.decision = 'undo' AND u.value = r.id)
  AND NOT EXISTS (
    SELECT 1 FROM reviews s WHERE s.subject_kind = r.subject_kind AND s.subject = r.subject AND s.at > r.at
      AND s.decision NOT IN ('note', 'undo')
      AND NOT EXISTS (SELECT 1 FROM reviews u WHERE u.decision = 'undo' AND u.value = s.id));

-- Findings with the decision on them. stale: it was decided on other evidence. A picture that a better copy gave another
-- id keeps its decision: it is found by the photo in the old id.
CREATE VIEW reviewed_flags AS
SELECT f.id AS flag, f.rule, f.subject_kind, f.subject_id, d.review, d.decision, d.reviewer, d.at, d.why, f.digest <> d.digest AS stale
FROM decisions d JOIN flags f ON f.id = coalesce(
  (SELECT id FROM flags WHERE id = d.subject),
  (SELECT g.id FROM picture_photos pp JOIN flags g ON g.subject_id = 'pic-' || printf('%016x', pp.picture_id)
   WHERE pp.photo_id = d.about_key AND g.rule = d.rule))
WHERE d.subject_kind = 'flag';

-- One row per record of a web archive or part of a saved page: pages, pictures, and what is neither, as what it is.
CREATE VIEW web_records AS
SELECT
  i.path, r.url, r.captured, r.status AS http_status, r.mime, r.redirect, f.kind, f.status, f.problem,
  (SELECT 'doc-' || printf('%016x', c.document_id) FROM captures c WHERE c.file_id = f.id LIMIT 1) AS document,
  (SELECT p.sha256 FROM photos p WHERE p.id = f.photo_id) AS photo, r.repeats
FROM records r JOIN files f ON f.id = r.file_id JOIN inputs i ON i.file_id = f.id;

-- One row per wording of every appearance whose caption, credit or alternative text changed between captures.
CREATE VIEW caption_changes AS
SELECT
  'app-' || printf('%016x', a.id) AS appearance, d.url, d.title AS document_title, a.position, a.image,
  min(c.captured) AS first_captured, max(c.captured) AS last_captured, count(*) AS captures,
  v.text, v.credit_text, v.alt, min(i.path) AS input,
  v.text = a.text AND v.credit_text IS a.credit_text AS latest
FROM appearance_versions v
JOIN appearances a ON a.id = v.appearance_id
JOIN documents d ON d.id = a.document_id
JOIN appearance_captures ac ON ac.version_id = v.id
JOIN captures c ON c.id = ac.capture_id
JOIN inputs i ON i.file_id = c.file_id
WHERE (SELECT count(*) FROM appearance_versions w WHERE w.appearance_id = a.id) > 1
GROUP BY v.id
ORDER BY d.url, a.position, first_captured, v.id;
