//! What all records have in common: how they are shown and compared.

use super::{Record, ValueRef, elements};
use std::fmt;

/// Shows a record as `#[derive(Debug)]` does. `names` are the names of its fields in Rust; a raw
/// one starts with `r#`.
///
/// # Errors
///
/// If the formatter fails.
pub fn debug_record(
    name: &str,
    names: &[&str],
    record: &dyn Record,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut output = f.debug_struct(plain(name));
    record.read(&mut |_, values| {
        for (name, value) in names.iter().zip(values) {
            output.field(plain(name), value);
        }
    });
    output.finish()
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Returns whether two records of one type have equal values, as `#[derive(PartialEq)]` does.
pub fn equal_records(left: &dyn Record, right: &dyn Record) -> bool {
    let mut equal = false;
    left.read(&mut |_, left| {
        right.read(&mut |_, right| {
            let mut pairs = left.iter().zip(right);
            equal = left.len() == right.len()
                && pairs.all(|(left, right)| equal_values(left.value(), right.value()));
        });
    });
    equal
}

fn equal_values(left: ValueRef<'_>, right: ValueRef<'_>) -> bool {
    match (left.exposed(), right.exposed()) {
        (ValueRef::Absent, ValueRef::Absent) => true,
        (ValueRef::Text(left), ValueRef::Text(right)) => left == right,
        (ValueRef::I64(left), ValueRef::I64(right)) => left == right,
        (ValueRef::F64(left), ValueRef::F64(right)) => left == right,
        (ValueRef::Bool(left), ValueRef::Bool(right)) => left == right,
        (ValueRef::Bytes(left), ValueRef::Bytes(right)) => left == right,
        (ValueRef::Json(left), ValueRef::Json(right)) => left == right,
        (ValueRef::Record(left), ValueRef::Record(right)) => equal_records(left, right),
        (ValueRef::List(left), ValueRef::List(right)) => {
            let (mut left, mut right) = (elements(left), elements(right));
            loop {
                match (left.next(), right.next()) {
                    (Some(left), Some(right)) if equal_values(left.value(), right.value()) => {}
                    (None, None) => break true,
                    _ => break false,
                }
            }
        }
        (ValueRef::Map(left), ValueRef::Map(right)) => {
            let (mut left_entries, mut right_entries) = (Vec::new(), Vec::new());
            left.each(&mut |key, value| left_entries.push((key, value)));
            right.each(&mut |key, value| right_entries.push((key, value)));
            left_entries.len() == right_entries.len()
                && left_entries
                    .iter()
                    .zip(&right_entries)
                    .all(|(left, right)| {
                        left.0 == right.0 && equal_values(left.1.value(), right.1.value())
                    })
        }
        _ => false,
    }
}
