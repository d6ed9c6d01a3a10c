//! Waits for an execution that is not listed yet, or among others.

use super::{BROKEN, Fault, Outcome, Row, WAIT, error, response};
use alibabacloud_core::ErrorKind::{Decode, Service, Unsuccessful};

const RUNNING: Fault = response(
    200,
    br#"{"Executions":[{"ExecutionId":"exec-1","Status":"Running"}]}"#,
);
const ENDED: Fault = response(
    200,
    br#"{"Executions":[{"ExecutionId":"exec-1","Status":"Success"}]}"#,
);
const UNKNOWN: Fault = error(404, "EntityNotExists.Execution");

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "the failure of another execution does not end a wait",
        faults: &[
            response(
                200,
                br#"{"Executions":[{"ExecutionId":"exec-2","Status":"Failed"}]}"#,
            ),
            ENDED,
        ],
        requests: 2,
        waits: &[1000],
        ..WAIT
    },
    Row {
        name: "the execution is on a later page of a list that is not filtered",
        faults: &[
            response(
                200,
                br#"{"Executions":[{"ExecutionId":"exec-2","Status":"Success"}],"NextToken":"2"}"#,
            ),
            response(
                200,
                br#"{"Executions":[{"ExecutionId":"exec-1","Status":"Failed"}]}"#,
            ),
        ],
        requests: 2,
        outcome: Outcome::Fails(Unsuccessful, "ExecutionFinished: ended in state Failed"),
        ..WAIT
    },
    Row {
        name: "an execution that the index does not have yet",
        faults: &[UNKNOWN, BROKEN, UNKNOWN, RUNNING, ENDED],
        requests: 5,
        waits: &[1000, 100, 1000, 1000],
        ..WAIT
    },
    Row {
        name: "an execution that was listed and no longer exists",
        faults: &[RUNNING, UNKNOWN],
        requests: 2,
        waits: &[1000],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 404 EntityNotExists.Execution: No. (request ID E)",
        ),
        ..WAIT
    },
    Row {
        name: "an execution that is not listed for longer than an index may take",
        faults: &[UNKNOWN; 20],
        requests: 11,
        waits: &[1000; 10],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 404 EntityNotExists.Execution: No. (request ID E)"),
        ..WAIT
    },
    Row {
        name: "a wait is throttled, and continues",
        faults: &[RUNNING, error(429, "Throttling.User"), ENDED],
        requests: 3,
        waits: &[1000, 500],
        ..WAIT
    },
    Row {
        name: "a page in a wait that cannot be read",
        faults: &[RUNNING, response(200, b"<html>")],
        requests: 2,
        waits: &[1000],
        outcome: Outcome::Fails(Decode, "oos:ListExecutions 200: the response is an HTML page (without title) and probably comes from a proxy, not from the service"),
        ..WAIT
    },
    Row {
        name: "two states of one execution in one list",
        faults: &[response(
            200,
            br#"{"Executions":[{"ExecutionId":"exec-1","Status":"Running"},{"ExecutionId":"exec-1","Status":"Success"}]}"#,
        ), ENDED],
        requests: 2,
        waits: &[1000],
        ..WAIT
    },
];
