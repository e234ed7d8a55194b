-- Relations between photos, by their public identity. `truncated`: one of them ends too early, and only the
-- part that is there was compared. `reviewed`: a person said that the two show one picture.
CREATE VIEW picture_links AS
SELECT a.sha256 AS a, b.sha256 AS b, l.relation, l.distance, l.place, l.verified,
       EXISTS (SELECT 1 FROM files f WHERE f.photo_id IN (l.a, l.b) AND f.reason = 'truncated') AS truncated
FROM photo_links l JOIN photos a ON a.id = l.a JOIN photos b ON b.id = l.b
UNION ALL
SELECT a.sha256, b.sha256, 'reviewed', NULL, NULL, 1, 0
FROM decisions d JOIN photos a ON a.sha256 = substr(d.subject, 1, 64) JOIN photos b ON b.sha256 = substr(d.subject, 66)
WHERE d.subject_kind = 'pair' AND d.decision = 'same';
