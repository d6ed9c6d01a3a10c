//! Checks of values before a request is sent, for `Config::check_values`.
//!
//! The rules are those that the emulator and the dynamic client check, and so are the words of a
//! problem: `crates/alibabacloud-spec/src/values.rs` has both for JSON. A value of a generated type
//! can break no other rule than these.

mod table;

use alibabacloud_types::plumbing::{Field, Record, ValueRef, elements};
use serde::de::IgnoredAny;
use std::fmt;
pub use table::{InvalidRules, ValueRules};
use table::{Node, ValueRule};

impl ValueRules {
    /// Returns all problems with the input of an operation: each with its path and what is expected
    /// instead, in the order of the specification. `is_filled_in` is whether a parameter that is
    /// not set is sent nevertheless.
    ///
    /// # Errors
    /// If the text of the rules cannot be parsed.
    pub fn problems(
        &self,
        operation: &str,
        input: &dyn Record,
        is_filled_in: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<String>, InvalidRules> {
        let Some(node) = self.find(operation)? else {
            return Ok(Vec::new());
        };
        let mut checker = Checker {
            rules: self,
            is_filled_in,
            path: String::new(),
            problems: Vec::new(),
            outcome: Ok(()),
        };
        checker.check_fields(&node.inner, input);
        checker.outcome.map(|()| checker.problems)
    }
}

/// A check in progress.
struct Checker<'a> {
    rules: &'a ValueRules,
    is_filled_in: &'a dyn Fn(&str) -> bool,
    path: String,
    problems: Vec<String>,
    /// Whether the rules of all shared schemas could be parsed.
    outcome: Result<(), InvalidRules>,
}

impl Checker<'_> {
    fn check_fields(&mut self, nodes: &[Node<'_>], record: &dyn Record) {
        record.read(&mut |names, values| {
            for node in nodes {
                let name = node.name();
                let known = names.iter().zip(values);
                let field = known
                    .filter_map(|(known, field)| (*known == name).then_some(*field))
                    .next();
                if let Some(field) = field {
                    self.check_field(node, &name, field);
                }
            }
        });
    }

    fn check_field(&mut self, node: &Node<'_>, name: &str, field: &dyn Field) {
        let is_parameter = self.path.is_empty();
        let dot = if is_parameter { "" } else { "." };
        let value = field.value().exposed();
        self.within(format_args!("{dot}{name}"), |this| {
            if !value.is_absent() {
                this.check_value(node, value);
            } else if node.is_required && !(is_parameter && (this.is_filled_in)(name)) {
                this.add(format_args!("required, but not set"));
            }
        });
    }

    fn check_value(&mut self, node: &Node<'_>, value: ValueRef<'_>) {
        if let Some(ValueRule::Shared(name)) = node.rule {
            return match self.rules.find(name) {
                Ok(Some(shared)) if !matches!(shared.rule, Some(ValueRule::Shared(_))) => {
                    self.check_value(&shared, value);
                }
                _ => self.outcome = Err(InvalidRules),
            };
        }
        if let Some(rule) = &node.rule {
            self.check_rule(rule, value);
        }
        match value {
            ValueRef::Record(record) => self.check_fields(&node.inner, record),
            ValueRef::List(list) => {
                if let Some(node) = node.elements() {
                    for (index, element) in elements(list).enumerate() {
                        self.within(format_args!("[{index}]"), |this| {
                            this.check_value(node, element.value().exposed());
                        });
                    }
                }
            }
            ValueRef::Map(map) => {
                if let Some(node) = node.entries() {
                    map.each(&mut |key, entry| {
                        self.within(format_args!(".{key}"), |this| {
                            this.check_value(node, entry.value().exposed());
                        });
                    });
                }
            }
            _ => {}
        }
    }

    /// Checks a value without what it contains.
    fn check_rule(&mut self, rule: &ValueRule<'_>, value: ValueRef<'_>) {
        match (rule, value) {
            (ValueRule::Limits { least, most }, ValueRef::I64(number)) => {
                let bound = |limit: i128| limit.to_string();
                self.check_limits(i128::from(number), (*least, *most), bound);
            }
            (ValueRule::Limits { least, most }, ValueRef::Text(text)) => {
                let bound = |limit| count(limit, "character");
                self.check_limits(text.chars().count() as i128, (*least, *most), bound);
            }
            (ValueRule::Limits { least, most }, ValueRef::List(list)) => {
                let bound = |limit| count(limit, "item");
                self.check_limits(elements(list).count() as i128, (*least, *most), bound);
            }
            (ValueRule::OneOf(known), ValueRef::Text(text))
                if !known.iter().any(|one| one == text) =>
            {
                self.add(format_args!("expected one of {}", known.join(", ")));
            }
            (ValueRule::Json, ValueRef::Text(text)) if !text.is_empty() => {
                if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
                    self.add(format_args!("expected JSON text ({error})"));
                }
            }
            _ => {}
        }
    }

    fn check_limits(
        &mut self,
        number: i128,
        limits: (Option<i128>, Option<i128>),
        bound: impl Fn(i128) -> String,
    ) {
        match limits {
            (Some(least), _) if number < least => {
                self.add(format_args!("expected at least {}", bound(least)));
            }
            (_, Some(most)) if number > most => {
                self.add(format_args!("expected at most {}", bound(most)));
            }
            _ => {}
        }
    }

    /// Adds a problem at the current path.
    fn add(&mut self, problem: fmt::Arguments<'_>) {
        self.problems.push(format!("{}: {problem}", self.path));
    }

    /// Runs `check` with a longer path.
    fn within(&mut self, step: fmt::Arguments<'_>, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a string cannot fail.
        let _ = fmt::Write::write_fmt(&mut self.path, step);
        check(self);
        self.path.truncate(length);
    }
}

