-- Appearances of pictures that come from a state, with the level of evidence and the exact words.
CREATE VIEW state_sourced AS
SELECT appearance, input, read_from, url, outlet, published, position, caption, credit_line, chain, level, kinds, parties, control,
       confidence, disclosure, evidence, photo, picture, appearance_id
FROM uses WHERE level IS NOT NULL;
