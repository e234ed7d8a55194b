//! Rows -> bytes: one file per format. And the audit: facts -> counted rows.

pub mod audit;
