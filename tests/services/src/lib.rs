//! Tests with the clients of all services; see the directory `tests`.

/// Compiles and runs the Rust blocks of chapters that use several services.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../../docs/guide/src/waiting.md")]
    struct Waiting;
}
