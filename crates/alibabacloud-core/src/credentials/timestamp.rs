//! Moments as the Security Token Service and profiles write them.

use alibabacloud_types::plumbing::parse_utc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Reads `2026-03-14T15:09:26Z`. `None` for what is no time, and for years before 1970.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let moment = parse_utc(text).ok()?;
    (moment >= UNIX_EPOCH).then_some(moment)
}

/// Seconds since 1970; 0 for moments before.
pub(super) fn unix_seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
