//! Templates: how a resource file writes values that depend on the call.
//!
//! `$Name` is a parameter, a field of the resource, or a field of a related one (`$VSwitch.VpcId`);
//! `${Name}` is the same before a text with dots; `$name(..)` calls a function. Text around them
//! stays: `$region()-h`. Of alternatives, separated by ` | `, the first whose names all have a
//! value is used; a last ` |` stands for an empty text.

use crate::store::record::{self, Record};
use alibabacloud_spec::values;
use serde_json::{Map, Value};

/// Where a template gets its values.
pub(super) trait Lookup {
    /// Returns the value of a dotted name.
    fn name(&self, name: &str) -> Option<Value>;

    /// Returns the value of a function.
    fn function(&self, name: &str, argument: &str) -> Option<Value>;
}

/// The functions of templates.
#[cfg(test)]
pub(super) const FUNCTIONS: [&str; 14] = [
    "account", "caller", "children", "count", "digits", "equal", "hex", "ip", "letters", "now",
    "number", "previous", "region", "uuid",
];

/// Evaluates the templates of a value; `None` if a name of it has no value.
///
/// Fields of an object and items of a list without a value are left out.
pub(super) fn evaluate(template: &Value, source: &dyn Lookup) -> Option<Value> {
    match template {
        Value::String(text) => {
            alternatives(text).find_map(|alternative| text_value(alternative, source))
        }
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(|item| evaluate(item, source))
                .collect(),
        ),
        Value::Object(fields) => {
            let mut object = Map::new();
            for (path, field) in fields {
                if let Some(value) = evaluate(field, source) {
                    record::set(&mut object, path, value);
                }
            }
            Some(Value::Object(object))
        }
        other => Some(other.clone()),
    }
}

/// Returns the alternatives of a template; after a last ` |`, an empty text.
pub(super) fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let (text, is_empty_last) = match text.strip_suffix(" |") {
        Some(text) => (text, true),
        None => (text, false),
    };
    text.split(" | ").chain(is_empty_last.then_some(""))
}

/// Sets the fields of a record to the values of their templates. Null removes a field.
pub(super) fn apply<'a>(
    record: &mut Record,
    fields: impl IntoIterator<Item = (&'a String, &'a Value)>,
    source: impl Fn(&Record, &Value) -> Option<Value>,
) {
    for (path, template) in fields {
        if template.is_null() {
            record.remove(path);
        } else if let Some(value) = source(record, template) {
            record::set(record, path, value);
        }
    }
}

fn text_value(text: &str, source: &dyn Lookup) -> Option<Value> {
    let mut result = String::new();
    for part in parts(text) {
        let value = match part {
            Part::Text(text) => {
                result.push_str(text);
                continue;
            }
            Part::Name(name) | Part::Braced(name) => source.name(name)?,
            Part::Function(name, argument) => source.function(name, argument)?,
        };
        if part.length() == text.len() {
            return Some(value);
        }
        result.push_str(&values::text(&value));
    }
    Some(Value::from(result))
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
    /// A name in braces, before a text that could be part of it.
    Braced(&'a str),
    Function(&'a str, &'a str),
}

impl Part<'_> {
    /// Returns the number of bytes that it has in the template.
    fn length(self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Name(name) => name.len() + 1,
            Self::Braced(name) => name.len() + 3,
            Self::Function(name, argument) => name.len() + argument.len() + 3,
        }
    }
}

/// Returns the parts of one alternative of a template.
pub(super) fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        let part = part(text);
        text = text.get(part.length()..).unwrap_or_default();
        parts.push(part);
    }
    parts
}

fn part(text: &str) -> Part<'_> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let Some(rest) = text.strip_prefix('$') else {
        return Part::Text(text.split('$').next().unwrap_or_default());
    };
    if let Some((name, _)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return Part::Braced(name);
    }
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let argument = after
        .strip_prefix('(')
        .and_then(|inside| inside.split_once(')'));
    match argument {
        Some((argument, _)) => Part::Function(name, argument),
        None if name.is_empty() => Part::Text("$"),
        None => Part::Name(name.trim_end_matches('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Example;

    impl Lookup for Example {
        fn name(&self, name: &str) -> Option<Value> {
            match name {
                "Size" => Some(json!(40)),
                "Disk.Kind" => Some(json!("ssd")),
                _ => None,
            }
        }

        fn function(&self, name: &str, argument: &str) -> Option<Value> {
            Some(Value::from(format!("<{name}:{argument}>")))
        }
    }

    #[test]
    fn names_and_functions_are_replaced() {
        for (template, expected) in [
            (json!("$Size"), Some(json!(40))),
            (json!("$Size GiB, $Disk.Kind."), Some(json!("40 GiB, ssd."))),
            (json!("${Size}.example.com"), Some(json!("40.example.com"))),
            (json!("$Zone | $region()-h"), Some(json!("<region:>-h"))),
            (json!("$hex(20)"), Some(json!("<hex:20>"))),
            (json!("$Zone"), None),
            (json!("$Zone |"), Some(json!(""))),
            (json!("cost: $ 5"), Some(json!("cost: $ 5"))),
            (
                json!({"A.B": "$Size", "C": "$Zone", "D": ["$Zone", "x"]}),
                Some(json!({"A": {"B": 40}, "D": ["x"]})),
            ),
        ] {
            assert_eq!(evaluate(&template, &Example), expected, "{template}");
        }
    }
}
