//! Facts without texts: what the repository keeps of published metadata.
//!
//! A short digest replaces each text, so that a later import can report that upstream changed its
//! words, without the words.

use super::markup;
use crate::hash::hexadecimal;
use alibabacloud_spec::{
    EnumValue, ErrorCode, Kind, Operation, Parameter, ParameterPlace, Response, Schema, Service,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Returns the digest of a text: the first digits of its SHA-256, and nothing for an empty text.
/// Blanks, line breaks and the form of markup do not count: a specification may have the text as
/// Markdown.
pub(super) fn text(text: &str) -> String {
    let text = markup::to_markdown(text);
    let mut hash = Sha256::new();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty {
            hash.update(b" ");
        }
        hash.update(word.as_bytes());
        empty = false;
    }
    if empty {
        return String::new();
    }
    format!("sha256:{}", hexadecimal(&hash.finalize()[..6]))
}

/// The number of words from which a default value counts as a text.
const SENTENCE: usize = 9;

/// Returns a service with digests in place of its texts, and without examples and decisions.
pub(super) fn service(service: &Service) -> Service {
    let mut facts = service.clone();
    put_text(&mut facts.title);
    put_text(&mut facts.description);
    facts.docs_url = None;
    facts.tags.clear();
    facts.waiters.clear();
    for operation in &mut facts.operations {
        put_operation(operation);
    }
    for schema in facts.schemas.values_mut() {
        put_schema(schema, &mut put_text);
    }
    put_errors(&mut facts.errors);
    facts
}

/// Returns whether two schemas have the same facts, whatever their texts are.
pub(super) fn same_facts(one: &Schema, other: &Schema) -> bool {
    let bare = |schema: &Schema| {
        let mut schema = schema.clone();
        put_schema(&mut schema, &mut String::clear);
        schema
    };
    bare(one) == bare(other)
}

/// Returns whether a schema is the one that `facts` were made from, texts included.
pub(super) fn is_source_of(schema: &Schema, facts: &Schema) -> bool {
    let mut own = schema.clone();
    put_schema(&mut own, &mut put_text);
    own == *facts
}

fn put_text(place: &mut String) {
    *place = text(place);
}

fn put_operation(operation: &mut Operation) {
    put_text(&mut operation.summary);
    put_text(&mut operation.description);
    operation.tag = None;
    operation.docs_url = None;
    operation.example = None;
    operation.provenance = None;
    for parameter in &mut operation.parameters {
        put_schema(&mut parameter.schema, &mut put_text);
    }
    // The order in which they are read back: fields of a form are keys, which are sorted.
    operation.parameters.sort_by(|a, b| {
        let in_body =
            |p: &Parameter| matches!(p.place, ParameterPlace::Form | ParameterPlace::Body);
        (in_body(a), &a.name).cmp(&(in_body(b), &b.name))
    });
    if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
        put_schema(schema, &mut put_text);
    }
    put_errors(&mut operation.errors);
}

fn put_errors(errors: &mut [ErrorCode]) {
    for error in errors {
        put_text(&mut error.description);
    }
}

fn put_schema(schema: &mut Schema, put: &mut dyn FnMut(&mut String)) {
    put(&mut schema.description);
    schema.example = None;
    if let Some(default) = &mut schema.default {
        put_default(default, put);
    }
    match &mut schema.kind {
        Kind::Enum(values) => {
            for EnumValue { description, .. } in values {
                put(description);
            }
        }
        Kind::Array(inner) | Kind::Map(inner) => put_schema(inner, put),
        Kind::Object(properties) => {
            for property in properties.values_mut() {
                put_schema(&mut property.schema, put);
            }
        }
        _ => {}
    }
}

/// Returns the replacement of a default: itself, or a digest if it is a sentence.
pub(super) fn default(default: &Value) -> Value {
    let mut default = default.clone();
    put_default(&mut default, &mut put_text);
    default
}

fn put_default(default: &mut Value, put: &mut dyn FnMut(&mut String)) {
    if let Value::String(text) = default {
        if text.split_whitespace().count() >= SENTENCE {
            put(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_ignores_the_form_of_a_text() {
        assert_eq!(text("The  name\nof it. "), text("The name of it."));
        assert_ne!(text("The name."), text("The names."));
        assert_eq!(text(" \n"), "");
        assert_eq!(text("a"), "sha256:ca978112ca1b");
    }
}
