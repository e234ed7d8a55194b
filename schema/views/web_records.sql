-- One row per record of a web archive or part of a saved page: pages, pictures, and what is neither, as what it is.
CREATE VIEW web_records AS
SELECT
  i.path, r.url, r.captured, r.status AS http_status, r.mime, r.redirect, f.kind, f.status, f.problem,
  (SELECT 'doc-' || printf('%016x', c.document_id) FROM captures c WHERE c.file_id = f.id LIMIT 1) AS document,
  (SELECT p.sha256 FROM photos p WHERE p.id = f.photo_id) AS photo, r.repeats
FROM records r JOIN files f ON f.id = r.file_id JOIN inputs i ON i.file_id = f.id;
