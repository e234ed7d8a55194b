//! Everything <-> one SQLite file. All SQL of the project is in this folder and in `schema/`.
//!
//! In: what the readers and the deriving stages produced. Out: the same, from any SQLite tool or through [`Archive`].
//! Writers are `ingest`, `review`, `rederive` and migrations; everything else opens read-only.

mod audit;
mod backup;
mod cases;
mod derived;
mod desk;
mod documents;
mod export;
mod findings;
mod flag_list;
mod flag_uses;
mod ids;
mod inputs;
mod members;
mod open;
mod read;
mod rederive;
mod registry;
mod reviews;
mod samples;
mod schema;
mod seal;
mod search;
mod verify;

pub use audit::{AuditItem, PictureFile};
pub use cases::{PrintedRow, saved_beside};
pub use derived::{Stage, StoredPhoto};
pub use desk::{Near, Pending, PhotoPlace, ProblemKind, RunRow, Sketch};
pub use documents::Wording;
pub use export::{EXPORTS, Exported, exported};
pub use findings::{FlagCount, FlagFilter, ReviewState};
pub use flag_list::{FACETS, Facet, FacetCount, FacetCounts, ListFilter, Listed, Page, Sort};
pub use ids::{PublicId, appearance_public, document_public, parse_public, picture_public};
pub use inputs::{Content, FileRow, KnownFile, PhotoReading, RootRow, Stored};
pub use members::CatalogueCounts;
pub use open::{APPLICATION_ID, Archive, Touched};
pub use read::{Counts, FileLink, HashRow, InputRow, MatchRow, PictureRow, UnknownParty};
pub use rederive::{Owner, RawAppearance};
pub use reviews::{JudgedPair, NewReview, Tied, ToCorrect};
pub use samples::{NewCoding, SampleItem, SampleRow, ToCode};
pub use schema::{SCHEMA_VERSION, schema_sql};
pub use seal::{folder_of, own_files, seal_path};
pub use search::{Hit, Searched};
pub use verify::{Finding, Verified};
