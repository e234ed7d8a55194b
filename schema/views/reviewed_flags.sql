-- Findings with the decision on them. stale: it was decided on other evidence. A picture that a better copy gave another
-- id keeps its decision: it is found by the photo in the old id.
CREATE VIEW reviewed_flags AS
SELECT f.id AS flag, f.rule, f.subject_kind, f.subject_id, d.review, d.decision, d.reviewer, d.at, d.why, f.digest <> d.digest AS stale
FROM decisions d JOIN flags f ON f.id = coalesce(
  (SELECT id FROM flags WHERE id = d.subject),
  (SELECT g.id FROM picture_photos pp JOIN flags g ON g.subject_id = 'pic-' || printf('%016x', pp.picture_id)
   WHERE pp.photo_id = d.about_key AND g.rule = d.rule))
WHERE d.subject_kind = 'flag';
