//! Everything <-> one SQLite file. All SQL is here.
