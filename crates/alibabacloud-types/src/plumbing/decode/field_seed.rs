//! One field, the next value of the document, and what the levels of a run share.

use super::error::{Segment, message};
use super::lenient;
use crate::plumbing::{Field, List, Slot};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde_json::value::RawValue;
use std::cell::RefCell;

/// How text fields read what is no text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They refuse what they could not spell exactly.
    Quick,
    /// They look at the JSON text. Works with serde_json only.
    Exact,
    /// They take numbers as Rust shows them and objects as JSON: for formats that are no JSON text.
    Foreign,
}

/// What all levels of one run share.
pub(crate) struct Context {
    pub(super) mode: Mode,
    /// Inside text that holds JSON. Such text in such text is refused, which keeps recursion within twice the limit of serde_json.
    embedded: bool,
    /// From an error to the root. Only filled when an error comes up, so that success costs nothing.
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

    /// Notes a step on the way of an error to the root.
    pub(super) fn note<E>(&self, segment: Segment, error: E) -> E {
        self.path.borrow_mut().push(segment);
        error
    }
}

/// Fills one field with the next value of the document.
pub(crate) struct FieldSeed<'a> {
    pub(crate) field: &'a mut dyn Field,
    pub(crate) context: &'a Context,
}

impl<'a> FieldSeed<'a> {
    /// Whether the field holds text, so that anything else comes as its spelling.
    pub(super) fn takes_text(&mut self) -> bool {
        matches!(self.field.slot(), Slot::Text(_) | Slot::Enum(_))
    }

    /// A seed of the only element of a list.
    pub(super) fn single(list: &'a mut dyn List, context: &'a Context) -> Self {
        list.clear();
        Self {
            field: list.push(),
            context,
        }
    }

    /// Fills a text field with a JSON value in its own spelling.
    fn fill_spelt(self, json: &str) -> Result<(), String> {
        let spelt;
        let text = match json.as_bytes().first() {
            Some(b'n') => {
                self.field.clear();
                return Ok(());
            }
            Some(b'"') => {
                spelt = serde_json::from_str::<String>(json).map_err(|error| message(&error))?;
                spelt.as_str()
            }
            Some(b'{' | b'[') => {
                let mut compact = String::with_capacity(json.len());
                lenient::compact(json, &mut compact);
                spelt = compact;
                spelt.as_str()
            }
            _ => json,
        };
        put_text(self.field, text);
        Ok(())
    }

    /// Fills a scalar with a number that came as its spelling.
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

    /// Fills an object or array with JSON that came as text.
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

/// Fills a field with a document that nothing may follow.
pub(super) fn fill<'de, R: serde_json::de::Read<'de>>(
    mut document: serde_json::Deserializer<R>,
    field: &mut dyn Field,
    context: &Context,
) -> serde_json::Result<()> {
    FieldSeed { field, context }.deserialize(&mut document)?;
    document.end()
}

/// Puts text into a slot that takes text.
pub(super) fn put_text(field: &mut dyn Field, text: &str) {
    match field.slot() {
        Slot::Text(place) => set(place, text),
        Slot::Enum(place) => place.set(text),
        _ => {}
    }
}

/// Puts text into a string. A used buffer is used again while it is long enough, so that a
/// secret leaves no copy of itself behind; a new one is made to measure.
pub(super) fn set(place: &mut String, text: &str) {
    if place.is_empty() {
        *place = text.to_owned();
    } else {
        place.clear();
        place.push_str(text);
    }
}

/// What every error that is not serde_json's own says.
pub(super) fn mismatch<E: Error>(expected: &str, found: &str) -> E {
    E::custom(format_args!("expected {expected}, found {found}"))
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if self.context.mode == Mode::Exact && self.takes_text() {
            let raw = <&RawValue>::deserialize(deserializer)?;
            return self.fill_spelt(raw.get()).map_err(D::Error::custom);
        }
        deserializer.deserialize_any(self)
    }
}
