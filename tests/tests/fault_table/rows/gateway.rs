//! Requests that a gateway refuses or loses before an operation sees them, and what it cannot keep.

use super::{Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, error, response};
use alibabacloud_core::ErrorKind::Service;

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "a request that is too large is not sent again",
        faults: &[error(413, "RequestTooLarge")],
        outcome: Outcome::Fails(
            Service,
            "oos:StartExecution 413 RequestTooLarge: No. (request ID E)",
        ),
        ..TOKEN_WRITE
    },
    Row {
        name: "headers that are too large, without code",
        faults: &[response(431, b"")],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 431: the response is empty"),
        ..READ
    },
    Row {
        name: "an ambiguous request is not sent again",
        faults: &[error(400, "IncompleteSignature")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 IncompleteSignature: No. (request ID E, signed with AccessKey ID **** from static_ak)",
        ),
        ..READ
    },
    Row {
        name: "a body that arrived too slowly, write with token, twice",
        faults: &[error(408, "RequestTimeout"), error(408, "RequestTimeout")],
        requests: 3,
        waits: &[100, 200],
        ..TOKEN_WRITE
    },
    Row {
        name: "a disk that is full: whether the write is kept is unknown",
        faults: &[error(500, "InternalError")],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 500 InternalError: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
];
