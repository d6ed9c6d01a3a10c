//! Matching of paths with the templates of ROA operations.

use alibabacloud_spec::{Operation, ParameterStyle};
use percent_encoding::percent_decode_str;

/// How a path matches a template.
#[derive(Debug, PartialEq)]
pub(crate) struct PathMatch<'a> {
    /// How many segments are literally the same. Among several templates, that with the most wins.
    pub(crate) literals: usize,
    /// Names and decoded values of the parameters.
    pub(crate) values: Vec<(&'a str, String)>,
}

/// Matches a path as sent with the template of an operation. A query in the template is ignored.
pub(crate) fn fit<'a>(operation: &'a Operation, path: &str) -> Option<PathMatch<'a>> {
    let template = operation.path.split('?').next().unwrap_or_default();
    let template: Vec<&str> = template.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let mut fit = PathMatch {
        literals: 0,
        values: Vec::new(),
    };
    let mut at = 0;
    for (index, segment) in template.iter().enumerate() {
        let length = match placeholder(segment) {
            // A value that can hold slashes takes all segments that the template leaves to it.
            Some(name) if is_raw(operation, name) => {
                let behind = template.len() - index - 1;
                path.len()
                    .checked_sub(at + behind)
                    .filter(|length| *length > 0)?
            }
            _ => 1,
        };
        let given = path.get(at..at + length)?;
        match placeholder(segment) {
            Some(name) => fit.values.push((name, decode(&given.join("/")))),
            None if given == [*segment] => fit.literals += 1,
            None => return None,
        }
        at += length;
    }
    (at == path.len()).then_some(fit)
}

/// Returns the name in `{name}`.
fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn is_raw(operation: &Operation, name: &str) -> bool {
    let parameter = operation.parameter(name);
    parameter.is_some_and(|parameter| parameter.style == ParameterStyle::Raw)
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::operation;
    use serde_json::json;

    fn values(template: &str, parameters: serde_json::Value, path: &str) -> Option<Vec<String>> {
        let operation = operation(template, parameters);
        let fit = fit(&operation, path)?;
        Some(fit.values.into_iter().map(|(_, value)| value).collect())
    }

    fn parameter(name: &str, raw: bool) -> serde_json::Value {
        let mut parameter =
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
        if raw {
            parameter["x-acs-raw"] = json!(true);
        }
        parameter
    }

    #[test]
    fn paths_match_segment_by_segment() {
        let one = || json!([parameter("id", false)]);
        for (template, path, expected) in [
            ("/clusters/{id}/nodes", "/clusters/c%201/nodes", Some("c 1")),
            ("/clusters/{id}", "/clusters/c1/nodes", None),
            ("/clusters/{id}/", "/clusters/c1", None),
            ("/{id}", "/a%2Fb", Some("a/b")),
        ] {
            let expected = expected.map(|value| vec![value.to_owned()]);
            assert_eq!(values(template, one(), path), expected, "{template} {path}");
        }
    }

    #[test]
    fn a_raw_value_holds_slashes() {
        let raw = || json!([parameter("path", true)]);
        assert_eq!(
            values("/files/{path}", raw(), "/files/a/b.txt"),
            Some(vec!["a/b.txt".to_owned()])
        );
        assert_eq!(
            values("/files/{path}/acl", raw(), "/files/a/b/acl"),
            Some(vec!["a/b".to_owned()])
        );
        assert_eq!(values("/files/{path}/acl", raw(), "/files/acl"), None);
    }
}
