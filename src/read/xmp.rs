//! XMP packets. In: the bytes of one packet. Out: field values and problems.

use super::Limits;
use crate::model::{Carrier, Field, FieldValue, Problem};

/// The fields of one packet.
pub(super) fn read(
    _packet: &[u8],
    _carrier: Carrier,
    _limits: &Limits,
) -> (Vec<(Field, FieldValue)>, Vec<Problem>) {
    (Vec::new(), Vec::new())
}
