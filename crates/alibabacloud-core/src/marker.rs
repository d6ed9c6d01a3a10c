//! Markers of operations in programs: texts that say which operations a program can call.
//!
//! The name of an operation in generated code is part of its marker,
//! `\u{1f}acs1:ecs/2014-05-26/DescribeInstances\u{1e}`. The linker keeps the marker exactly when it
//! keeps the operation, in every format of programs, stripped or not, and `cargo acs-policy` finds
//! it in the bytes of the file. No other text of a program has this form.

/// What a marker starts with.
pub const MARKER_START: &str = "\u{1f}acs1:";

/// What a marker ends with.
pub const MARKER_END: char = '\u{1e}';

/// What is between [`MARKER_START`] and [`MARKER_END`] in the marker of calls by name, which can
/// call any operation.
pub const MARKER_BY_NAME: &str = "raw";

/// Returns the name of the operation in a marker: the part after the last `/`. A text that is not a
/// marker is a name itself.
pub const fn operation_name(marker: &'static str) -> &'static str {
    let bytes = marker.as_bytes();
    let Some((&last, inside)) = bytes.split_last() else {
        return marker;
    };
    if last != MARKER_END as u8 {
        return marker;
    }
    let mut start = inside.len();
    while start > 0 && inside[start - 1] != b'/' {
        start -= 1;
    }
    let (_, name) = inside.split_at(start);
    match std::str::from_utf8(name) {
        Ok(name) => name,
        Err(_) => marker,
    }
}

/// Returns the text after a marker.
#[cfg(feature = "client")]
pub(crate) const fn text_after(marked: &'static str) -> &'static str {
    let bytes = marked.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != MARKER_END as u8 {
        end += 1;
    }
    if end == bytes.len() {
        return marked;
    }
    let (_, text) = bytes.split_at(end + 1);
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => marked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_contains_the_name() {
        for (marker, name) in [
            (
                "\u{1f}acs1:ecs/2014-05-26/DescribeInstances\u{1e}",
                "DescribeInstances",
            ),
            ("BuyThing", "BuyThing"),
            ("", ""),
            ("\u{1e}", ""),
        ] {
            assert_eq!(operation_name(marker), name);
        }
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_text_can_follow_a_marker() {
        assert_eq!(
            text_after("\u{1f}acs1:raw\u{1e}expected a name"),
            "expected a name"
        );
        assert_eq!(text_after("expected a name"), "expected a name");
    }
}
