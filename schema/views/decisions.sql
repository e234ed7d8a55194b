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
