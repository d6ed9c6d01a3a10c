//! Connections that are refused or break.

use super::{BROKEN, Outcome, PLAIN_WRITE, READ, REFUSED, Row, TOKEN_WRITE, UNSENDABLE, UNUSABLE};
use alibabacloud_core::ErrorKind::{self, Connect, Interrupted, InvalidInput};
use alibabacloud_core::retry::RetryConfig;

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "no fault",
        ..PLAIN_WRITE
    },
    Row {
        name: "no connection, read",
        faults: &[REFUSED],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "cannot connect: the service has not received the write",
        faults: &[REFUSED, REFUSED],
        requests: 3,
        waits: &[100, 200],
        ..PLAIN_WRITE
    },
    Row {
        name: "no connection, repeatedly",
        faults: &[REFUSED, REFUSED, REFUSED],
        requests: 3,
        waits: &[100, 200],
        outcome: Outcome::Fails(
            Connect,
            "oos:CancelExecution: cannot connect to https://oos.cn-hangzhou.aliyuncs.com: a scripted fault (attempts 3)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "broken connection, read",
        faults: &[BROKEN, BROKEN],
        requests: 3,
        waits: &[100, 200],
        ..READ
    },
    Row {
        name: "broken connection, write with token",
        faults: &[BROKEN],
        requests: 2,
        waits: &[100],
        ..TOKEN_WRITE
    },
    Row {
        name: "broken connection: the write may have arrived",
        faults: &[BROKEN],
        outcome: Outcome::Fails(
            Interrupted,
            "oos:CancelExecution: the connection to https://oos.cn-hangzhou.aliyuncs.com broke: a scripted fault",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "no connection, then a broken one: the second attempt of the write may have arrived",
        faults: &[REFUSED, BROKEN],
        requests: 2,
        waits: &[100],
        outcome: Outcome::Fails(
            Interrupted,
            "oos:CancelExecution: the connection to https://oos.cn-hangzhou.aliyuncs.com broke: a scripted fault (attempts 2)",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "a setting of the transport that cannot be used",
        faults: &[UNUSABLE],
        outcome: Outcome::Fails(
            ErrorKind::Config,
            "oos:ListExecutions: the request cannot be sent: a scripted fault",
        ),
        ..READ
    },
    Row {
        name: "a request that cannot be sent",
        faults: &[UNSENDABLE],
        outcome: Outcome::Fails(
            InvalidInput,
            "oos:ListExecutions: the request cannot be sent: a scripted fault",
        ),
        ..READ
    },
    Row {
        name: "retries disabled",
        client: |config, _| config.retry(RetryConfig::off()),
        faults: &[REFUSED],
        outcome: Outcome::Fails(
            Connect,
            "oos:ListExecutions: cannot connect to https://oos.cn-hangzhou.aliyuncs.com: a scripted fault",
        ),
        ..READ
    },
    Row {
        name: "more attempts allowed",
        client: |config, _| config.retry(RetryConfig::standard().jitter(false).max_attempts(5)),
        faults: &[BROKEN, BROKEN, BROKEN, BROKEN],
        requests: 5,
        waits: &[100, 200, 400, 800],
        ..READ
    },
];
