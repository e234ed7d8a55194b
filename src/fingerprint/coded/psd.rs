//! PSD and PSB: header, palette and the flattened picture; without image resources and layers.

use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;
use crate::read::psd::Layout;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let layout = Layout::of(bytes).filter(|l| !l.picture.is_empty())?;
    let mut parts = Parts::new("psd");
    parts.add(b"header", bytes.get(..26)?);
    parts.add(b"colours", layout.colours);
    parts.add(b"picture", layout.picture);
    Some(parts.finish())
}
