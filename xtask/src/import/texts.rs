//! What becomes of upstream's texts in a specification.

use super::markup;
use alibabacloud_spec::{Kind, Parameter, Response, Schema, Service};
use std::collections::HashSet;

/// Whether a specification takes the texts of the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// No text: titles of one line that are in English, and nothing else.
    None,
    /// All texts, with their language, for private use.
    Keep,
}

/// A sentence of our own, in addition to a text or in place of one.
pub(super) const FILE_URL: &str = "Takes the URL of a file that the service can read.";

/// Applies the choice to the texts that came from the metadata: those that the specification did
/// not have before.
pub(super) fn apply(service: &mut Service, old: Option<&Service>, texts: Texts) {
    let mut known = HashSet::new();
    if let Some(old) = old {
        each_text(&mut old.clone(), &mut |_, text| {
            if !text.is_empty() {
                known.insert(std::mem::take(text));
            }
        });
    }
    match texts {
        Texts::Keep => keep(service, &known),
        Texts::None => remove(service, &known),
    }
}

/// Turns the markup into Markdown, and names the language.
fn keep(service: &mut Service, known: &HashSet<String>) {
    let (mut letters, mut chinese) = (0_usize, 0_usize);
    each_text(service, &mut |kind, text| {
        for c in text.chars() {
            letters += usize::from(c.is_alphabetic());
            chinese += usize::from(is_chinese(c));
        }
        if kind != TextKind::Name && !known.contains(text) {
            let markdown = markup::to_markdown(text);
            *text = match kind {
                TextKind::Line => markdown.split_whitespace().collect::<Vec<_>>().join(" "),
                _ => markdown,
            };
        }
    });
    // One Chinese character is about as much text as five Latin letters.
    let language = if chinese * 20 > letters { "zh" } else { "en" };
    service.language.get_or_insert_with(|| language.to_owned());
}

fn remove(service: &mut Service, known: &HashSet<String>) {
    if !known.contains(&service.title) && !is_title(&service.title) {
        service.title.clone_from(&service.code);
    }
    each_text(service, &mut |kind, text| {
        if kind != TextKind::Name && !known.contains(text) {
            let own = if text.ends_with(FILE_URL) {
                FILE_URL
            } else {
                ""
            };
            own.clone_into(text);
        }
    });
    // Without an English name, a group of operations cannot have a heading.
    service
        .tags
        .retain(|tag| known.contains(&tag.name) || is_title(&tag.name));
    for operation in &mut service.operations {
        let tags = &service.tags;
        operation
            .tag
            .take_if(|name| !tags.iter().any(|tag| tag.name == *name));
        if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
            if schema.description.is_empty() {
                schema.description = format!("What `{}` returns.", operation.name);
            }
        }
    }
}

/// Returns whether a name is a short title in English.
fn is_title(name: &str) -> bool {
    !name.is_empty()
        && name.split_whitespace().count() < 10
        && crate::language::foreign_letter(name).is_none()
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextKind {
    /// The name of the product or of a group, which something else refers to.
    Name,
    /// A text of one line.
    Line,
    /// A text with paragraphs.
    Text,
}

/// Visits every text of a specification.
fn each_text(service: &mut Service, visit: &mut dyn FnMut(TextKind, &mut String)) {
    visit(TextKind::Name, &mut service.title);
    visit(TextKind::Text, &mut service.description);
    for tag in &mut service.tags {
        visit(TextKind::Name, &mut tag.name);
        visit(TextKind::Text, &mut tag.description);
    }
    for error in &mut service.errors {
        visit(TextKind::Text, &mut error.description);
    }
    for waiter in &mut service.waiters {
        visit(TextKind::Text, &mut waiter.description);
    }
    for parameter in service.parameters.values_mut() {
        each_in_parameter(parameter, visit);
    }
    for schema in service.schemas.values_mut() {
        each_in_schema(schema, visit);
    }
    for operation in &mut service.operations {
        visit(TextKind::Line, &mut operation.summary);
        visit(TextKind::Text, &mut operation.description);
        for parameter in &mut operation.parameters {
            each_in_parameter(parameter, visit);
        }
        if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
            each_in_schema(schema, visit);
        }
        for error in &mut operation.errors {
            visit(TextKind::Text, &mut error.description);
        }
        // The texts of changes are the importer's own.
    }
}

fn each_in_parameter(parameter: &mut Parameter, visit: &mut dyn FnMut(TextKind, &mut String)) {
    each_in_schema(&mut parameter.schema, visit);
}

fn each_in_schema(schema: &mut Schema, visit: &mut dyn FnMut(TextKind, &mut String)) {
    visit(TextKind::Text, &mut schema.description);
    match &mut schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => each_in_schema(inner, visit),
        Kind::Object(properties) => {
            for property in properties.values_mut() {
                each_in_schema(&mut property.schema, visit);
            }
        }
        Kind::Enum(values) => {
            for value in values {
                visit(TextKind::Line, &mut value.description);
            }
        }
        _ => {}
    }
}
