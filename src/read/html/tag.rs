//! Element names as a small type: what the reader asks of a name, answered once.

/// The elements that the reader tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Document,
    Text,
    Html,
    Head,
    Body,
    Title,
    Meta,
    Link,
    Base,
    Script,
    Style,
    Noscript,
    Template,
    Img,
    Source,
    Picture,
    Figure,
    Figcaption,
    Video,
    Audio,
    Iframe,
    A,
    P,
    H1,
    Heading,
    Article,
    Main,
    Section,
    Aside,
    Nav,
    Header,
    Footer,
    Div,
    Ul,
    Ol,
    Li,
    Dl,
    Definition,
    Table,
    Row,
    Cell,
    Blockquote,
    Pre,
    Address,
    Form,
    Button,
    Control,
    Time,
    Span,
    Small,
    Cite,
    Emphasis,
    Italic,
    Br,
    Hr,
    Svg,
    Other,
}

impl Tag {
    /// An element of HTML.
    pub fn of(name: &str) -> Self {
        match name {
            "div" => Self::Div,
            "span" => Self::Span,
            "a" => Self::A,
            "p" => Self::P,
            "li" => Self::Li,
            "img" | "amp-img" | "amp-anim" => Self::Img,
            "script" => Self::Script,
            "meta" => Self::Meta,
            "link" => Self::Link,
            "html" => Self::Html,
            "head" => Self::Head,
            "body" => Self::Body,
            "title" => Self::Title,
            "base" => Self::Base,
            "style" => Self::Style,
            "noscript" => Self::Noscript,
            "template" => Self::Template,
            "source" => Self::Source,
            "picture" => Self::Picture,
            "figure" => Self::Figure,
            "figcaption" => Self::Figcaption,
            "video" | "amp-video" => Self::Video,
            "audio" => Self::Audio,
            "iframe" | "embed" | "object" | "amp-ad" | "amp-embed" | "amp-sticky-ad" => {
                Self::Iframe
            }
            "h1" => Self::H1,
            "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "article" => Self::Article,
            "main" => Self::Main,
            "section" => Self::Section,
            "aside" => Self::Aside,
            "nav" => Self::Nav,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "ul" => Self::Ul,
            "ol" => Self::Ol,
            "dl" => Self::Dl,
            "dd" | "dt" => Self::Definition,
            "table" => Self::Table,
            "tr" => Self::Row,
            "td" | "th" => Self::Cell,
            "blockquote" => Self::Blockquote,
            "pre" => Self::Pre,
            "address" => Self::Address,
            "form" => Self::Form,
            "button" => Self::Button,
            "input" | "select" | "option" | "textarea" | "label" => Self::Control,
            "time" => Self::Time,
            "small" => Self::Small,
            "cite" => Self::Cite,
            "b" | "strong" | "u" | "font" => Self::Emphasis,
            "i" | "em" => Self::Italic,
            "br" => Self::Br,
            "hr" => Self::Hr,
            _ => Self::Other,
        }
    }

    /// An element of SVG or of a formula.
    pub fn of_foreign(name: &str) -> Self {
        if name == "svg" {
            Self::Svg
        } else {
            Self::Other
        }
    }

    /// Whether its content stands on lines of its own.
    pub fn is_block(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::Span
                | Self::A
                | Self::Small
                | Self::Cite
                | Self::Emphasis
                | Self::Italic
                | Self::Time
                | Self::Other
                | Self::Img
                | Self::Control
                | Self::Noscript
                | Self::Template
                | Self::Svg
                | Self::Script
                | Self::Style
        )
    }

    /// Whether its text is never shown to a reader.
    pub fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Script
                | Self::Style
                | Self::Template
                | Self::Noscript
                | Self::Svg
                | Self::Head
                | Self::Iframe
                | Self::Control
        )
    }
}
