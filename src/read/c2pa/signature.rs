//! The signature of Content Credentials. In: a file with manifests. Out: whether it is as it was when it was signed, and
//! who signed it.
//!
//! Checked by the `c2pa` crate, without its network: nothing is fetched. No list of trusted signers comes with cutline,
//! so a signature that fits says that nobody changed the file since, and not that its signer is to be believed.

use std::io::Cursor;

use ::c2pa::{Context, Reader, ValidationState};

use super::Checked;
use crate::model::PhotoFormat;

/// Signers are told apart by their certificate alone, and no manifest is looked for elsewhere.
const SETTINGS: &str = r#"{"verify": {"verify_trust": false, "verify_timestamp_trust": false, "ocsp_fetch": false, "remote_manifest_fetch": false}}"#;

/// A name is as long as its certificate wants.
const LONGEST: usize = 100;

/// Check the active manifest of a file; `None` for a format that has none.
pub(super) fn check(file: &[u8], format: PhotoFormat) -> Option<Checked> {
    let kind = match format {
        PhotoFormat::Jpeg => "image/jpeg",
        PhotoFormat::Png => "image/png",
        PhotoFormat::Webp => "image/webp",
        _ => return None,
    };
    let read = Context::new()
        .with_settings(SETTINGS)
        .and_then(|context| Reader::from_context(context).with_stream(kind, Cursor::new(file)));
    let reader = match read {
        Ok(reader) => reader,
        Err(error) => {
            return Some(Checked {
                fits: false,
                said: format!("signature cannot be checked: {}", short(&error.to_string())),
            });
        }
    };
    let signed = reader.active_manifest().and_then(|m| m.signature_info());
    let signer = signed.and_then(|s| s.common_name.as_deref().or(s.issuer.as_deref()));
    let signer = signer.map_or_else(|| "a signer without a name".to_owned(), short);
    let fits = reader.validation_state() != ValidationState::Invalid;
    let said = if fits {
        format!(
            "signature of {signer} fits the file; whether the signer is to be trusted was not checked"
        )
    } else {
        let failures = reader.validation_status().unwrap_or_default();
        let why = failures.first().map_or("no reason given", |s| s.code());
        format!(
            "signature of {signer} does not fit the file: {}",
            short(why)
        )
    };
    Some(Checked { fits, said })
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use ::c2pa::{Builder, BuilderIntent, DigitalSourceType, EphemeralSigner};

    use super::*;
    use crate::model::{Carrier, Field, Photo};
    use crate::read::{Limits, photo};

    fn signed() -> Vec<u8> {
        let mut plain = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8, y as u8, 9]));
        picture
            .write_to(&mut plain, image::ImageFormat::Jpeg)
            .unwrap();
        plain.set_position(0);
        let mut builder = Builder::from_context(Context::new());
        builder.set_intent(BuilderIntent::Create(
            DigitalSourceType::TrainedAlgorithmicMedia,
        ));
        let signer = EphemeralSigner::new("studio.example").unwrap();
        let mut signed = Cursor::new(Vec::new());
        builder
            .sign(&signer, "image/jpeg", &mut plain, &mut signed)
            .unwrap();
        signed.into_inner()
    }

    fn read(bytes: &[u8]) -> Photo {
        photo::read(bytes, PhotoFormat::Jpeg, &Limits::default())
    }

    fn carrier(photo: &Photo) -> Carrier {
        photo.metadata.values(Field::DigitalSourceType)[0].carrier
    }

    #[test]
    fn a_signature_that_fits_is_told_from_one_of_a_changed_file() {
        let mut file = signed();
        let photo = read(&file);
        let said = photo.metadata.first(Field::ContentCredentials).unwrap();
        assert!(
            said.starts_with("signature of studio.example fits the file"),
            "{said}"
        );
        assert_eq!(carrier(&photo), Carrier::C2paSigned);

        // One bit of the picture.
        let at = file.len() - 10;
        file[at] ^= 1;
        let photo = read(&file);
        let said = photo.metadata.first(Field::ContentCredentials).unwrap();
        assert!(
            said.contains("does not fit the file: assertion.dataHash.mismatch"),
            "{said}"
        );
        assert_eq!(carrier(&photo), Carrier::C2pa);
    }

    #[test]
    fn damage_anywhere_is_read_on() {
        let file = signed();
        for at in (0..file.len()).step_by(file.len() / 60) {
            let mut broken = file.clone();
            broken[at] ^= 0x55;
            read(&broken);
            read(&file[..at]);
        }
    }
}
