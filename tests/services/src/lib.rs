//! Tests with the clients of all services; see the directory `tests`.
