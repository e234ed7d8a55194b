-- Relations between photos, by their public identity.
CREATE VIEW picture_links AS
SELECT a.sha256 AS a, b.sha256 AS b, l.relation, l.distance, l.place, l.verified
FROM photo_links l JOIN photos a ON a.id = l.a JOIN photos b ON b.id = l.b;
