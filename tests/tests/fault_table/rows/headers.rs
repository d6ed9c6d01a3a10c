//! Response headers that request a delay, or are misleading.

use super::{Outcome, PLAIN_WRITE, READ, Row, error, response};
use alibabacloud_core::ErrorKind::{Decode, Service};

const THROTTLED: super::Fault = error(429, "Throttling.User");

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "x-acs-retry-after is in milliseconds",
        faults: &[THROTTLED.headers(&[("x-acs-retry-after", "40")])],
        requests: 2,
        waits: &[40],
        ..PLAIN_WRITE
    },
    Row {
        name: "Retry-After is in seconds",
        faults: &[THROTTLED.headers(&[("retry-after", "2")])],
        requests: 2,
        waits: &[2_000],
        ..READ
    },
    Row {
        name: "Retry-After is a date, on the clock of the service",
        faults: &[THROTTLED.headers(&[
            ("retry-after", "Thu, 01 Jan 2026 09:00:07 GMT"),
            ("date", "Thu, 01 Jan 2026 09:00:00 GMT"),
        ])],
        requests: 2,
        waits: &[7_000],
        ..READ
    },
    Row {
        name: "x-acs-retry-after takes precedence over Retry-After",
        faults: &[THROTTLED.headers(&[("x-acs-retry-after", "40"), ("retry-after", "2")])],
        requests: 2,
        waits: &[40],
        ..READ
    },
    Row {
        name: "a delay of an hour is limited to the maximum",
        faults: &[THROTTLED.headers(&[("retry-after", "3600")])],
        requests: 2,
        waits: &[60_000],
        ..READ
    },
    Row {
        name: "an invalid delay is ignored",
        faults: &[THROTTLED.headers(&[("x-acs-retry-after", "soon"), ("retry-after", "-1")])],
        requests: 2,
        waits: &[500],
        ..READ
    },
    Row {
        name: "an unknown error with a delay",
        faults: &[error(403, "Whatever").headers(&[("x-acs-retry-after", "40")])],
        requests: 2,
        waits: &[40],
        ..PLAIN_WRITE
    },
    Row {
        name: "an unknown error without a delay",
        faults: &[error(403, "Whatever")],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 403 Whatever: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "the request ID of the header replaces that of the body",
        faults: &[response(404, b"{}").headers(&[("x-acs-request-id", "H")])],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 404: {} (request ID H)"),
        ..READ
    },
    Row {
        name: "a length that exceeds all memory",
        faults: &[response(200, b"{}").headers(&[("content-length", "18446744073709551615")])],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: the response is larger than 16777216 bytes; raise max_response_bytes to accept it",
        ),
        ..READ
    },
    Row {
        name: "two lengths: where the response ends is unknown",
        faults: &[response(200, b"{}").headers(&[("content-length", "2, 17")])],
        outcome: Outcome::Fails(
            Decode,
            "oos:CancelExecution 200: the response has ambiguous headers, probably from a proxy: content-length has different values",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "two equal lengths",
        faults: &[response(200, b"{}").headers(&[("content-length", "2, 2")])],
        ..READ
    },
    Row {
        name: "a length and chunks, of an error that would be retried",
        faults: &[THROTTLED.headers(&[("content-length", "48"), ("transfer-encoding", "chunked")])],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 429: the response has ambiguous headers, probably from a proxy: content-length and transfer-encoding",
        ),
        ..READ
    },
    Row {
        name: "a compressed success",
        faults: &[response(200, b"\x1f\x8b\x08\x00").headers(&[("content-encoding", "gzip")])],
        outcome: Outcome::Fails(
            Decode,
            "oos:CancelExecution 200: the response has content encoding gzip, which the SDK neither requests nor decodes; it probably comes from a proxy",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a compressed error, read",
        faults: &[response(503, b"\x1f\x8b\x08\x00").headers(&[("content-encoding", "gzip")])],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "a content encoding that is not true",
        faults: &[response(200, b"{}").headers(&[("content-encoding", "gzip")])],
        ..READ
    },
    Row {
        name: "a redirect whose address holds a password",
        faults: &[response(302, b"").headers(&[("location", "https://user:pw@login.example/?a=b")])],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 302: redirects are not followed; the response leads to login.example: check the endpoint and the proxy",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "the content type is ignored",
        faults: &[response(200, br#"{"RequestId":"R"}"#).headers(&[("content-type", "text/html")])],
        ..READ
    },
    Row {
        name: "a compressed transfer",
        faults: &[
            response(200, b"\x1f\x8b\x08\x00").headers(&[("transfer-encoding", "gzip, chunked")])
        ],
        outcome: Outcome::Fails(
            Decode,
            "oos:CancelExecution 200: the response has transfer encoding gzip, which the SDK neither requests nor decodes; it probably comes from a proxy",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a redirect to the same host by another scheme",
        faults: &[
            response(301, b"").headers(&[("location", "http://oos.cn-hangzhou.aliyuncs.com/")])
        ],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 301: redirects are not followed; the response leads to oos.cn-hangzhou.aliyuncs.com: check the endpoint and the proxy",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a redirect without address",
        faults: &[response(307, b"")],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 307: redirects are not followed; the response names no location: check the endpoint and the proxy",
        ),
        ..PLAIN_WRITE
    },
];
