//! Everything <-> one SQLite file. All SQL of the project is in this folder and in `schema/`.
//!
//! In: what the readers and the deriving stages produced. Out: the same, from any SQLite tool or through [`Archive`].
//! Writers are `ingest`, `rederive` and migrations; everything else opens read-only.

mod cases;
mod derived;
mod ids;
mod inputs;
mod open;
mod read;
mod rederive;
mod registry;
mod schema;
mod search;
mod verify;

pub use cases::{PrintedRow, saved_beside};
pub use derived::{Stage, StoredPhoto};
pub use ids::{PublicId, appearance_public, document_public, parse_public, picture_public};
pub use inputs::{Content, FileRow, KnownFile, PhotoReading, RootRow, Stored};
pub use open::{APPLICATION_ID, Archive};
pub use read::{
    Counts, FileLink, FlagFilter, HashRow, InputRow, MatchRow, PictureRow, UnknownParty,
};
pub use schema::{SCHEMA_VERSION, schema_sql};
pub use search::{Hit, Searched};
pub use verify::{Finding, Verified};
