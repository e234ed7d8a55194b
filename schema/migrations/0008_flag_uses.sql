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
