//! The texts of errors that the guide explains are those that the SDK writes.

use sdk_tests::repository;
use std::fs;
use std::path::Path;

/// The sources whose errors the page explains.
const SOURCES: [&str; 2] = [
    "crates/alibabacloud-core/src",
    "crates/alibabacloud-dynamic/src",
];

#[test]
fn every_heading_is_a_text_of_the_sources() {
    let page = repository().join("docs/guide/src/troubleshooting.md");
    let page = fs::read_to_string(page).unwrap();
    let headings: Vec<&str> = page.lines().filter_map(quoted_heading).collect();
    assert!(headings.len() > 50, "{} headings", headings.len());

    let mut texts = String::new();
    for source in SOURCES {
        collect(&repository().join(source), &mut texts);
    }
    let unknown: Vec<&str> = headings
        .into_iter()
        .filter(|heading| !heading.split(" ... ").all(|part| texts.contains(part)))
        .collect();
    assert!(
        unknown.is_empty(),
        "no source has these headings of troubleshooting.md: {unknown:#?}"
    );
}

/// Returns the text of a heading that quotes an error.
fn quoted_heading(line: &str) -> Option<&str> {
    line.strip_prefix("### `")?.strip_suffix('`')
}

/// Appends the code of all Rust files below a directory, without comments and with the parts of
/// continued literals joined.
fn collect(directory: &Path, texts: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            append(&fs::read_to_string(&path).unwrap(), texts);
        }
    }
}

fn append(code: &str, texts: &mut String) {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    for line in code.lines().map(str::trim) {
        if line.starts_with("//") {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(start) => texts.push_str(start),
            None => {
                texts.push_str(line);
                texts.push('\n');
            }
        }
    }
}
