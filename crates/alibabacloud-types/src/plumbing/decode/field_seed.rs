//! Fills one field with the next value of the document, with the context that all levels of a run
//! share.

use super::error::{Segment, message};
use super::lenient;
use crate::plumbing::{Field, List, Slot};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde_json::value::RawValue;
use std::cell::RefCell;

/// How text fields read values of other kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Rejects what cannot be reproduced exactly.
    Quick,
    /// Reads the original JSON text. Works only with serde_json.
    Exact,
    /// Takes numbers as Rust displays them and objects as JSON, for formats other than JSON text.
    Foreign,
}

/// The context that all levels of one run share.
pub(crate) struct Context {
    pub(super) mode: Mode,
    /// Whether the document is text in a field that holds JSON. A second level is rejected, which
    /// keeps recursion within twice the limit of serde_json.
    embedded: bool,
    /// The path from an error to the root. Filled only on an error, so that success costs nothing.
    path: RefCell<Vec<Segment>>,
}

impl Context {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode,
            embedded: false,
            path: RefCell::default(),
        }
    }

    pub(super) fn into_path(self) -> Vec<Segment> {
        self.path.into_inner()
    }

    /// Adds a step of the path from an error to the root.
    pub(super) fn note<E>(&self, segment: Segment, error: E) -> E {
        self.path.borrow_mut().push(segment);
        error
    }
}

/// A seed that fills one field with the next value of the document.
pub(crate) struct FieldSeed<'a> {
    pub(crate) field: &'a mut dyn Field,
    pub(crate) context: &'a Context,
}

impl<'a> FieldSeed<'a> {
    /// Returns whether the field holds text, so that other kinds are taken as their JSON text.
    pub(super) fn takes_text(&mut self) -> bool {
        matches!(self.field.slot(), Slot::Text(_) | Slot::Enum(_))
    }

    /// Returns the seed of the only element of a list.
    pub(super) fn single(list: &'a mut dyn List, context: &'a Context) -> Self {
        list.clear();
        Self {
            field: list.push(),
            context,
        }
    }

    /// Fills a text field with the JSON text of a value.
    fn fill_original(self, json: &str) -> Result<(), String> {
        let owned;
        let text = match json.as_bytes().first() {
            Some(b'n') => {
                self.field.clear();
                return Ok(());
            }
            Some(b'"') => {
                owned = serde_json::from_str::<String>(json).map_err(|error| message(&error))?;
                owned.as_str()
            }
            Some(b'{' | b'[') => {
                let mut compact = String::with_capacity(json.len());
                lenient::compact(json, &mut compact);
                owned = compact;
                owned.as_str()
            }
            _ => json,
        };
        put_text(self.field, text);
        Ok(())
    }

    /// Fills a scalar with a number given as digits.
    pub(super) fn fill_number<E: Error>(mut self, digits: &str) -> Result<(), E> {
        if self.takes_text() {
            put_text(self.field, digits);
            Ok(())
        } else if let Ok(number) = digits.parse() {
            self.visit_i64(number)
        } else if let Some(number) = lenient::number(digits) {
            self.visit_f64(number)
        } else {
            Err(mismatch(self.field.slot().kind(), "a number out of range"))
        }
    }

    /// Fills an object or array from text that holds JSON.
    pub(super) fn fill_embedded(self, expected: &str, text: &str) -> Result<(), String> {
        if self.context.embedded {
            return Err(format!("expected {expected}, found text"));
        }
        let inner = Context {
            embedded: true,
            ..Context::new(self.context.mode)
        };
        let document = serde_json::Deserializer::from_str(text);
        let result = fill(document, self.field, &inner);
        self.context.path.borrow_mut().extend(inner.into_path());
        result.map_err(|error| {
            format!(
                "expected {expected}, found text that does not hold one: {}",
                message(&error)
            )
        })
    }
}

/// Fills a field with a document, after which nothing may follow.
pub(super) fn fill<'de, R: serde_json::de::Read<'de>>(
    mut document: serde_json::Deserializer<R>,
    field: &mut dyn Field,
    context: &Context,
) -> serde_json::Result<()> {
    FieldSeed { field, context }.deserialize(&mut document)?;
    document.end()
}

/// Sets the text of a slot that holds text.
pub(super) fn put_text(field: &mut dyn Field, text: &str) {
    match field.slot() {
        Slot::Text(place) => set(place, text),
        Slot::Enum(place) => place.set(text),
        _ => {}
    }
}

/// Sets a string. An existing buffer is reused while it is long enough, so that no copy of a secret
/// is left behind; a new buffer has exactly the length of the text.
pub(super) fn set(place: &mut String, text: &str) {
    if place.is_empty() {
        *place = text.to_owned();
    } else {
        place.clear();
        place.push_str(text);
    }
}

/// Returns the error of a value of the wrong kind.
pub(super) fn mismatch<E: Error>(expected: &str, found: &str) -> E {
    E::custom(format_args!("expected {expected}, found {found}"))
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if self.context.mode == Mode::Exact && self.takes_text() {
            let raw = <&RawValue>::deserialize(deserializer)?;
            return self.fill_original(raw.get()).map_err(D::Error::custom);
        }
        deserializer.deserialize_any(self)
    }
}