/// Returns a length in words: `1 item`.
fn count(length: i128, unit: &str) -> String {
    let plural = if length == 1 { "" } else { "s" };
    format!("{length} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_types::fields;
    use alibabacloud_types::plumbing::decode;
    use alibabacloud_types::{JsonText, Sensitive};
    use std::collections::BTreeMap;

    #[derive(Clone, Default)]
    struct Input {
        name: Option<String>,
        token: Option<String>,
        size: Option<i32>,
        tag: Option<Vec<Tag>>,
        weights: Option<BTreeMap<String, i64>>,
    }
    fields!(Input {
        name: "Name",
        token: "Token",
        size: "Size",
        tag: "Tag.x",
        weights: "Weights"
    });

    #[derive(Clone, Default)]
    struct Tag {
        key: Option<Sensitive<String>>,
        kind: Option<String>,
        policy: Option<JsonText>,
        inner: Option<Box<Tag>>,
    }
    fields!(Tag {
        key: "Key",
        kind: "Kind",
        policy: "Policy",
        inner: "Inner"
    });

    const RULES: &str = "\
@Tag
 Key ! ..3
 Kind = a b%20c %
 Policy json
 Inner @Tag
Test
 Name !
 Token !
 Size 1..9
 Tag.x 1..2
  [] @Tag
 Weights
  {} 0..
";

    fn problems(rules: &'static str, json: &str) -> Result<Vec<String>, InvalidRules> {
        let mut input = Input::default();
        decode(json.as_bytes(), &mut input).unwrap();
        ValueRules::new(rules).problems("Test", &input, &|name| name == "Token")
    }

    #[test]
    fn every_problem_is_reported_with_its_path() {
        let json = r#"{"Size": 10, "Weights": {"a": -1, "b": 0}, "Tag.x": [
            {"Kind": "c"}, {"Key": "long", "Kind": "b c", "Policy": "{"},
            {"Key": "\u4e2d\u4e2d\u4e2d", "Kind": "", "Inner": {"Kind": "a"}}]}"#;
        assert_eq!(
            problems(RULES, json).unwrap(),
            [
                "Name: required, but not set",
                "Size: expected at most 9",
                "Tag.x: expected at most 2 items",
                "Tag.x[0].Key: required, but not set",
                "Tag.x[0].Kind: expected one of a, b c, ",
                "Tag.x[1].Key: expected at most 3 characters",
                "Tag.x[1].Policy: expected JSON text (EOF while parsing an object at line 1 column \
                 1)",
                "Tag.x[2].Inner.Key: required, but not set",
                "Weights.a: expected at least 0",
            ]
        );
    }

    #[test]
    fn what_fits_has_no_problems() {
        let json = r#"{"Name": "n", "Size": 1, "Tag.x": [{"Key": "k", "Policy": ""}]}"#;
        assert_eq!(problems(RULES, json), Ok(Vec::new()));
        assert_eq!(
            problems(RULES, r#"{"Name": "n", "Tag.x": []}"#).unwrap(),
            ["Tag.x: expected at least 1 item"]
        );
    }

    #[test]
    fn operations_without_rules_have_no_problems() {
        assert_eq!(problems("Other\n Name !\n", "{}"), Ok(Vec::new()));
    }

    #[test]
    fn a_shared_schema_must_exist() {
        for rules in ["Test\n Size @No\n", "@No @No\nTest\n Size @No\n"] {
            assert_eq!(problems(rules, r#"{"Size": 1}"#), Err(InvalidRules));
        }
    }
}
