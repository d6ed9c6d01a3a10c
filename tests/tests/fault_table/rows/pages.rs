//! Lists with pages that fail, or without end.

use super::{BROKEN, Fault, Outcome, PAGES, Row, error, response};
use alibabacloud_core::ErrorKind::{Decode, Service};

const FIRST: Fault = response(200, br#"{"Executions":[{}],"NextToken":"a"}"#);
const SECOND: Fault = response(200, br#"{"Executions":[{}],"NextToken":"b"}"#);
const EMPTY: Fault = response(200, br#"{"Executions":[],"NextToken":"c"}"#);
const LAST: Fault = response(200, br#"{"Executions":[{}],"NextToken":""}"#);

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "pages until an empty token",
        faults: &[FIRST, SECOND, LAST],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..PAGES
    },
    Row {
        name: "a page without items is not the last one",
        faults: &[FIRST, EMPTY, LAST],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..PAGES
    },
    Row {
        name: "a lost page is requested again",
        faults: &[FIRST, BROKEN, SECOND, LAST],
        requests: 4,
        waits: &[100],
        outcome: Outcome::ListEnds(3),
        ..PAGES
    },
    Row {
        name: "every page has its own attempts",
        faults: &[BROKEN, BROKEN, FIRST, BROKEN, BROKEN, LAST],
        requests: 6,
        waits: &[100, 200, 100, 200],
        outcome: Outcome::ListEnds(2),
        ..PAGES
    },
    Row {
        name: "a page token that the service no longer knows ends the list",
        faults: &[FIRST, error(400, "InvalidParameter.NextToken")],
        requests: 2,
        outcome: Outcome::ListFails(
            1,
            Service,
            "oos:ListExecutions 400 InvalidParameter.NextToken: No. (request ID E)",
        ),
        ..PAGES
    },
    Row {
        name: "a page that cannot be read ends the list",
        faults: &[FIRST, response(200, b"{")],
        requests: 2,
        outcome: Outcome::ListFails(
            1,
            Decode,
            "oos:ListExecutions 200: cannot read the response: EOF while parsing an object (line 1, column 1)",
        ),
        ..PAGES
    },
    Row {
        name: "a page token that is returned twice in a row",
        faults: &[FIRST, FIRST],
        requests: 2,
        outcome: Outcome::ListFails(
            2,
            Decode,
            "oos:ListExecutions: the service returned page token \"a\" twice; stopping to avoid an endless loop",
        ),
        ..PAGES
    },
    Row {
        name: "page tokens that form a cycle",
        faults: &[FIRST, SECOND, FIRST, SECOND, FIRST],
        requests: 4,
        outcome: Outcome::ListFails(
            4,
            Decode,
            "oos:ListExecutions: the service returned page token \"b\" twice; stopping to avoid an endless loop",
        ),
        ..PAGES
    },
];
