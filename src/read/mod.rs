//! Inputs -> documents, appearances, photos: one file per format.
