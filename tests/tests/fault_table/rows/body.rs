//! Bodies that are empty, incomplete, foreign or too large.

use super::{Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, cut, response};
use alibabacloud_core::ErrorKind::{Decode, Interrupted, Service};

const GATEWAY_PAGE: &[u8] = b"<html><head><title>502 Bad Gateway</title></head></html>";

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
];
