//! How far a share found among a few pages can be trusted.

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// The lower and upper bound of Wilson's 95 % score interval for a share found among `n` independent observations. `n` may
/// be the effective size of a sample whose observations are not independent. `None` where there are none.
pub fn wilson(share: f64, n: f64) -> Option<(f64, f64)> {
    if n <= 0.0 || !(0.0..=1.0).contains(&share) {
        return None;
    }
    let z2 = Z * Z / n;
    let middle = (share + z2 / 2.0) / (1.0 + z2);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n)).sqrt() / (1.0 + z2);
    Some((
        (middle - half).max(0.0).min(share),
        (middle + half).min(1.0).max(share),
    ))
}
