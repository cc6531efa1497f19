//! Hit rates where few keys are asked for often and many seldom.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::subject;

const KEYS: usize = 100_000;
const CAPACITY: u64 = 10_000;
const GETS: u64 = 1_000_000;

static MISSES: AtomicU64 = AtomicU64::new(0);

pub fn miss() {
    MISSES.fetch_add(1, Relaxed);
}

/// Ranks by Zipf's law with exponent 1.
struct Ranks {
    sums: Vec<f64>,
    state: u64,
}

impl Ranks {
    fn new() -> Self {
        let mut sum = 0.0;
        let sums = (1..=KEYS)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        let state = 0x2545_f491_4f6c_dd1d;
        Self { sums, state }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let unit = (self.state >> 11) as f64 / (1_u64 << 53) as f64;
        let at = unit * self.sums[KEYS - 1];
        self.sums.partition_point(|sum| *sum < at) as u64
    }
}

pub fn run() {
    let mut ranks = Ranks::new();
    for _ in 0..GETS {
        subject::ranked(ranks.next());
    }
    let cached = 1.0 - MISSES.load(Relaxed) as f64 / GETS as f64;

    let map = moka::sync::Cache::new(CAPACITY);
    let (mut ranks, mut misses) = (Ranks::new(), 0_u64);
    for _ in 0..GETS {
        let rank = ranks.next();
        if map.get(&rank).is_none() {
            misses += 1;
            map.insert(rank, rank);
        }
    }
    let direct = 1.0 - misses as f64 / GETS as f64;
    println!(
        "zipf, {KEYS} keys, room for {CAPACITY}: moka {:.1} % hits, #[cached] {:.1} %",
        direct * 100.0,
        cached * 100.0
    );
}
