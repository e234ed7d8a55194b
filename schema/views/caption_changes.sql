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
