//! The operations that a linker kept in a program.

use crate::operation::OperationId;
use alibabacloud_core::plumbing::{MARKER_BY_NAME, MARKER_END, MARKER_START};
use std::collections::BTreeSet;

/// What the markers in a program say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedOperations {
    /// The operations that the program can call.
    pub operations: BTreeSet<OperationId>,
    /// Whether it can call operations by name, which have no marker.
    pub calls_by_name: bool,
}

impl LinkedOperations {
    /// Finds the markers in the bytes of a program, whatever its format.
    pub fn find(program: &[u8]) -> Self {
        let mut found = Self::default();
        let mut rest = program;
        while let Some(at) = position(rest, MARKER_START.as_bytes()) {
            rest = &rest[at + MARKER_START.len()..];
            let Some(inside) = inside_of_marker(rest) else {
                continue;
            };
            if inside == MARKER_BY_NAME {
                found.calls_by_name = true;
            } else if let Ok(operation) = inside.parse() {
                found.operations.insert(operation);
            }
        }
        found
    }

    /// Returns whether there is no marker at all.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && !self.calls_by_name
    }
}

/// The longest text in a marker: no product, version and operation together are longer.
const LONGEST: usize = 256;

/// Returns the text up to the end of a marker.
fn inside_of_marker(rest: &[u8]) -> Option<&str> {
    let near = rest.get(..LONGEST).unwrap_or(rest);
    let end = near.iter().position(|byte| *byte == MARKER_END as u8)?;
    std::str::from_utf8(&near[..end]).ok()
}

/// Returns where `wanted` begins. Its first byte is rare in programs.
fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[from..].starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(program: &[u8]) -> Vec<String> {
        let found = LinkedOperations::find(program);
        found.operations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn markers_are_found_wherever_they_are() {
        let program = b"\x7fELF\x1f\x1facs1:ecs/2014-05-26/DescribeInstances\x1eGetX\
            \x1facs1:r-kvstore/2015-01-01/DescribeInstances\x1e\x1facs1:ecs/2014-05-26/DescribeInstances\x1e";
        let expected = [
            "ecs/2014-05-26/DescribeInstances",
            "r-kvstore/2015-01-01/DescribeInstances",
        ];
        assert_eq!(names(program), expected);
        assert!(!LinkedOperations::find(program).calls_by_name);
    }

    #[test]
    fn other_texts_are_not_markers() {
        for text in [
            &b""[..],
            b"\x1f",
            b"\x1facs1:",
            b"\x1facs1:ecs/2014-05-26/DescribeInstances",
            b"\x1facs1:ecs/2014-05-26\x1e",
            b"\x1facs1:ecs/2014-05-26/A/B\x1e",
            b"\x1facs1:ECS/2014-05-26/A\x1e",
            b"\x1facs1:ecs/2014-05-26/A B\x1e",
            b"\x1facs1:ecs/2014-05-26/\xff\x1e",
            b"\x1facs2:ecs/2014-05-26/A\x1e",
        ] {
            assert!(LinkedOperations::find(text).is_empty(), "{text:?}");
        }
        let long = format!("\x1facs1:ecs/2014-05-26/{}\x1e", "A".repeat(LONGEST));
        assert!(LinkedOperations::find(long.as_bytes()).is_empty());
    }

    #[test]
    fn a_broken_marker_does_not_hide_the_next_one() {
        let program = b"\x1facs1:\x1facs1:ecs/2014-05-26/A\x1e";
        assert_eq!(names(program), ["ecs/2014-05-26/A"]);
    }

    #[test]
    fn calls_by_name_have_a_marker_of_their_own() {
        let found = LinkedOperations::find(b"x\x1facs1:raw\x1ean API version");
        assert!(found.calls_by_name && found.operations.is_empty() && !found.is_empty());
    }
}
