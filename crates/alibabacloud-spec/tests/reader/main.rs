//! The reader from outside: what it accepts, what it refuses, and what it says then.
#![cfg(test)]

mod broken_specs;
mod mutations;
mod own_specs;
mod support;
