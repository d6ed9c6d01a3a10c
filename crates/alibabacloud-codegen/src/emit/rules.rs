//! `checks.txt`: the rules about the values of requests. `docs/generated-code.md` describes the
//! text; the module `checks` of `alibabacloud-core` reads it.

use crate::header::HEADER;
use crate::ir::{Rule, RuleSubject, Service, ValueRule};
use crate::render::in_comment;
use alibabacloud_core::types::plumbing::percent_encode;
use std::fmt::Write;

/// Returns the text of the file.
pub(super) fn text(service: &Service) -> String {
    let mut text = format!(
        "{}. Do not edit.\n# Source: {}\n",
        HEADER.replacen("//", "#", 1),
        in_comment(&service.source),
    );
    for rule in &service.rules {
        line(rule, 0, &mut text);
    }
    text
}

/// Appends the line of a rule, and those of its inner rules, which are indented by one space more.
fn line(rule: &Rule, depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', depth));
    match &rule.subject {
        RuleSubject::Schema(name) => {
            text.push('@');
            word(name, text);
        }
        RuleSubject::Operation(name) | RuleSubject::Field(name) => word(name, text),
        RuleSubject::Elements => text.push_str("[]"),
        RuleSubject::Entries => text.push_str("{}"),
    }
    if rule.required {
        text.push_str(" !");
    }
    match &rule.value {
        None => {}
        Some(ValueRule::Limits { least, most }) => {
            let limit = |limit: &Option<i128>| limit.map(|limit| limit.to_string());
            let (least, most) = (limit(least), limit(most));
            let _ = write!(
                text,
                " {}..{}",
                least.unwrap_or_default(),
                most.unwrap_or_default()
            );
        }
        Some(ValueRule::OneOf(values)) => {
            text.push_str(" =");
            for value in values {
                text.push(' ');
                word(value, text);
            }
        }
        Some(ValueRule::Json) => text.push_str(" json"),
        Some(ValueRule::Shared(name)) => {
            text.push_str(" @");
            word(name, text);
        }
    }
    text.push('\n');
    for inner in &rule.inner {
        line(inner, depth + 1, text);
    }
}

/// Appends a name or value without spaces: percent-encoded, and a lone `%` for the empty text.
fn word(name: &str, text: &mut String) {
    match name {
        "" => text.push('%'),
        name => percent_encode(name, text),
    }
}
