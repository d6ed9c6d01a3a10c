//! Bodies that are empty, incomplete, foreign or too large.

use super::{Outcome, PAGES, PLAIN_WRITE, READ, Row, TOKEN_WRITE, cut, response};
use alibabacloud_core::ErrorKind::{Decode, Interrupted, Service};

const GATEWAY_PAGE: &[u8] = b"<html><head><title>502 Bad Gateway</title></head></html>";

/// More lists in each other than a reader follows.
const NESTED: &[u8] = &{
    let mut bytes = [b'['; 400];
    let start = br#"{"Executions":[{"Parameters":{"a":"#;
    let mut at = 0;
    while at < start.len() {
        bytes[at] = start[at];
        at += 1;
    }
    bytes
};

/// An error whose code comes after more than 1 MiB.
const LATE_CODE: &[u8] = &{
    const END: &[u8] = br#""Code":"Throttling"}"#;
    let mut bytes = [b' '; (1 << 20) + 1 + END.len()];
    bytes[0] = b'{';
    let mut at = 0;
    while at < END.len() {
        bytes[(1 << 20) + 1 + at] = END[at];
        at += 1;
    }
    bytes
};

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "204 without body",
        faults: &[response(204, b"")],
        ..PLAIN_WRITE
    },
    Row {
        name: "200 without body",
        faults: &[response(200, b"")],
        ..READ
    },
    Row {
        name: "byte order mark",
        faults: &[response(200, b"\xef\xbb\xbf{\"RequestId\":\"R\"}")],
        ..READ
    },
    Row {
        name: "half a surrogate pair and bytes of another encoding",
        faults: &[response(
            200,
            b"{\"Executions\":[{\"StatusMessage\":\"cut \\ud83d\"},{\"StatusMessage\":\"\xd6\xd8\"}]}",
        )],
        ..READ
    },
    Row {
        name: "broken characters on a page lose no page",
        faults: &[
            response(200, b"{\"Executions\":[{\"StatusMessage\":\"\xd6\x5c\"}],\"NextToken\":\"2\"}"),
            response(200, b"{\"Executions\":[{\"StatusMessage\":\"a\nb\"}],\"NextToken\":\"3\"}"),
        ],
        requests: 3,
        outcome: Outcome::ListEnds(3),
        ..PAGES
    },
    Row {
        name: "a broken character in a throttling error: the write is repeated",
        faults: &[
            response(400, br#"{"Code":"Throttling.User","Message":"slow \ud83d"}"#),
            response(400, b"{\"Message\":\"a\nb\",\"Code\":\"Throttling.User\"}"),
        ],
        requests: 3,
        waits: &[500, 1000],
        ..PLAIN_WRITE
    },
    Row {
        name: "a broken character in an error that is not retried",
        faults: &[response(
            404,
            b"{\"Code\":\"EntityNotExists.Execution\",\"Message\":\"No \xd6.\",\"RequestId\":\"B\"}",
        )],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 404 EntityNotExists.Execution: No \u{fffd}. (request ID B)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "an error that ends after its code: the write is repeated",
        faults: &[response(400, br#"{"Code":"Throttling.Api","Mess"#)],
        requests: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "a list in the wrapper of RPC services",
        faults: &[response(200, br#"{"Executions":{"Execution":[{"ExecutionId":"e"}]}}"#)],
        ..READ
    },
    Row {
        name: "an object in place of a list that is neither its wrapper nor an item",
        faults: &[response(200, br#"{"Executions":{"Total":1}}"#)],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: cannot read the response: Executions: expected an array, found an object without a field of its items (line 1, column 25)",
        ),
        ..READ
    },
    Row {
        name: "more values than may be in memory",
        client: |config, _| config.max_decoded_bytes(1000),
        faults: &[response(200, br#"{"Executions":[{},{}]}"#)],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: cannot read the response: Executions[0]: the decoded values take more than 1000 bytes of memory (line 1, column 15); raise max_decoded_bytes to accept it",
        ),
        ..READ
    },
    Row {
        name: "XML as a success",
        faults: &[response(200, b"<?xml version=\"1.0\"?><CancelExecutionResponse/>")],
        outcome: Outcome::Fails(
            Decode,
            "oos:CancelExecution 200: the response is XML (CancelExecutionResponse) where JSON is expected",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a code in a success is data",
        faults: &[response(200, br#"{"Code":"Forbidden","Success":false}"#)],
        ..PLAIN_WRITE
    },
    Row {
        name: "body cut off by the connection, read",
        faults: &[cut(200, br#"{"Requ"#)],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "body cut off by the connection, write with token",
        faults: &[cut(200, br#"{"Requ"#)],
        requests: 2,
        waits: &[100],
        ..TOKEN_WRITE
    },
    Row {
        name: "body cut off by the connection: the write was executed",
        faults: &[cut(200, br#"{"Requ"#)],
        outcome: Outcome::Fails(
            Interrupted,
            "oos:CancelExecution 200: the connection to https://oos.cn-hangzhou.aliyuncs.com broke: the script breaks off the body",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "incomplete JSON in a complete body",
        faults: &[response(200, br#"{"Executions":[{"Execu"#)],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: cannot read the response: Executions[0]: EOF while parsing a string (line 1, column 22)",
        ),
        ..READ
    },
    Row {
        name: "a value of another type",
        faults: &[response(200, br#"{"Executions":[{},{"Parameters":7}]}"#)],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: cannot read the response: Executions[1].Parameters: expected an object, found an integer (line 1, column 33)",
        ),
        ..READ
    },
    Row {
        name: "a list where an object belongs",
        faults: &[response(200, b"[1]")],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: cannot read the response: expected an object, found an array (line 1, column 3)",
        ),
        ..READ
    },
    Row {
        name: "the login page of a proxy as a success",
        faults: &[response(200, b"<!DOCTYPE html><title>Log in</title>")],
        outcome: Outcome::Fails(
            Decode,
            "oos:ListExecutions 200: the response is an HTML page (Log in) and probably comes from a proxy, not from the service",
        ),
        ..READ
    },
    Row {
        name: "larger than allowed",
        client: |config, _| config.max_response_bytes(16),
        faults: &[response(200, br#"{"RequestId":"R"}"#)],
        outcome: Outcome::Fails(
            Decode,
            "oos:CancelExecution 200: the response is larger than 16 bytes; raise max_response_bytes to accept it",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "HTML page of a gateway, read",
        faults: &[response(502, GATEWAY_PAGE)],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "HTML page of a gateway: the write may have been executed",
        faults: &[response(502, GATEWAY_PAGE).headers(&[("x-acs-request-id", "H")])],
        outcome: Outcome::Fails(
            Service,
            "oos:CancelExecution 502: the response is an HTML page (502 Bad Gateway) and probably comes from a proxy, not from the service (request ID H)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "500 without body: the write may have been executed",
        faults: &[response(500, b"")],
        outcome: Outcome::Fails(Service, "oos:CancelExecution 500: the response is empty"),
        ..PLAIN_WRITE
    },
    Row {
        name: "error in XML",
        faults: &[response(
            404,
            b"<?xml version='1.0'?><Error><RequestId>X</RequestId><Code>InvalidAction.NotFound</Code><Message>No.</Message></Error>",
        )],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 404 InvalidAction.NotFound: No. (request ID X)",
        ),
        ..READ
    },
    Row {
        name: "error in the spelling of ROA gateways",
        faults: &[response(
            400,
            br#"{"code":"Busy","message":"No.","requestId":"L"}"#,
        )],
        outcome: Outcome::Fails(Service, "oos:ListExecutions 400 Busy: No. (request ID L)"),
        ..READ
    },
    Row {
        name: "error that is not UTF-8",
        faults: &[response(400, b"\xff\xfe")],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400: the response is not valid JSON: \u{fffd}\u{fffd}",
        ),
        ..READ
    },
    Row {
        name: "error that forges log lines",
        faults: &[response(
            400,
            br#"{"Code":"Bad","Message":"a\r\nb","RequestId":"c\nd"}"#,
        )],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 400 Bad: a\\r\\nb (request ID c\\nd)",
        ),
        ..READ
    },
    Row {
        name: "UTF-16 as a success",
        faults: &[response(200, b"\xff\xfe{\0}\0")],
        ..PLAIN_WRITE
    },
    Row {
        name: "a throttling error in UTF-16: the write is repeated",
        faults: &[response(
            400,
            b"\xfe\xff\0{\0\"\0C\0o\0d\0e\0\"\0:\0\"\0T\0h\0r\0o\0t\0t\0l\0i\0n\0g\0\"\0}",
        )],
        requests: 2,
        waits: &[500],
        ..PLAIN_WRITE
    },
    Row {
        name: "JSON that is nested too deeply",
        faults: &[response(200, NESTED)],
        outcome: Outcome::Fails(Decode,
            "oos:ListExecutions 200: cannot read the response: Executions[0].Parameters.a: recursion limit exceeded (line 1, column 158)",
        ),
        ..READ
    },
    Row {
        name: "a code behind the part of an error that is read",
        faults: &[response(400, LATE_CODE)],
        outcome: Outcome::Fails(Service, "oos:CancelExecution 400: the response is not valid JSON: {"),
        ..PLAIN_WRITE
    },
    Row {
        name: "two codes in an error",
        faults: &[response(
            400,
            br#"{"Code":"Throttling","Message":"No.","Code":"Forbidden"}"#,
        )],
        outcome: Outcome::Fails(
            Service,
            r#"oos:CancelExecution 400 Forbidden: No. (by its documentation the call needs {"Effect":"Allow","Action":"oos:CancelExecution","Resource":"acs:oos:cn-hangzhou:*:execution/exec-1"})"#,
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a code that is a number",
        faults: &[response(503, br#"{"code":503,"message":"No."}"#)],
        outcome: Outcome::Fails(Service, "oos:CancelExecution 503 503: No."),
        ..PLAIN_WRITE
    },
    Row {
        name: "a value that says that there is none",
        faults: &[response(200, br#"{"MaxResults":"N/A","NextToken":null}"#)],
        ..READ
    },
    Row {
        name: "a number that does not fit",
        faults: &[response(200, br#"{"MaxResults":1e30}"#)],
        outcome: Outcome::Fails(Decode, "oos:ListExecutions 200: cannot read the response: MaxResults: expected an integer, found a number with a fraction or out of range (line 1, column 18)"),
        ..READ
    },
    Row {
        name: "text after the end of the document",
        faults: &[response(200, b"{}{}")],
        outcome: Outcome::Fails(Decode, "oos:CancelExecution 200: cannot read the response: trailing characters (line 1, column 3)"),
        ..PLAIN_WRITE
    },
];
