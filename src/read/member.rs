//! Inputs that hold many inputs: web archives, saved pages with their pictures, feeds, catalogues.
//!
//! In: an open file. Out: its members, one after the other, so that memory does not grow with the file; and what the file
//! holds itself. A member is either bytes to be recognised and read, or read already.

use std::io::{Read, Seek};

use super::{Content, DocumentContext};
use crate::model::{InputKind, Problem, Record};

/// An open file: from its beginning, and wherever its format leads.
pub trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// One thing inside a file.
#[derive(Debug)]
pub struct Member {
    /// Its name in the container: an address, a part's name, a row's number. Need not be unique.
    pub name: String,
    /// What the container says of it.
    pub record: Record,
    /// The character set that the container states.
    pub charset: Option<String>,
    /// What it holds.
    pub body: Body,
    /// What went wrong on the way to it.
    pub problems: Vec<Problem>,
}

/// What a member holds.
#[derive(Debug)]
pub enum Body {
    /// Bytes as a server sent them.
    Bytes(Vec<u8>),
    /// Read already.
    Read(InputKind, Content),
    /// Not meant to be read: the word says what it is.
    Skipped(&'static str),
}

/// What the file holds beside its members.
#[derive(Debug, Default)]
pub struct Whole {
    /// A document of its own, or that the file is not what it looked like; `None` where its members are all.
    pub content: Option<Content>,
    /// What the file says of itself.
    pub record: Record,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A format whose files hold many inputs.
pub trait Unpack: Sync {
    /// Read the members of a file in order, and give each away. `gzip` says that the file lies compressed.
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole;
}

/// What unpacking depends on besides the file.
#[derive(Clone, Copy)]
pub struct UnpackContext<'a> {
    /// As for documents; its name is the container's.
    pub document: DocumentContext<'a>,
    /// How catalogues are read.
    pub catalogue: &'a super::CatalogueOptions,
}

impl Whole {
    /// A file that is not what it looked like, and is skipped as another kind.
    pub(super) fn skipped(word: &'static str) -> Self {
        Self {
            content: Some(Content::Skipped(word)),
            ..Self::default()
        }
    }

    /// A file that could not be read, with the reason.
    pub(super) fn failed(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
}

/// All bytes of a file, up to a limit, inflated where it lies compressed.
pub(super) fn all_bytes(
    file: &mut dyn Source,
    gzip: bool,
    max: u64,
) -> Result<(Vec<u8>, Option<Problem>), Problem> {
    use crate::model::Reason;
    let mut bytes = Vec::new();
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| Problem::new(Reason::Unreadable, format!("cannot read this file: {e}")))?;
    if bytes.len() as u64 > max {
        return Err(Problem::new(
            Reason::MaxBytes,
            format!("cannot read this file: it is over the limit of {max} bytes"),
        ));
    }
    if !gzip {
        return Ok((bytes, None));
    }
    let (inside, problem) = crate::discover::inflate(&bytes, max);
    match problem {
        Some(problem) if inside.is_empty() => Err(problem),
        problem => Ok((inside, problem)),
    }
}
