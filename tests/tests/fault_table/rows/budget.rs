//! Rows: what the calls of a client share limits their retries.

use super::{Outcome, READ, Row, TRANSPORT_TIMEOUT, error};
use alibabacloud_core::ErrorKind;
use alibabacloud_core::retry::RetryConfig;
use std::time::Duration;

/// A server error that asks for a short delay.
const BUSY: super::Fault = error(503, "ServiceUnavailable").headers(&[("x-acs-retry-after", "1")]);
/// Throttling that asks for a short delay.
const THROTTLED: super::Fault = error(429, "Throttling").headers(&[("x-acs-retry-after", "1")]);

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "one call uses up the retry budget of the client",
        client: |config, _| config.retry(RetryConfig::standard().max_attempts(200)),
        faults: &[BUSY; 101],
        requests: 101,
        waits: &[1; 100],
        outcome: Outcome::Fails(
            ErrorKind::Service,
            "oos:ListExecutions 503 ServiceUnavailable: No. not retried: the retry budget of the client is exhausted (request ID E, attempts 101, retry after 1 ms)",
        ),
        ..READ
    },
    Row {
        name: "a retry after a timeout costs twice as much",
        client: |config, _| {
            let delay = Duration::from_millis(1);
            let retry = RetryConfig::standard().jitter(false).max_attempts(200);
            config.retry(retry.base_delay(delay).max_delay(delay))
        },
        faults: &[TRANSPORT_TIMEOUT; 51],
        requests: 51,
        waits: &[1; 50],
        outcome: Outcome::Fails(
            ErrorKind::Timeout,
            "oos:ListExecutions: no response from https://oos.cn-hangzhou.aliyuncs.com in time: a scripted fault; not retried: the retry budget of the client is exhausted (attempts 51)",
        ),
        ..READ
    },
    Row {
        name: "a recovery costs nothing, so it follows on an empty budget",
        client: |config, _| config.retry(RetryConfig::standard().max_attempts(200)),
        faults: &{
            let mut faults = [BUSY; 101];
            faults[100] = error(400, "SignatureNonceUsed");
            faults
        },
        requests: 102,
        waits: &[1; 100],
        ..READ
    },
    Row {
        name: "the adaptive mode waits for a slot of the rate limiter",
        client: |config, _| config.retry(RetryConfig::adaptive()),
        faults: &[THROTTLED; 2],
        requests: 3,
        waits: &[1, 1, 1425],
        ..READ
    },
    Row {
        name: "no slot of the rate limiter before the operation timeout",
        client: |config, _| {
            let config = config.retry(RetryConfig::adaptive());
            config.operation_timeout(Duration::from_secs(1))
        },
        faults: &[THROTTLED; 2],
        requests: 2,
        waits: &[1, 1],
        outcome: Outcome::Fails(
            ErrorKind::Service,
            "oos:ListExecutions 429 Throttling: No. not retried: throttled, and the operation timeout would expire first (request ID E, attempts 2, retry after 1 ms)",
        ),
        ..READ
    },
];
