-- Local features: what finds crops, screenshots, collages and other parts of a picture without comparing every photo
-- with every other. A link says which of the two is the part, and on how many features it rests.
ALTER TABLE photos ADD COLUMN features BLOB;         -- 38 bytes each: place, size, direction, 256-bit descriptor
ALTER TABLE photo_links ADD COLUMN part TEXT CHECK (part IN ('a', 'b'));   -- which one lies in the other, at `place`
ALTER TABLE photo_links ADD COLUMN features INTEGER; -- features that agree under one placing, where they were compared

-- Words of each photo's strongest features: parts of their descriptors. Copies share some, at one change of size and
-- direction.
CREATE TABLE feature_words (
  word     INTEGER NOT NULL,                  -- table number * 2^32 + 32 bits of a descriptor
  photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  seen     INTEGER NOT NULL,                  -- size in doublings from the finest * 16 + direction in sixteenths of a turn
  PRIMARY KEY (word, photo_id, seen)
) STRICT, WITHOUT ROWID;
CREATE INDEX feature_words_photo ON feature_words (photo_id);
