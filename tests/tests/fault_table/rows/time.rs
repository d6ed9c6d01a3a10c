//! Responses that arrive late or never.

use super::{Outcome, PLAIN_WRITE, READ, Row, TOKEN_WRITE, TRANSPORT_TIMEOUT, WELL, error};
use alibabacloud_core::ErrorKind::{Service, Timeout};
use std::time::Duration;

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "just within the attempt timeout",
        faults: &[WELL.after(29_999)],
        ..PLAIN_WRITE
    },
    Row {
        name: "slow response, read",
        faults: &[WELL.after(31_000)],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "slow response, write with token",
        faults: &[WELL.after(31_000)],
        requests: 2,
        waits: &[100],
        ..TOKEN_WRITE
    },
    Row {
        name: "slow response: the write may have arrived",
        faults: &[WELL.after(31_000)],
        outcome: Outcome::Fails(
            Timeout,
            "oos:CancelExecution: attempt timed out after 30000 ms while waiting for the response from https://oos.cn-hangzhou.aliyuncs.com",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "the transport's own timeout, read",
        faults: &[TRANSPORT_TIMEOUT],
        requests: 2,
        waits: &[100],
        ..READ
    },
    Row {
        name: "the transport's own timeout: the write may have arrived",
        faults: &[TRANSPORT_TIMEOUT],
        outcome: Outcome::Fails(
            Timeout,
            "oos:CancelExecution: no response from https://oos.cn-hangzhou.aliyuncs.com in time: a scripted fault",
        ),
        ..PLAIN_WRITE
    },
    Row {
        name: "the operation timeout ends the second attempt early",
        client: |config, _| config.operation_timeout(Duration::from_secs(40)),
        faults: &[WELL.after(31_000), WELL.after(31_000)],
        requests: 2,
        waits: &[100],
        outcome: Outcome::Fails(
            Timeout,
            "oos:ListExecutions: operation timed out after 40000 ms while waiting for the response from https://oos.cn-hangzhou.aliyuncs.com (attempts 2)",
        ),
        ..READ
    },
    Row {
        name: "a wait that would exceed the operation timeout is not started",
        client: |config, _| config.operation_timeout(Duration::from_secs(40)),
        faults: &[error(429, "Throttling").headers(&[("retry-after", "41")])],
        outcome: Outcome::Fails(
            Service,
            "oos:ListExecutions 429 Throttling: No. not retried: the operation timeout would expire first (request ID E, retry after 41000 ms)",
        ),
        ..READ
    },
];
