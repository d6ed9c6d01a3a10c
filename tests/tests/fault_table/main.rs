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
    Row, body, budget, clock, codes, credentials, gateway, headers, pages, requests, status, time,
    transport, waits,
};
use std::collections::{BTreeMap, BTreeSet};

/// The number of rows, which only grows: a row that goes has to be replaced.
const ROWS: usize = 264;

/// Returns the rows about scripted responses.
fn rows() -> impl Iterator<Item = &'static Row> {
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
    tables.into_iter().flatten()
}

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let mut outcomes = Vec::new();
    for row in rows() {
        outcomes.push((row.name.to_owned(), run::check(row).await));
    }
    sdk_tests::check_all(outcomes);
}

#[test]
fn every_row_is_another_one() {
    let names: Vec<_> = rows().map(|row| row.name).chain(sockets::names()).collect();
    assert_eq!(names.len(), ROWS);
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), ROWS);
    // The settings of a client and the options of a call are code, which the name describes.
    let mut seen = BTreeMap::new();
    for row in rows().filter(|row| row.is_plain()) {
        let cause = format!("{:?} {:?} {:?}", row.call, row.faults, row.outcome);
        if let Some(other) = seen.insert(cause, row.name) {
            panic!("{other:?} and {:?} are the same", row.name);
        }
    }
    assert!(seen.len() > ROWS / 2, "{} plain rows", seen.len());
}
