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
