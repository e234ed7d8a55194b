-- One row per appearance: what was printed where, how its credit reads, which photo it is, and where the picture is from.
CREATE VIEW uses AS
SELECT
  'app-' || printf('%016x', a.id) AS appearance,
  'doc-' || printf('%016x', d.id) AS document,
  (SELECT min(i.path) FROM captures c JOIN inputs i ON i.file_id = c.file_id WHERE c.document_id = d.id) AS input,
  -- Of several captures the one whose bytes hold these words.
  (SELECT i.path FROM appearance_captures ac JOIN appearance_versions v ON v.id = ac.version_id
     JOIN captures k ON k.id = ac.capture_id JOIN inputs i ON i.file_id = k.file_id JOIN files f ON f.id = k.file_id
     LEFT JOIN records r ON r.file_id = k.file_id
   WHERE ac.appearance_id = a.id AND v.text = a.text AND v.credit_text IS a.credit_text AND v.alt IS a.alt
   ORDER BY coalesce(r.repeats, 0), coalesce(k.captured, '') DESC, f.root_id DESC, f.path DESC LIMIT 1) AS read_from,
  d.url, d.title AS document_title, coalesce(o.name, o.domain) AS outlet, o.domain, d.published, d.lang, a.position,
  a.image, a.alt, a.text, a.credit_text, c.caption, c.credit_line, c.lang AS caption_lang, c.confidence AS credit_confidence,
  (SELECT group_concat(name, ' -> ') FROM (SELECT name FROM credit_parties WHERE credit_id = c.id AND also = 0 ORDER BY seq)) AS chain,
  (SELECT group_concat(creator, '; ') FROM (SELECT creator FROM credit_creators WHERE credit_id = c.id ORDER BY also, seq)) AS creators,
  (SELECT group_concat(label, ', ') FROM (SELECT label FROM credit_labels WHERE credit_id = c.id ORDER BY label)) AS labels,
  (SELECT min(date) FROM caption_dates WHERE credit_id = c.id) AS caption_date,
  coalesce(m.decision, 'unmatched') AS decision, m.probability, CASE WHEN m.decision <> 'unmatched' THEN p.sha256 END AS photo,
  CASE WHEN m.decision = 'matched' THEN 'pic-' || printf('%016x', pp.picture_id) END AS picture,
  g.level, g.kinds, g.parties, g.control, g.confidence, g.disclosure, g.supply, g.evidence,
  g.verified, g.own_page,
  a.id AS appearance_id, d.id AS document_id, c.id AS credit_id
FROM appearances a
JOIN documents d ON d.id = a.document_id
LEFT JOIN outlets o ON o.id = d.outlet_id
LEFT JOIN credits c ON c.appearance_id = a.id
LEFT JOIN matches m ON m.appearance_id = a.id
LEFT JOIN photos p ON p.id = m.photo_id
LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id
LEFT JOIN origins g ON g.subject_kind = 'appearance' AND g.subject = a.id;
