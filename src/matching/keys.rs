//! Keys under which an appearance finds the photos worth weighing, for an index table.

use std::collections::BTreeSet;

use super::{Held, Printed};
use crate::model::Field;

/// No item has more keys than this.
pub const MAX_KEYS: usize = 48;

/// A key shared by more photos than this says nothing and is passed over when candidates are looked up.
pub const MAX_SHARED: usize = 2000;

/// The keys of an appearance, sorted. A document's candidates are the photos that share a key with any of its
/// appearances.
pub fn keys_of_printed(printed: &Printed) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for date in &printed.credit.caption_dates {
        keys.insert(format!("d:{}", date.date));
    }
    keys.into_iter().take(MAX_KEYS).collect()
}

/// The keys of a photo, sorted.
pub fn keys_of_held(held: &Held) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for date in &held.description.caption_dates {
        keys.insert(format!("d:{}", date.date));
    }
    for value in held.metadata.values(Field::DateCreated) {
        if let Some(day) = value.value.get(..10) {
            keys.insert(format!("d:{day}"));
        }
    }
    keys.into_iter().take(MAX_KEYS).collect()
}
