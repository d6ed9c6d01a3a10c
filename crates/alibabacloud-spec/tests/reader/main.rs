//! Tests of the reader: what it accepts and rejects, and its messages.
#![cfg(test)]

mod broken_specs;
mod mutations;
mod own_specs;
mod support;
