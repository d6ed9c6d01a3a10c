//! Nonces that have been used.

use crate::ids;
use crate::timestamp::Millis;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;
/// How long a nonce is kept at least: as long as the oldest accepted timestamp is valid (V1 of RPC,
/// 31 minutes).
const WINDOW: Millis = 31 * 60 * 1000;
/// Maximum nonces of one generation of one shard. Beyond it the oldest are dropped early, which
/// bounds memory in load tests.
const MAX_NONCES: usize = if cfg!(test) { 64 } else { 32_768 };

/// The used nonces in two generations: the current and the previous one.
#[derive(Debug)]
pub(crate) struct Nonces {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    current: HashSet<u64, BuildPassThrough>,
    previous: HashSet<u64, BuildPassThrough>,
    began: Millis,
}

impl Default for Nonces {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

impl Nonces {
    /// Marks a nonce of a key as used; returns `false` when it was used already.
    pub(crate) fn take(&self, access_key_id: &str, nonce: &str, now: Millis) -> bool {
        let hash = ids::mix(self.hasher.hash_one((access_key_id, nonce)));
        let mut shard = lock(&self.shards[hash as usize % SHARDS]);
        let full = shard.current.len() >= MAX_NONCES;
        if full || now.saturating_sub(shard.began) > WINDOW {
            shard.previous = std::mem::take(&mut shard.current);
            shard.began = now;
        }
        !shard.previous.contains(&hash) && shard.current.insert(hash)
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Builds hashers that return their input, as the members are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct BuildPassThrough;

#[derive(Debug, Default)]
struct PassThrough(u64);

impl BuildHasher for BuildPassThrough {
    type Hasher = PassThrough;

    fn build_hasher(&self) -> PassThrough {
        PassThrough::default()
    }
}

impl std::hash::Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_accepted_once_per_key() {
        let nonces = Nonces::default();
        assert!(nonces.take("a", "n", 0));
        assert!(!nonces.take("a", "n", 1));
        assert!(nonces.take("b", "n", 1));
    }

    #[test]
    fn a_nonce_is_kept_while_its_timestamp_is_valid() {
        let nonces = Nonces::default();
        let start = 1_700_000_000_000;
        assert!(nonces.take("a", "n", start));
        assert!(!nonces.take("a", "n", start + WINDOW));
        assert!(!nonces.take("a", "n", start + WINDOW + 1));
    }

    #[test]
    fn memory_is_bounded() {
        let nonces = Nonces::default();
        for index in 0..SHARDS * MAX_NONCES * 4 {
            nonces.take("a", &index.to_string(), 0);
        }
        let kept = nonces.shards.iter().map(|shard| {
            let shard = lock(shard);
            shard.current.len() + shard.previous.len()
        });
        let kept: usize = kept.sum();
        assert!(kept <= 2 * SHARDS * MAX_NONCES, "{kept}");
    }
}
