//! Which nonces were used.

use crate::ids;
use crate::timestamp::Millis;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;
/// A nonce is remembered for at least this long: as long as the oldest acceptable timestamp (V1 of RPC, 31 minutes) is valid.
const WINDOW: Millis = 31 * 60 * 1000;
/// Most nonces of one generation of one shard; beyond it the oldest are forgotten early, so that memory stays bounded under load tests.
const MOST: usize = if cfg!(test) { 64 } else { 32_768 };

/// Remembers nonces in two generations: the current one and the one before.
#[derive(Debug)]
pub(crate) struct Nonces {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    current: HashSet<u64, BuildIdentity>,
    before: HashSet<u64, BuildIdentity>,
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
    /// Takes a nonce of a key; `false` when it was used before.
    pub(crate) fn take(&self, access_key_id: &str, nonce: &str, now: Millis) -> bool {
        let hash = ids::mix(self.hasher.hash_one((access_key_id, nonce)));
        let mut shard = lock(&self.shards[hash as usize % SHARDS]);
        let full = shard.current.len() >= MOST;
        if full || now.saturating_sub(shard.began) > WINDOW {
            shard.before = std::mem::take(&mut shard.current);
            shard.began = now;
        }
        !shard.before.contains(&hash) && shard.current.insert(hash)
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The members are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct BuildIdentity;

#[derive(Debug, Default)]
struct Identity(u64);

impl BuildHasher for BuildIdentity {
    type Hasher = Identity;

    fn build_hasher(&self) -> Identity {
        Identity::default()
    }
}

impl std::hash::Hasher for Identity {
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
    fn a_nonce_is_good_once_per_key() {
        let nonces = Nonces::default();
        assert!(nonces.take("a", "n", 0));
        assert!(!nonces.take("a", "n", 1));
        assert!(nonces.take("b", "n", 1));
    }

    #[test]
    fn a_nonce_is_remembered_while_its_timestamp_is_valid() {
        let nonces = Nonces::default();
        let start = 1_700_000_000_000;
        assert!(nonces.take("a", "n", start));
        assert!(!nonces.take("a", "n", start + WINDOW));
        assert!(!nonces.take("a", "n", start + WINDOW + 1));
    }

    #[test]
    fn memory_is_bounded() {
        let nonces = Nonces::default();
        for index in 0..SHARDS * MOST * 4 {
            nonces.take("a", &index.to_string(), 0);
        }
        let kept = nonces.shards.iter().map(|shard| {
            let shard = lock(shard);
            shard.current.len() + shard.before.len()
        });
        let kept: usize = kept.sum();
        assert!(kept <= 2 * SHARDS * MOST, "{kept}");
    }
}
