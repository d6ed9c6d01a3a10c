//! No text makes the date parsers panic, and a parsed time is formatted to the same second.

#![no_main]

use alibabacloud_types::DateTime;
use alibabacloud_types::plumbing::{format_http_date, parse_http_date, parse_utc};
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second of the year 9999.
const END: Duration = Duration::from_secs(253_402_300_799);

fuzz_target!(|text: &str| {
    for time in [parse_utc(text), parse_http_date(text)]
        .into_iter()
        .flatten()
    {
        if (UNIX_EPOCH..=UNIX_EPOCH + END).contains(&time) {
            same_second(time);
        }
    }
});

fn same_second(time: SystemTime) {
    let whole = time
        .duration_since(UNIX_EPOCH)
        .map(|since| UNIX_EPOCH + Duration::from_secs(since.as_secs()));
    assert_eq!(
        DateTime::from(time).to_system_time().ok(),
        whole.clone().ok()
    );
    assert_eq!(parse_http_date(&format_http_date(time)).ok(), whole.ok());
}
