//! Bytes -> comparable values: hashes of the file, the coded image, the pixels, the look.
