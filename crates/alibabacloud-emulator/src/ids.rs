//! Identifiers in the form of the services'.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Generates identifiers that do not repeat within a run, nor (with high probability) after a
/// restart with the same data file.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    count: AtomicU64,
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            seed: RandomState::new().hash_one(std::process::id()),
            count: AtomicU64::new(0),
        }
    }
}

impl Ids {
    fn next(&self) -> u64 {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        mix(self
            .seed
            .wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Returns a request ID: a UUID in upper case.
    pub(crate) fn request(&self) -> String {
        let (a, b) = (self.next(), self.next());
        let mut id = String::with_capacity(36);
        // Every request has one, and `format!` takes several times as long.
        for (number, digits) in [
            (a >> 32, 8),
            (a >> 16, 4),
            (0x4000 | (a & 0xfff), 4),
            (0x8000 | (b >> 50), 4),
            (b, 12),
        ] {
            if !id.is_empty() {
                id.push('-');
            }
            for digit in (0..digits).rev() {
                let digit = (number >> (4 * digit)) as usize & 0xf;
                id.push(char::from(b"0123456789ABCDEF"[digit]));
            }
        }
        id
    }

    /// Returns this many random characters of an alphabet.
    pub(crate) fn random(&self, alphabet: &[u8], length: usize) -> String {
        let count = alphabet.len().max(1) as u64;
        let index = |random: u64| usize::try_from(random % count).unwrap_or_default();
        (0..length)
            .filter_map(|_| alphabet.get(index(self.next())).copied())
            .map(char::from)
            .collect()
    }

    /// Returns the ID of a resource: a prefix such as `exec`, a dash and 20 hexadecimal digits.
    pub(crate) fn resource(&self, prefix: &str) -> String {
        format!("{prefix}-{:016x}{:04x}", self.next(), self.next() & 0xffff)
    }
}

/// Returns the ID of a user or a role, which the same texts always have: 18 digits.
pub(crate) fn principal(parts: &[&str]) -> String {
    let id = 200_000_000_000_000_000 + hash(parts) % 100_000_000_000_000_000;
    id.to_string()
}

/// Maps a number to one whose bits look random (the finalizer of splitmix64).
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Maps a number whose bits look random to one from 0 to 1, excluding 1.
pub(crate) fn fraction(random: u64) -> f64 {
    // A double holds 53 bits exactly.
    (random >> 11) as f64 / (1_u64 << 53) as f64
}

/// Hashes texts; the same texts always have the same hash.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.bytes().chain([0xff]))
        .fold(0xcbf2_9ce4_8422_2325, |value, byte| {
            (value ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_an_upper_case_uuid() {
        let id = Ids::default().request();
        assert_eq!(id.len(), 36);
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(id, id.to_uppercase());
    }

    #[test]
    fn ids_do_not_repeat() {
        let ids = Ids::default();
        let many: std::collections::HashSet<String> =
            (0..1000).map(|_| ids.resource("exec")).collect();
        assert_eq!(many.len(), 1000);
    }
}
