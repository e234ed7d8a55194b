//! Documents that used pictures, and each use.

use serde::{Deserialize, Serialize};

use super::{Carrier, CreditReading, Problem};

/// Who published a document, as the document says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// The printed name (`og:site_name`, publisher).
    pub name: Option<String>,
    /// The host of the canonical URL, without `www.`.
    pub domain: Option<String>,
}

/// What a saved page turned out to be.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureKind {
    /// An article or another page with content.
    #[default]
    Article,
    /// A consent wall.
    Consent,
    /// A paywall or log-in.
    Paywall,
    /// An error page.
    Error,
    /// A redirect.
    Redirect,
}

/// The image of an appearance, as the page refers to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRef {
    /// The reference made absolute against the page's URL; as printed where the page has none, or where it leads to a file
    /// saved beside the page. `None` where the text names no image.
    pub url: Option<String>,
    /// Other renditions of the same picture (srcset and the like), absolute.
    pub variants: Vec<String>,
    /// References as they stand in the document, unresolved: relative paths lead to files saved beside the page.
    pub local: Vec<String>,
}

/// One use of one picture in one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// 1, 2, ... in the order of the page.
    pub position: u32,
    /// The image.
    pub image: ImageRef,
    /// The alternative text, raw.
    pub alt: Option<String>,
    /// The caption text exactly as printed, credit included where it was printed with it. Raw: never changed.
    pub text: String,
    /// The credit as printed in an element of its own, raw; `None` where it stands in `text` or nowhere.
    pub credit_text: Option<String>,
    /// Where `text` was read.
    pub carrier: Option<Carrier>,
    /// Where `text` begins in the document, in characters of the decoded text; `None` where that has no meaning.
    pub offset: Option<usize>,
    /// Whether it leads the article.
    pub lead: bool,
    /// The text and credit, read. Its `caption` and `credit_line` are what `extract` prints.
    pub credit: CreditReading,
}

/// A picture whose bytes stand in a document, as a `data:` address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    /// The reference by which the appearance names it, relative to the document's folder.
    pub reference: String,
    /// The picture's file.
    pub bytes: Vec<u8>,
}

/// One article, page or text capture, as read from one input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The canonical URL, where stated.
    pub url: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Who published it.
    pub outlet: Outlet,
    /// When, as ISO 8601, with the zone where it is stated.
    pub published: Option<String>,
    /// When it was last changed, likewise.
    pub modified: Option<String>,
    /// BCP 47 language, stated or guessed.
    pub lang: Option<String>,
    /// The section of the outlet.
    pub section: Option<String>,
    /// What the page is.
    pub kind: CaptureKind,
    /// Uses of pictures, in order.
    pub appearances: Vec<Appearance>,
    /// Credits for the whole document ("Photos: AP, Reuters" at its foot): they prevent `credit-missing`, make no chain.
    pub document_credits: Vec<CreditReading>,
    /// Pictures whose bytes stand in the document itself.
    #[serde(skip)]
    pub embedded: Vec<Embedded>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}
