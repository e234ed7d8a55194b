-- One row per input seen: what it is, how far it was read, and why not further.
CREATE VIEW inputs AS
SELECT
  CASE WHEN r.given IN ('', '.') THEN f.path ELSE rtrim(r.given, '/') || '/' || f.path END AS path,
  f.kind, f.sha256, f.status, f.reason, f.problem, f.size,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.mtime_ns / 1000000000, 'unixepoch') AS modified,
  r.name AS root, f.id AS file_id, f.photo_id
FROM files f JOIN roots r ON r.id = f.root_id;
