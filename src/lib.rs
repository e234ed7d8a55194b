//! cutline: a caption and photo-credit archive for news pictures.
//!
//! The modules stand in the order in which data flows; each may use only those before it.

pub mod error;
pub mod model;

pub mod discover;
pub mod parties;

pub mod credit;

pub mod read;

pub mod fingerprint;

pub mod pictures;

pub mod matching;

pub mod query;

pub mod flags;

pub mod report;

pub mod archive;

pub mod intake;

pub mod decided;

pub mod derive;

pub mod check;

pub mod audits;

pub mod review;

pub mod rederive;

pub mod ingest;

#[cfg(feature = "desk")]
pub mod desk;

#[cfg(feature = "cli")]
pub mod cli;
