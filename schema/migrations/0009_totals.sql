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
