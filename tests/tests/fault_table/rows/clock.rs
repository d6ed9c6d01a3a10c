//! Rejected timestamps and nonces.

use super::{Fault, Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, error};
use alibabacloud_core::ErrorKind::Service;

const EXPIRED: Fault = error(400, "InvalidTimeStamp.Expired");
/// An hour ahead of the clock of the tests.
const AHEAD: Fault = EXPIRED.headers(&[("date", "Thu, 01 Jan 2026 01:00:00 GMT")]);
/// Two hours ahead.
const FURTHER: Fault = EXPIRED.headers(&[("date", "Thu, 01 Jan 2026 02:00:00 GMT")]);

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "clock skew: the service rejected the write",
        faults: &[AHEAD],
        requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "clock skew, then the service is busy",
        faults: &[AHEAD, error(503, "ServiceUnavailable")],
        requests: 3,
        waits: &[200],
        ..READ
    },
    Row {
        name: "the clock of the service jumps: it is corrected once",
        faults: &[AHEAD, FURTHER],
        requests: 2,
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Expired: No. (request ID E, attempts 2)",
        ),
        ..READ
    },
    Row {
        name: "a rejected timestamp without a date is not used",
        faults: &[EXPIRED],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a rejected timestamp and equal clocks",
        faults: &[EXPIRED.headers(&[("date", "Thu, 01 Jan 2026 00:00:03 GMT")])],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "the date of a cached response is not used",
        faults: &[EXPIRED.headers(&[("date", "Thu, 01 Jan 2026 01:00:00 GMT"), ("age", "9")])],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "clock correction disabled",
        client: |config, _| config.clock_skew_correction(false),
        faults: &[AHEAD],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Expired: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a timestamp of the wrong form",
        faults: &[error(400, "InvalidTimeStamp.Format")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 InvalidTimeStamp.Format: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a used nonce, write with token",
        faults: &[error(400, "SignatureNonceUsed").perhaps_executed()],
        requests: 2,
        ..TOKEN_WRITE
    },
    Row {
        name: "a used nonce: the write that used it may have been executed",
        faults: &[error(400, "SignatureNonceUsed").perhaps_executed()],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 400 SignatureNonceUsed: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a used nonce, repeatedly",
        faults: &[
            error(400, "SignatureNonceUsed"),
            error(400, "SignatureNonceUsed"),
        ],
        requests: 2,
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 SignatureNonceUsed: No. (request ID E, attempts 2)",
        ),
        ..READ
    },
    Row {
        name: "a rejected timestamp after a slow request: half of its time may be the difference",
        faults: &[AHEAD.after(20_000)],
        requests: 2,
        ..PLAIN_WRITE
    },
];
