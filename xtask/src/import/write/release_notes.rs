//! Replaces the release notes of operations in their files; every other line stays as it is.

use super::comments::Comments;
use super::yaml::Yaml;
use super::{SpecFiles, directory, document, operation_files, put};
use crate::cli::Failure;
use alibabacloud_spec::{Operation, Service};
use std::fs;
use std::path::Path;

const KEY: &str = "x-acs-changes";

/// Writes the release notes that differ between two states of a specification. Returns the names of
/// the files that changed.
///
/// # Errors
/// Returns a failure when a file cannot be read or written, or would not have the intended content.
pub(crate) fn put_release_notes(
    specs: &Path,
    old: &Service,
    new: &Service,
) -> Result<Vec<String>, Failure> {
    let directory = directory(new);
    let main = format!("{directory}/openapi.yaml");
    let mut files = SpecFiles::new();
    for name in operation_files(specs, new).into_iter().chain([main]) {
        let path = specs.join(&name);
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::failed(format!("error: cannot read {}: {error}", path.display()))
        })?;
        files.insert(name, text);
    }
    for operation in &new.operations {
        let before = old.operation(&operation.name);
        if before.is_some_and(|before| before.changes == operation.changes) {
            continue;
        }
        let name = format!("{directory}/operations/{}.yaml", operation.name);
        if let Some(text) = files.get_mut(&name) {
            *text = with_notes(text, new, operation);
        }
    }
    put(specs, new, files).map_err(|error| Failure::failed(format!("error: {error}")))
}

/// Returns the file of an operation with its release notes.
fn with_notes(text: &str, service: &Service, operation: &Operation) -> String {
    let (notes, later) = notes(text, service, operation);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let present = lines.iter().position(|line| key(line) == Some(KEY));
    let (start, end) = match present {
        Some(start) => {
            let below = lines[start + 1..].iter().take_while(|line| is_inside(line));
            (start, start + 1 + below.count())
        }
        None => {
            let next = lines
                .iter()
                .position(|line| key(line).is_some_and(|key| later.iter().any(|k| k == key)));
            let at = next.map_or(lines.len(), |at| above(&lines, at));
            (at, at)
        }
    };
    let mut out = lines[..start].concat();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(&notes);
    out.push_str(&lines[end..].concat());
    out
}

/// Returns the lines of the release notes as the writer of specifications makes them, and the keys
/// that follow them.
fn notes(text: &str, service: &Service, operation: &Operation) -> (String, Vec<String>) {
    let Yaml::Map(document) = document::operation(service, operation) else {
        return Default::default();
    };
    let Some((method, Yaml::Map(entries))) = document.into_iter().next() else {
        return Default::default();
    };
    let mut entries = entries.into_iter().skip_while(|(key, _)| key != KEY);
    let Some(own) = entries.next() else {
        return Default::default();
    };
    let place = format!("/{method}/{KEY}/");
    let mut comments = Comments::read(text);
    comments.above.retain(|at, _| at.starts_with(&place));
    comments.behind.retain(|at, _| at.starts_with(&place));
    comments.head.clear();
    comments.tail.clear();
    let document = Yaml::Map(vec![(method, Yaml::Map(vec![own]))]);
    let written = document.write(&comments);
    let notes = written.split_once('\n').map_or("", |(_, notes)| notes);
    (notes.to_owned(), entries.map(|(key, _)| key).collect())
}

/// Returns the key of an operation that a line begins with: the keys below the method.
fn key(line: &str) -> Option<&str> {
    let entry = line.strip_prefix("  ")?;
    if entry.starts_with([' ', '#', '-']) {
        return None;
    }
    entry.split_once(':').map(|(key, _)| key)
}

/// Returns whether a line belongs to the key above it.
fn is_inside(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("   ") || line.starts_with("  -")
}

/// Returns the first of the lines with comments above a key.
fn above(lines: &[&str], key: usize) -> usize {
    let comments = lines[..key].iter().rev();
    key - comments
        .take_while(|line| line.trim_start().starts_with('#'))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_spec::{Change, ChangeKind};

    const FILE: &str = "\
# The first line.
get:
  operationId: ListBooks
  summary: Lists books.
  x-acs-class: list
  # About the parameters.
  parameters:
    - {name: A, in: query}   # an odd form
";

    fn change(date: &str) -> Change {
        Change {
            date: date.to_owned(),
            kinds: vec![ChangeKind::Documentation],
            source: None,
            description: "Revised: all of it.".to_owned(),
        }
    }

    fn written(text: &str, dates: &[&str]) -> String {
        let imported = crate::import::read(
            r#"{"info": {"style": "RPC", "product": "Library", "version": "2024-01-01"},
                "apis": {"ListBooks": {"methods": ["get"], "parameters": [
                    {"name": "A", "in": "query", "schema": {"type": "string"}}], "responses": {}}}}"#,
        );
        let service = imported.service.unwrap();
        let mut operation = service.operations[0].clone();
        operation.changes = dates.iter().copied().map(change).collect();
        with_notes(text, &service, &operation)
    }

    #[test]
    fn notes_are_added_replaced_and_removed_in_their_place() {
        let one = written(FILE, &["2024-02-29"]);
        let at = FILE.find("  # About").unwrap();
        let rest = one.strip_prefix(&FILE[..at]).unwrap();
        let notes = rest.strip_suffix(&FILE[at..]).unwrap();
        assert!(notes.starts_with("  x-acs-changes:\n    - date: \"2024-02-29\"\n"));
        let two = written(&one, &["2024-03-01", "2024-02-29"]);
        assert_eq!(two.matches("- date").count(), 2);
        assert_eq!(written(&two, &["2024-02-29"]), one);
        assert_eq!(written(&two, &[]), FILE);
    }

    #[test]
    fn comments_of_entries_stay() {
        let one = written(FILE, &["2024-02-29"]);
        let commented = one.replace("    - date", "    # As the page says.\n    - date");
        let two = written(&commented, &["2024-03-01", "2024-02-29"]);
        let expected = "    # As the page says.\n    - date: \"2024-02-29\"";
        assert!(two.contains(expected), "{two}");
    }
}
