//! No text in a specification changes more of a generated crate than its documentation and strings,
//! and rustdoc compiles none of it.

#![no_main]

use alibabacloud_codegen::emit::{Dependencies, Layout, VERSION};
use alibabacloud_codegen::generate;
use alibabacloud_fuzz::generated::{Shape, shapes};
use alibabacloud_spec::Loader;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static LAYOUT: LazyLock<Layout> = LazyLock::new(|| Layout {
    dependencies: Dependencies::Version(VERSION.to_owned()),
    publish: true,
    extended: BTreeSet::new(),
});

/// The crates of a specification with harmless texts.
static HARMLESS: LazyLock<BTreeMap<String, Shape>> =
    LazyLock::new(|| generated(&["A text."; 10]).expect("the specification is valid"));

// Up to ten texts, separated by NUL.
fuzz_target!(|input: &str| {
    let mut texts = ["A text."; 10];
    for (text, given) in texts.iter_mut().zip(input.split('\0')) {
        if !given.is_empty() {
            *text = given;
        }
    }
    if let Some(shapes) = generated(&texts) {
        assert_eq!(shapes, *HARMLESS);
    }
});

/// Returns the shapes of both crates; `None` if the texts are not valid.
fn generated(texts: &[&str; 10]) -> Option<BTreeMap<String, Shape>> {
    let yaml = specification(texts).to_string();
    let service = Loader::new().from_yaml("fuzz", &yaml).ok()?;
    let files = generate(&service, "fuzz", &LAYOUT).ok()?;
    Some(shapes(&files))
}

/// JSON is YAML, too.
fn specification(texts: &[&str; 10]) -> Value {
    let [
        title,
        info,
        link,
        summary,
        operation,
        parameter,
        choice,
        output,
        field,
        error,
    ] = *texts;
    let state = json!({
        "type": "string",
        "description": field,
        "enum": ["On", "Off"],
        "x-acs-enum-descriptions": {"On": choice, "Off": "Off."},
    });
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "version": "2020-01-01", "description": info},
        "externalDocs": {"url": "https://example.com/", "description": link},
        "x-acs-product": {"code": "fuzz", "crate": "alibabacloud-fuzzed", "style": "rpc"},
        "x-acs-endpoints": {"rule": "regional"},
        "x-acs-errors": [{"code": "NoThing", "description": error}],
        "paths": {"/#Action=GetThing": {"post": {
            "operationId": "GetThing",
            "summary": summary,
            "description": operation,
            "x-acs-class": "get",
            "parameters": [{
                "name": "Name",
                "in": "query",
                "required": true,
                "description": parameter,
                "schema": {"type": "string"},
            }],
            "responses": {"200": {
                "description": output,
                "content": {"application/json": {"schema": {
                    "type": "object",
                    "description": output,
                    "properties": {"State": state, "Note": {"type": "string", "description": field}},
                }}},
            }},
        }}},
    })
}
