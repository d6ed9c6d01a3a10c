//! What every call does about every fault: the table of faults.
//!
//! A row is one call, what goes wrong with it, and what is to come of that: the requests sent, the waits between them, and the outcome
//! with its words. Behind its faults the service is well again, so a call that fails is one that was not repeated.
//!
//! In every row, whatever it is about, an operation is executed at most once: what the service may have done for each request is
//! counted, and requests with the same idempotency token count as one.

mod rows;
mod run;
mod sockets;

use rows::{body, clock, credentials, headers, pages, status, time, transport};

/// Fewer rows than this were lost, not saved.
const LEAST_ROWS: usize = 40;

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let tables = [
        transport::ROWS,
        time::ROWS,
        status::ROWS,
        body::ROWS,
        headers::ROWS,
        clock::ROWS,
        credentials::ROWS,
        pages::ROWS,
    ];
    let rows: Vec<_> = tables.into_iter().flatten().collect();
    assert!(rows.len() >= LEAST_ROWS, "{} rows", rows.len());
    let mut outcomes = Vec::new();
    for row in rows {
        outcomes.push((row.name.to_owned(), run::check(row).await));
    }
    sdk_tests::check_all(outcomes);
}
