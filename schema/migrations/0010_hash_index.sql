-- Perceptual hashes beside their photos' keys, without the wide rows. A part of a hash is shared by chance by one photo in 500,
-- so that in an archive of a million some thousands have to be looked at for one new photo: here a look costs a few hundred
-- bytes of a small index, there it costs the photo's features.

-- ---------------------------------------------------------------- raw

CREATE INDEX photos_pdq ON photos (id, pdq) WHERE pdq IS NOT NULL;
