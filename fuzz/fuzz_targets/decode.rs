//! No bytes make the JSON decoder panic, and a decoded value is encoded and decoded to the same
//! value.

#![no_main]

use alibabacloud_types::plumbing::{Field, decode, write_json};
use alibabacloud_types::{Blob, DateTime, JsonText, Sensitive, Value, fields, variants};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq)]
enum Status {
    Running,
    Unknown(String),
}
variants!(Status { Running: "Running" });

/// One field of every kind; short names, so that a fuzzer finds them.
#[derive(Debug, Default, PartialEq)]
struct Rich {
    text: Option<String>,
    int: Option<i32>,
    long: i64,
    number: Option<f64>,
    flag: Option<bool>,
    status: Option<Status>,
    time: Option<DateTime>,
    json: Option<Sensitive<JsonText>>,
    blob: Option<Blob>,
    any: Option<Value>,
    child: Option<Box<Rich>>,
    names: Vec<String>,
    children: Option<Vec<Rich>>,
    tags: BTreeMap<String, String>,
}
fields!(Rich {
    text: "T",
    int: "I",
    long: "L",
    number: "N",
    flag: "F",
    status: "S",
    time: "D",
    json: "J",
    blob: "B",
    any: "A",
    child: "C",
    names: "V",
    children: "R",
    tags: "M",
});

fuzz_target!(|json: &[u8]| {
    let mut first = Rich::default();
    if decode(json, &mut first).is_err() {
        return;
    }
    let mut written = String::new();
    assert!(write_json(first.value(), &mut written).is_ok());
    let mut second = Rich::default();
    assert_eq!(decode(written.as_bytes(), &mut second), Ok(()));
    assert_eq!(first, second);
});
