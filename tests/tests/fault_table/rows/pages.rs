//! Lists with pages that fail, or without end.

use super::credentials::Temporary as Renewed;
use super::{BROKEN, Call, Fault, NUMBERED_PAGES, Outcome, PAGES, Row, error, response};
use alibabacloud_core::ErrorKind::{Decode, Service};

const FIRST: Fault = response(200, br#"{"Executions":[{}],"NextToken":"a"}"#);
const SECOND: Fault = response(200, br#"{"Executions":[{}],"NextToken":"b"}"#);
const EMPTY: Fault = response(200, br#"{"Executions":[],"NextToken":"c"}"#);
const LAST: Fault = response(200, br#"{"Executions":[{}],"NextToken":""}"#);

const ONE_TWO: Fault = response(
    200,
    br#"{"GitRepos":[{"RepoId":1},{"RepoId":2}],"Count":5}"#,
);
const THREE: Fault = response(200, br#"{"GitRepos":[{"RepoId":3}],"Count":5}"#);
const FOUR_FIVE: Fault = response(
    200,
    br#"{"GitRepos":[{"RepoId":4},{"RepoId":5}],"Count":5}"#,
);
const HOLE: Fault = response(200, br#"{"GitRepos":[],"Count":5}"#);
const EMPTY_UNCOUNTED: Fault = response(200, br#"{"GitRepos":[]}"#);

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
    Row {
        name: "pages smaller than requested are followed up to the total",
        faults: &[ONE_TWO, THREE, FOUR_FIVE],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..NUMBERED_PAGES
    },
    Row {
        name: "an empty page before the total is not the last one",
        faults: &[ONE_TWO, HOLE, THREE, HOLE, FOUR_FIVE],
        requests: 5,
        outcome: Outcome::ListEnds(5),
        ..NUMBERED_PAGES
    },
    Row {
        name: "three empty pages in a row end a list before its total",
        faults: &[ONE_TWO, HOLE, HOLE, HOLE, THREE],
        requests: 4,
        outcome: Outcome::ListFallsShort(4, 3),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a page number above the total ends a list before it",
        faults: &[
            response(200, br#"{"GitRepos":[{"RepoId":1}],"Count":2}"#),
            response(200, br#"{"GitRepos":[],"Count":2}"#),
        ],
        requests: 2,
        outcome: Outcome::ListFallsShort(2, 1),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a strict list that ends before its total",
        call: Call::StrictPages,
        faults: &[ONE_TWO, HOLE, HOLE, HOLE],
        requests: 4,
        outcome: Outcome::ListFails(
            4,
            Decode,
            "oos:ListGitRepositories: the list ended, but 3 of 5 items are missing; the caller may not be \
             allowed to read them",
        ),
        ..NUMBERED_PAGES
    },
    Row {
        name: "an item that comes twice in a strict list",
        call: Call::StrictPages,
        faults: &[
            ONE_TWO,
            response(
                200,
                br#"{"GitRepos":[{"RepoId":2},{"RepoId":3}],"Count":5}"#,
            ),
        ],
        requests: 2,
        outcome: Outcome::ListFails(
            1,
            Decode,
            "oos:ListGitRepositories: the service returned an item twice",
        ),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a page that comes under another number again",
        faults: &[ONE_TWO, THREE, ONE_TWO],
        requests: 3,
        outcome: Outcome::ListFails(
            2,
            Decode,
            "oos:ListGitRepositories: the service returned a page with the items of an earlier page",
        ),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a total that shrinks below the items that follow",
        faults: &[
            ONE_TWO,
            response(200, br#"{"GitRepos":[{"RepoId":3}],"Count":2}"#),
            FOUR_FIVE,
        ],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..NUMBERED_PAGES
    },
    Row {
        name: "without a total an empty page is the last one",
        faults: &[
            response(200, br#"{"GitRepos":[{"RepoId":1}],"Count":-1}"#),
            response(200, br#"{"GitRepos":[{"RepoId":2}]}"#),
            EMPTY_UNCOUNTED,
            FOUR_FIVE,
        ],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a list with page tokens that ends before its total",
        faults: &[
            response(
                200,
                br#"{"Executions":[{}],"TotalCount":3,"NextToken":"a"}"#,
            ),
            response(200, br#"{"Executions":[{}],"TotalCount":3}"#),
        ],
        requests: 2,
        outcome: Outcome::ListFallsShort(2, 1),
        ..PAGES
    },
    Row {
        name: "a service that ignores page tokens and returns new ones",
        faults: &[
            response(
                200,
                br#"{"Executions":[{"ExecutionId":"1"},{"ExecutionId":"2"}],"NextToken":"a"}"#,
            ),
            response(
                200,
                br#"{"Executions":[{"ExecutionId":"1"},{"ExecutionId":"2"}],"NextToken":"b"}"#,
            ),
        ],
        requests: 2,
        outcome: Outcome::ListFails(
            1,
            Decode,
            "oos:ListExecutions: the service returned a page with the items of an earlier page",
        ),
        ..PAGES
    },
    Row {
        name: "a throttled page is requested again, with its own number",
        faults: &[ONE_TWO, error(429, "Throttling.User"), THREE, FOUR_FIVE],
        requests: 4,
        waits: &[500],
        outcome: Outcome::ListEnds(3),
        ..NUMBERED_PAGES
    },
    Row {
        name: "more items than the total",
        faults: &[
            response(
                200,
                br#"{"GitRepos":[{"RepoId":1},{"RepoId":2}],"Count":1}"#,
            ),
            EMPTY_UNCOUNTED,
        ],
        requests: 2,
        outcome: Outcome::ListEnds(2),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a strict list without a total",
        call: Call::StrictPages,
        faults: &[
            response(200, br#"{"GitRepos":[{"RepoId":1}]}"#),
            EMPTY_UNCOUNTED,
        ],
        requests: 2,
        outcome: Outcome::ListEnds(2),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a total that is text, and pages in the wrapper of RPC services",
        faults: &[
            response(
                200,
                br#"{"GitRepos":{"GitRepo":[{"RepoId":1}]},"Count":"2"}"#,
            ),
            response(
                200,
                br#"{"GitRepos":{"GitRepo":[{"RepoId":2}]},"Count":"2"}"#,
            ),
        ],
        requests: 2,
        outcome: Outcome::ListEnds(2),
        ..NUMBERED_PAGES
    },
    Row {
        name: "a list that the caller may no longer read",
        faults: &[ONE_TWO, error(403, "NoPermission")],
        requests: 2,
        outcome: Outcome::ListFails(
            1,
            Service,
            r#"oos:ListGitRepositories 403 NoPermission: No. (request ID E, by its documentation the call needs {"Effect":"Allow","Action":"oos:ListGitRepositories","Resource":"*"})"#,
        ),
        ..NUMBERED_PAGES
    },
    Row {
        name: "credentials that expire within a list",
        faults: &[
            ONE_TWO,
            error(400, "InvalidSecurityToken.Expired"),
            THREE,
            FOUR_FIVE,
        ],
        client: |config, _| config.credentials(Renewed),
        requests: 4,
        outcome: Outcome::ListEnds(3),
        ..NUMBERED_PAGES
    },
];
