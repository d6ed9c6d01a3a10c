//! Waits for an execution that is not listed yet, or among others.

use super::{BROKEN, Fault, Outcome, Row, WAIT, error, response};
use alibabacloud_core::ErrorKind::{Service, Unsuccessful};

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
];
