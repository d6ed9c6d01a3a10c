//! Error codes of one meaning under many names, and what errors show of a response.

use super::{Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, error, response};
use alibabacloud_core::ErrorKind::Service;
use alibabacloud_core::credentials::Credentials;

const QUOTA: super::Fault = error(429, "QuotaExceeded.Vpc");

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "throttling by another first word: the service rejected the write",
        faults: &[error(400, "Rejected.Throttling")],
        requests: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "throttling in words apart, with the status of a server fault",
        faults: &[error(500, "Service.Flow.Control")],
        requests: 2,
        waits: &[500],
        ..READ
    },
    Row {
        name: "a quota is not throttling, whatever its status is",
        faults: &[QUOTA],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 429 QuotaExceeded.Vpc: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a quota that says when to retry is throttling",
        faults: &[QUOTA.headers(&[("x-acs-retry-after", "30")])],
        requests: 2,
        waits: &[30],
        ..READ
    },
    Row {
        name: "a controller of flows controls no flow",
        faults: &[error(403, "NotInFlowController")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 403 NotInFlowController: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "an internal error by another name, read",
        faults: &[error(400, "InternalServerError")],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "a resource that does not exist, with the status of a server fault",
        faults: &[error(500, "InstanceNotExist")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 500 InstanceNotExist: No. (request ID E)",
        ),
        ..READ
    },
    Row {
        name: "a running call with the same token, by another name",
        faults: &[error(403, "IdempotentProcessing").perhaps_executed()],
        requests: 2,
        waits: &[100],
        ..TOKEN_WRITE
    },
    Row {
        name: "a conflict with the state of the resource is not retried",
        faults: &[error(409, "IncorrectInstanceStatus")],
        outcome: Outcome::Fails(
            Service,
            "oos:StartExecution 409 IncorrectInstanceStatus: No. (request ID E)",
        ),
        ..TOKEN_WRITE
    },
    Row {
        name: "the clock is wrong, in the words of another service",
        faults: &[error(403, "RequestTimeTooSkewed")
            .headers(&[("date", "Thu, 01 Jan 2026 01:00:00 GMT")])],
        requests: 2,
        ..PLAIN_WRITE
    },
    Row {
        name: "a bearer token that is rejected is named by its source",
        client: |config, _| config.credentials(Credentials::bearer("made-up-bearer")),
        faults: &[response(
            401,
            br#"{"Code":"InvalidBearerToken","Message":"bad: made-up-bearer"}"#,
        )],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 401 InvalidBearerToken: bad: REDACTED (signed with a bearer token from bearer)",
        ),
        ..READ
    },
    Row {
        name: "a response that repeats the token, percent-encoded",
        client: |config, _| config.credentials(Credentials::sts("id", "secret", "made+up/token==")),
        faults: &[response(
            400,
            br#"{"Code":"C","Message":"got made%2Bup%2Ftoken%3D%3D"}"#,
        )],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 400 C: got REDACTED"),
        ..READ
    },
    Row {
        name: "a message that forges a line and commands the terminal",
        faults: &[response(
            400,
            br#"{"Code":"C","Message":"no\r\n200 ok\u001b[2J\u202eko"}"#,
        )],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 C: no\\r\\n200 ok\\u{1b}[2J\\u{202e}ko",
        ),
        ..READ
    },
];
