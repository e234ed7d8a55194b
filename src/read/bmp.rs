//! BMP. In: a file's bytes. Out: its size, and whether it ends where it should. It holds no metadata that we read.

use super::bytes::Order;
use super::parts::Parts;

/// Read the header of a BMP.
pub(super) fn parts(bytes: &[u8]) -> Parts<'_> {
    let mut parts = Parts::default();
    let number = |at| Order::Little.u32(bytes, at).unwrap_or(0);
    let old = number(14) == 12;
    let short = |at| Order::Little.u16(bytes, at).map_or(0, u32::from);
    let (planes_at, bits) = if old {
        (22, short(24))
    } else {
        (26, short(28))
    };
    (parts.width, parts.height) = if old {
        (short(18), short(20))
    } else {
        // A negative height means rows from top to bottom.
        (number(18), number(22).cast_signed().unsigned_abs())
    };
    let packed = !old && !matches!(number(30), 0 | 3 | 6);
    let stride = (u64::from(parts.width) * u64::from(bits)).div_ceil(32) * 4;
    let needed = if packed {
        u64::from(number(34))
    } else {
        stride.saturating_mul(u64::from(parts.height))
    };
    if planes_at > bytes.len() || u64::from(number(10)).saturating_add(needed) > bytes.len() as u64
    {
        parts.truncated("its picture data");
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    #[test]
    fn a_whole_file_is_clean_and_every_cut_is_noticed() {
        let mut bytes =
            b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\xfd\xff\xff\xff\x01\0\x18\0"
                .to_vec();
        bytes.resize(54 + 3 * 8, 0);
        let whole = parts(&bytes);
        assert_eq!((whole.width, whole.height), (2, 3));
        assert!(whole.problems.is_empty());
        for length in 2..bytes.len() {
            assert_eq!(
                parts(&bytes[..length]).problems[0].reason,
                Reason::Truncated,
                "{length}"
            );
        }
    }
}
