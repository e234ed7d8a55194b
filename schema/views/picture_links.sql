-- Relations between photos, by their public identity. `truncated`: one of them ends too early, and only the
-- part that is there was compared.
CREATE VIEW picture_links AS
SELECT a.sha256 AS a, b.sha256 AS b, l.relation, l.distance, l.place, l.verified,
       EXISTS (SELECT 1 FROM files f WHERE f.photo_id IN (l.a, l.b) AND f.reason = 'truncated') AS truncated
FROM photo_links l JOIN photos a ON a.id = l.a JOIN photos b ON b.id = l.b;
