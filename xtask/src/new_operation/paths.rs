//! Adds an entry to `paths` of a main file. All other lines stay as they are.

use std::ops::Range;

/// An entry of `paths` in the text.
#[derive(Debug)]
struct PathEntry<'a> {
    operation: &'a str,
    /// The lines from the key to the last one of the value.
    lines: Range<usize>,
}

/// Returns the text of a main file with an entry for an operation: in the order of the names, and
/// in the form of its neighbour.
///
/// # Errors
///
/// Describes why the text has no place for it.
pub(super) fn add(text: &str, path: &str, operation: &str) -> Result<String, String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_key = |line: &&str| line.strip_prefix("paths").is_some_and(starts_value);
    let start = lines.iter().position(is_key);
    let start = start.ok_or("it has no line `paths:`")?;
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let value = lines[start]["paths".len()..]
        .trim_start()
        .trim_start_matches(':')
        .trim();
    if value == "{}" {
        let mut changed = lines[..start].concat();
        changed.push_str(&format!("paths:{end_of_line}"));
        changed.push_str(&entry("  ", "", path, operation, "    ", end_of_line));
        changed.push_str(&lines[start + 1..].concat());
        return Ok(changed);
    }
    if !value.is_empty() && !value.starts_with('#') {
        return Err("`paths` is written on one line; write each entry on its own lines".to_owned());
    }
    let entries = entries(&lines, start + 1);
    // A comment above an entry belongs to it, so the new one goes directly below its predecessor.
    let before = entries.iter().filter(|entry| entry.operation < operation);
    let (model, at) = match before.max_by_key(|entry| entry.operation) {
        Some(entry) => (Some(entry), entry.lines.end),
        None => (entries.first(), start + 1),
    };
    let (indent, quote, inner) = model.map_or(("  ", "", Some("    ")), |entry| {
        let key = lines[entry.lines.start];
        let quote = key
            .trim_start()
            .chars()
            .next()
            .filter(|c| "\"'".contains(*c));
        let quote = match quote {
            Some('"') => "\"",
            Some(_) => "'",
            None => "",
        };
        let inner = lines.get(entry.lines.start + 1..entry.lines.end);
        let inner = inner.and_then(|lines| lines.iter().find(|line| !is_comment(line)));
        (indent_of(key), quote, inner.map(|line| indent_of(line)))
    });
    let entry = match inner {
        Some(inner) => entry(indent, quote, path, operation, inner, end_of_line),
        None => format!(
            "{indent}{quote}{path}#Action={operation}{quote}: {{ $ref: \
             operations/{operation}.yaml }}{end_of_line}"
        ),
    };
    let mut changed = lines[..at].concat();
    if !changed.ends_with('\n') {
        changed.push_str(end_of_line);
    }
    changed.push_str(&entry);
    changed.push_str(&lines[at..].concat());
    Ok(changed)
}

fn entry(
    indent: &str,
    quote: &str,
    path: &str,
    operation: &str,
    inner: &str,
    end_of_line: &str,
) -> String {
    format!(
        "{indent}{quote}{path}#Action={operation}{quote}:{end_of_line}{inner}$ref: \
         operations/{operation}.yaml{end_of_line}"
    )
}

/// Returns whether a text continues a key.
fn starts_value(rest: &str) -> bool {
    rest.trim_start().starts_with(':')
}

fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn indent_of(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// Returns the entries from a line on, up to the next key of the document.
fn entries<'a>(lines: &[&'a str], start: usize) -> Vec<PathEntry<'a>> {
    let mut entries: Vec<PathEntry<'a>> = Vec::new();
    let mut indent = None;
    for (index, line) in lines.iter().copied().enumerate().skip(start) {
        if is_comment(line) {
            continue;
        }
        if indent_of(line).is_empty() {
            break;
        }
        if *indent.get_or_insert(indent_of(line)) == indent_of(line) {
            let name = line.split_once("#Action=").map_or("", |(_, rest)| rest);
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
            entries.push(PathEntry {
                operation: &name[..end],
                lines: index..index + 1,
            });
        } else if let Some(entry) = entries.last_mut() {
            entry.lines.end = index + 1;
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn an_entry_takes_its_place_and_the_form_of_its_neighbour() {
        for (name, text, expected) in [
            (
                "between",
                "paths: # all\n  # About A.\n  /#Action=A:\n    $ref: operations/A.yaml\n  # About C.\n  /#Action=C:\n    $ref: operations/C.yaml\n\ncomponents: {}\n",
                "paths: # all\n  # About A.\n  /#Action=A:\n    $ref: operations/A.yaml\n  /x#Action=B:\n    $ref: operations/B.yaml\n  # About C.\n  /#Action=C:\n    $ref: operations/C.yaml\n\ncomponents: {}\n",
            ),
            (
                "first, flow, quoted",
                "paths:\n   \"/#Action=C\": { $ref: operations/C.yaml } # C\ninfo: {}\n",
                "paths:\n   \"/x#Action=B\": { $ref: operations/B.yaml }\n   \"/#Action=C\": { $ref: operations/C.yaml } # C\ninfo: {}\n",
            ),
            (
                "last, without an end of line",
                "paths:\n  /#Action=A:\n    $ref: operations/A.yaml",
                "paths:\n  /#Action=A:\n    $ref: operations/A.yaml\n  /x#Action=B:\n    $ref: operations/B.yaml\n",
            ),
            (
                "empty",
                "paths: {}\ninfo: {}\n",
                "paths:\n  /x#Action=B:\n    $ref: operations/B.yaml\ninfo: {}\n",
            ),
            (
                "carriage returns",
                "paths:\r\n  /#Action=A:\r\n    $ref: operations/A.yaml\r\n",
                "paths:\r\n  /#Action=A:\r\n    $ref: operations/A.yaml\r\n  /x#Action=B:\r\n    $ref: operations/B.yaml\r\n",
            ),
            (
                "not sorted",
                "paths:\n  /#Action=Z:\n    $ref: operations/Z.yaml\n  /#Action=A:\n    $ref: operations/A.yaml\n  /#Action=Y:\n    $ref: operations/Y.yaml\n",
                "paths:\n  /#Action=Z:\n    $ref: operations/Z.yaml\n  /#Action=A:\n    $ref: operations/A.yaml\n  /x#Action=B:\n    $ref: operations/B.yaml\n  /#Action=Y:\n    $ref: operations/Y.yaml\n",
            ),
        ] {
            assert_eq!(add(text, "/x", "B").as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_text_without_a_place_is_refused() {
        assert!(add("info: {}\n", "/", "B").is_err());
        assert!(add("paths: { /#Action=A: {} }\n", "/", "B").is_err());
    }
}
