//! The search that a person types -> Query.
