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
