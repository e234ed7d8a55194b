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
