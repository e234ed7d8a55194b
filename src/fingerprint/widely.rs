//! Loops over samples and bits, compiled a second time for the wider registers and the bit counts of newer processors.

/// Does the work with the best instructions that the processor at hand has (AVX2, FMA and POPCNT on x86-64), and returns
/// what it returns: the same on every machine, for nothing is reordered or fused. Only what is compiled into the closure
/// gains: it and what it calls in its loops are to be `#[inline(always)]`.
#[inline]
pub fn widely<T>(work: impl FnOnce() -> T) -> T {
    pulp::Arch::new().dispatch(work)
}
