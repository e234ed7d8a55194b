//! Intervals around shares: counts in, the bounds of a 95 % Wilson score interval out.

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Share {
    /// The share itself, 0 to 1.
    pub share: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Wilson's score interval for a share found among `n` independent observations. `n` may be the effective size of a
/// sample whose observations are not independent. `None` where there are none.
pub fn wilson(share: f64, n: f64) -> Option<Share> {
    let (low, high) = crate::flags::wilson(share, n)?;
    Some(Share { share, low, high })
}

/// Observations that came in clusters (pictures in documents), summed one cluster at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    number: u64,
    all: u64,
    hits: u64,
    all_squared: u64,
    hits_squared: u64,
    both: u64,
}

impl Clusters {
    /// One more cluster with so many observations and hits among them; one without observations says nothing.
    pub fn add(&mut self, all: u32, hits: u32) {
        let (m, y) = (u64::from(all), u64::from(hits));
        self.number += u64::from(m > 0);
        self.all += m;
        self.hits += y;
        self.all_squared += m * m;
        self.hits_squared += y * y;
        self.both += m * y;
    }

    /// The share of hits, with the interval of a sample of clusters. The effective size is what simple sampling would need
    /// for the variance that the clusters show (a ratio estimate), never more than the observations; where all or none
    /// are hits it is the number of clusters.
    pub fn share(&self) -> Option<Share> {
        if self.all == 0 {
            return None;
        }
        let (number, all) = (self.number as f64, self.all as f64);
        let share = self.hits as f64 / all;
        // The sum of (hits - share * observations)^2 over the clusters.
        let spread = self.hits_squared as f64 - 2.0 * share * self.both as f64
            + share * share * self.all_squared as f64;
        let simple = share * (1.0 - share);
        let n = if self.number < 2 || spread <= 1e-9 || simple <= 0.0 {
            number
        } else {
            let variance = number / (number - 1.0) * spread / (all * all);
            (simple / variance).min(all)
        };
        wilson(share, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(share: Option<Share>, low: f64, high: f64) {
        let share = share.expect("some");
        assert!(
            (share.low - low).abs() < 5e-4 && (share.high - high).abs() < 5e-4,
            "{share:?}"
        );
    }

    #[test]
    fn wilson_gives_published_values() {
        // Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
        near(wilson(81.0 / 263.0, 263.0), 0.2553, 0.3662);
        near(wilson(15.0 / 148.0, 148.0), 0.0624, 0.1605);
        near(wilson(0.0, 20.0), 0.0, 0.1611);
        near(wilson(1.0 / 29.0, 29.0), 0.0061, 0.1718);
        assert_eq!(wilson(0.5, 0.0), None);
    }

    fn clustered(clusters: impl Iterator<Item = (u32, u32)>) -> Option<Share> {
        let mut sums = Clusters::default();
        for (all, hits) in clusters {
            sums.add(all, hits);
        }
        sums.share()
    }

    #[test]
    fn pictures_of_one_page_are_no_independent_witnesses() {
        let single = clustered((0..40).map(|n| (1, u32::from(n % 4 == 0)))).expect("some");
        let together =
            clustered((0..40).map(|n| (10, if n % 4 == 0 { 10 } else { 0 }))).expect("some");
        assert!((single.share - together.share).abs() < 1e-9);
        assert!(
            (single.low - together.low).abs() < 0.01,
            "{single:?} {together:?}"
        );
        let alone = wilson(together.share, 400.0).expect("some");
        assert!(alone.high - alone.low < (together.high - together.low) / 2.0);
    }

    #[test]
    fn no_hits_are_an_interval_too() {
        near(clustered((0..20).map(|_| (3, 0))), 0.0, 0.1611);
        assert_eq!(clustered(std::iter::empty()), None);
    }
}
