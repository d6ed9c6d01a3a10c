//! The tests that the generator writes for calls.

#![deny(unused)]

include!(concat!(env!("OUT_DIR"), "/mocks.rs"));

/// Fails if the build script wrote no tests.
#[test]
fn all_calls_have_a_test() {
    let count: usize = env!("SNIPPETS").parse().expect("a number");
    assert!(count > 500, "{count}");
}
