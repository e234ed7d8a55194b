-- Pictures of which more than one photo, or one photo in more than one place, is held.
CREATE VIEW duplicate_pictures AS
SELECT 'pic-' || printf('%016x', pp.picture_id) AS picture,
       count(DISTINCT pp.photo_id) AS photos, count(*) AS files, group_concat(i.path, char(10)) AS paths
FROM picture_photos pp JOIN inputs i ON i.photo_id = pp.photo_id
GROUP BY pp.picture_id HAVING count(*) > 1;
