//! Exact search among perceptual hashes: `cargo bench --bench search -- [COUNT ...] [--dump FILE]`, counts 1000000 and 10000000
//! where none is given.
//!
//! Prints, for random hashes with a near copy of every hundredth: time to build the index, per query within 31 of 256 bits, and
//! of the same query by going over all hashes in this run; for up to a million, the self-join. `--dump` writes the hashes and
//! the queries of the last count, 32 bytes each, for `benches/search_faiss.py`, which prints what FAISS takes for them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::Write as _;
use std::time::Instant;

use cutline::fingerprint::{Index, MAX_DISTANCE};
use cutline::model::Sha256;

const QUERIES: usize = 500;
/// Queries that are also answered by going over everything.
const SCANS: usize = 20;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // Marsaglia's xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn hash(&mut self) -> Sha256 {
        let mut hash = [0; 32];
        for chunk in hash.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes());
        }
        Sha256(hash)
    }

    fn near(&mut self, mut hash: Sha256, bits: u64) -> Sha256 {
        for _ in 0..bits {
            let bit = (self.next() % 256) as usize;
            hash.0[bit / 8] ^= 1 << (bit % 8);
        }
        hash
    }
}

fn milliseconds(start: Instant, times: usize) -> f64 {
    start.elapsed().as_secs_f64() * 1e3 / times as f64
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let dump = given.iter().position(|a| a == "--dump");
    let dump = dump.and_then(|at| given.get(at + 1));
    let mut counts: Vec<usize> = given.iter().filter_map(|a| a.parse().ok()).collect();
    if counts.is_empty() {
        counts = vec![1_000_000, 10_000_000];
    }
    for count in counts {
        let mut random = Random(88_172_645_463_325_252);
        let mut hashes: Vec<Sha256> = Vec::with_capacity(count);
        for at in 0..count {
            let before = hashes
                .get(at.wrapping_sub(50))
                .filter(|_| at % 100 == 99)
                .copied();
            let bits = random.next() % 40;
            hashes.push(match before {
                Some(hash) => random.near(hash, bits),
                None => random.hash(),
            });
        }
        let queries: Vec<Sha256> = (0..QUERIES)
            .map(|_| {
                let (at, bits) = (random.next() as usize % count, random.next() % 40);
                random.near(hashes[at], bits)
            })
            .collect();
        let start = Instant::now();
        let index = Index::new(&hashes);
        let built = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let found: Vec<usize> = queries
            .iter()
            .map(|q| index.find(q, MAX_DISTANCE).len())
            .collect();
        let find = milliseconds(start, QUERIES);
        let start = Instant::now();
        for (query, found) in queries.iter().zip(&found).take(SCANS) {
            let near = hashes.iter().filter(|h| h.distance(query) <= MAX_DISTANCE);
            assert_eq!(near.count(), *found, "the index is exact");
        }
        let scan = milliseconds(start, SCANS);
        println!(
            "{count} hashes: built in {built:.2} s, {} of {QUERIES} queries found",
            found.iter().filter(|f| **f > 0).count()
        );
        println!(
            "  query {find:.3} ms; going over all of them {scan:.3} ms: {:.1} times",
            scan / find
        );
        if count <= 1_000_000 {
            let start = Instant::now();
            let pairs = index.self_join(MAX_DISTANCE).len();
            println!(
                "  self-join {:.2} s, {pairs} pairs",
                start.elapsed().as_secs_f64()
            );
        }
        if let Some(path) = dump {
            let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
            for hash in hashes.iter().chain(&queries) {
                file.write_all(&hash.0).unwrap();
            }
        }
    }
}
