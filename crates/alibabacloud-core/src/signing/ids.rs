//! Unique IDs from random bytes of the operating system: nonces and idempotency tokens.
//!
//! ```
//! use alibabacloud_core::signing::{nonce, uuid_v4};
//!
//! assert_eq!(nonce()?.len(), 32);
//! assert_eq!(uuid_v4()?.len(), 36);
//! # Ok::<(), alibabacloud_core::signing::RandomError>(())
//! ```

use crate::text::push_hex;
use std::fmt;

/// Returns a nonce for one attempt: 32 hexadecimal digits of 128 random bits. Services reject a
/// nonce that was used before.
///
/// # Errors
/// Returns an error if the operating system returns no random bytes.
pub fn nonce() -> Result<String, RandomError> {
    let mut text = String::with_capacity(32);
    push_hex(&random()?, &mut text);
    Ok(text)
}

/// Returns a random UUID (version 4 of RFC 9562), for idempotency tokens.
///
/// # Errors
/// Returns an error if the operating system returns no random bytes.
pub fn uuid_v4() -> Result<String, RandomError> {
    let mut bytes = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, part) in [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ]
    .into_iter()
    .enumerate()
    {
        if index > 0 {
            text.push('-');
        }
        push_hex(part, &mut text);
    }
    Ok(text)
}

/// The error that the operating system returns no random bytes.
#[derive(Clone, Copy, Debug)]
pub struct RandomError(getrandom::Error);

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the operating system returned no random bytes: {}",
            self.0
        )
    }
}

impl std::error::Error for RandomError {}

fn random() -> Result<[u8; 16], RandomError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(RandomError)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nonces_are_unique_hexadecimal() {
        let nonces: HashSet<_> = (0..1000).map(|_| nonce().unwrap()).collect();
        assert_eq!(nonces.len(), 1000);
        assert!(
            nonces
                .iter()
                .all(|nonce| nonce.len() == 32 && nonce.bytes().all(|b| b.is_ascii_hexdigit()))
        );
    }

    #[test]
    fn uuids_have_version_and_variant() {
        for _ in 0..100 {
            let uuid = uuid_v4().unwrap();
            let parts: Vec<_> = uuid.split('-').collect();
            assert_eq!(
                parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
                [8, 4, 4, 4, 12]
            );
            assert!(parts[2].starts_with('4'), "{uuid}");
            assert!(parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        }
    }
}
