//! Programs that the generator writes for calls, which compile with this crate: for each operation
//! of three services and of the fixtures, with the parameters of its example, with none, and with
//! all of them. `tests/mocks.rs` has the tests that it writes.

#![deny(unused)]
#![allow(dead_code, reason = "programs whose `main` nothing calls")]

include!(concat!(env!("OUT_DIR"), "/programs.rs"));
