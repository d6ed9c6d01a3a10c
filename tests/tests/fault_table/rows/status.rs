//! Errors of the service and of gateways, by status and code.

use super::{Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, error, response};
use alibabacloud_core::ErrorKind::Service;

const UNAVAILABLE: super::Fault = error(503, "ServiceUnavailable");

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "503, read",
        faults: &[UNAVAILABLE],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "503, write with token",
        faults: &[UNAVAILABLE, UNAVAILABLE],
        requests: 3,
        waits: &[100, 200],
        ..TOKEN_WRITE
    },
    Row {
        name: "503: the write may have been executed",
        faults: &[UNAVAILABLE],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 503 ServiceUnavailable: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "503 with a delay: the write may have been executed nevertheless",
        faults: &[UNAVAILABLE.headers(&[("retry-after", "1")])],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 503 ServiceUnavailable: No. (request ID E, retry after 1000 ms)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "503, repeatedly",
        faults: &[UNAVAILABLE, UNAVAILABLE, UNAVAILABLE],
        requests: 3,
        waits: &[100, 200],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 503 ServiceUnavailable: No. (request ID E, attempts 3)",
        ),
        ..READ
    },
    Row {
        name: "500 without code",
        faults: &[response(500, b"{}")],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "500 with a client error code",
        faults: &[error(500, "InvalidParameter")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 500 InvalidParameter: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "InternalError as 403, read",
        faults: &[error(403, "InternalError")],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "InternalError as 403: the write may have been executed",
        faults: &[error(403, "InternalError").perhaps_executed()],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 403 InternalError: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "408, read",
        faults: &[error(408, "Timeout")],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "408: the write may have been executed",
        faults: &[error(408, "Timeout")],
        outcome: Outcome::Fails(Service, "oos:CancelExecution 408 Timeout: No. (request ID E)"),
        ..PLAIN_WRITE
    },
    Row {
        name: "throttled as 400: the service rejected the write",
        faults: &[error(400, "Throttling.User")],
        requests: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "throttled as 429 without code",
        faults: &[response(429, b"")],
        requests: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "throttled, repeatedly",
        faults: &[
            error(400, "Throttling.Api"),
            error(400, "Throttling.Api"),
            error(400, "Throttling.Api"),
        ],
        requests: 3,
        waits: &[500, 1000],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 400 Throttling.Api: No. (request ID E, attempts 3)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a server error, then throttling: each has its own wait",
        faults: &[UNAVAILABLE, error(429, "Throttling.Api")],
        requests: 3,
        waits: &[100, 1000],
        ..READ
    },
    Row {
        name: "an earlier attempt of a write with token is in progress",
        faults: &[error(403, "LastTokenProcessing").perhaps_executed()],
        requests: 2,
        waits: &[100],
        ..TOKEN_WRITE
    },
    Row {
        name: "an earlier attempt of a write without token is in progress",
        faults: &[error(403, "LastTokenProcessing").perhaps_executed()],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 403 LastTokenProcessing: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "404",
        faults: &[error(404, "EntityNotExists.Execution")],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 404 EntityNotExists.Execution: No. (request ID E)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "409",
        faults: &[error(409, "OperationConflict")],
        outcome: Outcome::Fails(
            Service,
            "oos:StartExecution 409 OperationConflict: No. (request ID E)",
        ),
        ..TOKEN_WRITE
    },
    Row {
        name: "501",
        faults: &[response(501, b"")],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 501: the response is empty"),
        ..READ
    },
    Row {
        name: "a redirect is not followed",
        faults: &[response(302, b"").headers(&[("location", "http://localhost/")])],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 302: redirects are not followed; the response leads to localhost: check the endpoint and the proxy"),
        ..READ
    },
    Row {
        name: "a denied permission reports the statement that allows it",
        faults: &[response(
            403,
            br#"{"Code":"NoPermission","Message":"No.","AccessDeniedDetail":{"AuthAction":"oos:CancelExecution","NoPermissionType":"ImplicitDeny"}}"#,
        )],
        outcome: Outcome::Fails(
            Service,
            r#"oos:CancelExecution 403 NoPermission: No. (allow it with {"Effect":"Allow","Action":"oos:CancelExecution","Resource":"acs:oos:cn-hangzhou:*:execution/exec-1"})"#,
        ),
        ..PLAIN_WRITE
    },
];
