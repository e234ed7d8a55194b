//! What a reader of documents is told about its input besides the bytes.

use super::Limits;
use crate::credit::CreditReader;

/// Everything from outside that the reading of one document depends on.
#[derive(Clone, Copy)]
pub struct DocumentContext<'a> {
    /// The document's path as it was given.
    pub name: &'a str,
    /// Its URL, where the container (a web archive's record) states it.
    pub url: Option<&'a str>,
    /// Its character set, where the container states it.
    pub charset: Option<&'a str>,
    /// Reads captions and credits.
    pub credits: &'a CreditReader,
    /// How much is read at most.
    pub limits: &'a Limits,
}
