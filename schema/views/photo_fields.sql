-- Every value of every IPTC field of every photo, embedded and from sidecars, in order of preference within its carrier.
CREATE VIEW photo_fields AS
SELECT p.sha256, m.field, m.seq, m.carrier, m.value, m.lang, m.cut, m.guessed_charset, p.id AS photo_id, NULL AS file_id
FROM metadata m JOIN photos p ON p.id = m.photo_id
UNION ALL
SELECT p.sha256, m.field, m.seq, m.carrier, m.value, m.lang, m.cut, m.guessed_charset, p.id, m.file_id
FROM metadata m JOIN sidecars s ON s.file_id = m.file_id JOIN photos p ON p.id = s.photo_id;
