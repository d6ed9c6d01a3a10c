//! The table of faults: the effect of every fault on every kind of call.
//!
//! A row is one call, the faults of its requests, and the expected requests, waits and outcome.
//! After its faults the service works again, so a call that fails was not retried.
//!
//! In every row an operation is executed at most once: the test counts what the service may have
//! executed for each request, and requests with the same idempotency token count as one.

mod rows;
mod run;
mod sockets;

use rows::{
    body, budget, clock, codes, credentials, gateway, headers, pages, requests, status, time,
    transport, waits,
};

/// The minimum number of rows.
const LEAST_ROWS: usize = 40;

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let tables = [
        transport::ROWS,
        time::ROWS,
        status::ROWS,
        body::ROWS,
        headers::ROWS,
        budget::ROWS,
        clock::ROWS,
        codes::ROWS,
        credentials::ROWS,
        gateway::ROWS,
        pages::ROWS,
        waits::ROWS,
        requests::ROWS,
    ];
    let rows: Vec<_> = tables.into_iter().flatten().collect();
    assert!(rows.len() >= LEAST_ROWS, "{} rows", rows.len());
    let mut outcomes = Vec::new();
    for row in rows {
        outcomes.push((row.name.to_owned(), run::check(row).await));
    }
    sdk_tests::check_all(outcomes);
}
