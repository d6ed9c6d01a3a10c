//! Timestamps of the Security Token Service and of profiles.

use alibabacloud_types::plumbing::parse_utc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Parses a timestamp such as `2026-03-14T15:09:26Z`. Returns `None` if it is invalid or before
/// 1970.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let moment = parse_utc(text).ok()?;
    (moment >= UNIX_EPOCH).then_some(moment)
}

/// Returns the Unix time in seconds; 0 for times before 1970.
pub(super) fn unix_seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
