//! Text -> caption and credit, with every part named and its place kept.
