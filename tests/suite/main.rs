//! The one integration binary. A comment per module says what belongs there.

mod query;
mod rules;
