-- The hashes of JPEG pictures come from their coefficients now (hash_path 2), which is another way to decode them, and hashes
-- of two ways are never compared: files whose photos have older ones are read again when they are next ingested. This is how
-- they are found; the index holds none of the photos that were read since.

CREATE INDEX photos_older_hash ON photos (id) WHERE pdq IS NOT NULL AND hash_path < 2;
