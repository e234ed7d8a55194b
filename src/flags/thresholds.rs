//! The numbers that findings turn on. In: `cutline.toml`, if there is one. Out: the numbers, with defaults for the rest.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a finding has to reach. Everything has a default, and an archive remembers by which numbers it was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Thresholds {
    /// Days between the taking and the page from which a picture is an archive picture.
    pub archive_days: u32,
    /// Days by which two dates may differ before they contradict each other: time zones, and work past midnight.
    pub days_apart: u32,
    /// From this share of an outlet's other pages with credits on, something that was not found is called missing for sure.
    pub sure_share: f64,
    /// The lower bound of that share's 95 % interval has to reach this: one of one pages is no measure (0.7 takes nine
    /// pages of nine, or more).
    pub sure_share_low: f64,
    /// A crop smaller than this part of the whole may as well be one frame of a montage that does not say so.
    pub least_crop: f64,
    /// A camera's clock before this year was never set.
    pub first_camera_year: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            archive_days: 30,
            days_apart: 1,
            sure_share: 0.95,
            sure_share_low: 0.7,
            least_crop: 2.0 / 3.0,
            first_camera_year: 1996,
        }
    }
}

/// The file as a whole.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    findings: Thresholds,
}

impl Thresholds {
    /// From a `cutline.toml`. A key that is not known is an error: it would be a threshold that is silently not applied.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
        Self::parse(&text).map_err(|reason| Error::Data {
            place: path.display().to_string(),
            reason,
        })
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let config: Config = toml::from_str(text).map_err(|e| e.to_string().trim().to_owned())?;
        let found = config.findings;
        for (key, share) in [
            ("sure-share", found.sure_share),
            ("sure-share-low", found.sure_share_low),
            ("least-crop", found.least_crop),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return Err(format!("{key} is a share from 0 to 1, not {share}"));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_keeps_its_default() {
        let found = Thresholds::parse("[findings]\narchive-days = 90\n").unwrap();
        assert_eq!(found.archive_days, 90);
        let rest = Thresholds {
            archive_days: 30,
            ..found
        };
        assert_eq!(rest, Thresholds::default());
        assert_eq!(Thresholds::parse("").unwrap(), Thresholds::default());
    }

    #[test]
    fn keys_that_are_not_known_and_numbers_that_make_no_sense_are_errors() {
        for text in [
            "[findings]\narchive-day = 90\n",
            "[finding]\narchive-days = 90\n",
            "archive-days = 90\n",
            "[findings]\narchive-days = \"many\"\n",
            "[findings]\narchive-days = -1\n",
            "[findings]\nsure-share = 95\n",
            "[findings]\nsure-share-low = -1\n",
            "[findings]\nleast-crop = nan\n",
            "[findings",
        ] {
            assert!(Thresholds::parse(text).is_err(), "{text}");
        }
    }
}
