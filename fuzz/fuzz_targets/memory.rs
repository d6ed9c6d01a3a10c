//! Decoding takes little more memory than its budget, whatever the document is.

#![no_main]

use alibabacloud_types::plumbing::decode;
use alibabacloud_types::{JsonText, Value, fields};
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The size of a document.
const DOCUMENT: usize = 1024 * 1024;

/// What decoding one document may take.
const MOST: usize = 64 * 1024 * 1024;

/// A type whose elements are much larger than `{}`.
#[derive(Debug, Default)]
struct Rich {
    text: Option<String>,
    json: Option<JsonText>,
    any: Option<Value>,
    child: Option<Box<Rich>>,
    names: Vec<String>,
    numbers: Vec<i64>,
    children: Option<Vec<Rich>>,
    lists: Vec<Vec<Rich>>,
    tags: BTreeMap<String, String>,
    wide: Option<Box<Wide>>,
    wides: Vec<Wide>,
}
fields!(Rich {
    text: "T",
    json: "J",
    any: "A",
    child: "C",
    names: "V",
    numbers: "N",
    children: "R",
    lists: "L",
    tags: "M",
    wide: "X",
    wides: "W",
});

#[derive(Debug, Default)]
struct Wide {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
    e: Option<String>,
    f: Option<String>,
    g: Option<String>,
    h: Option<String>,
}
fields!(Wide {
    a: "A",
    b: "B",
    c: "C",
    d: "D",
    e: "E",
    f: "F",
    g: "G",
    h: "H",
});

// The start of a document, and after a NUL a part that is repeated up to its size.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (start, repeated, end) = (part(), part(), part());
    let mut document = start.to_vec();
    if !repeated.is_empty() {
        while document.len() < DOCUMENT {
            document.extend_from_slice(repeated);
        }
    }
    document.extend_from_slice(end);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut value = Rich::default();
    // An error is fine.
    let _ = decode(&document, &mut value);
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken < MOST, "{taken} bytes for {} bytes", document.len());
});
