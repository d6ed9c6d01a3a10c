//! Fills one field with the next value of the document, with the context that all levels of a run
//! share.

use super::budget::Budget;
use super::error::{Segment, message};
use super::lenient;
use crate::plumbing::repair::repair_json;
use crate::plumbing::{Field, Slot, ValueRef};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde_json::de::StrRead;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

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
    pub(super) budget: Budget,
    /// Whether the document is text in a field that holds JSON. A second level is rejected.
    embedded: Cell<bool>,
    /// The number of objects and arrays around the value.
    depth: Cell<usize>,
    /// The depth at which the last value was an object that the document does not have.
    absent_object: Cell<Option<usize>>,
    /// The path from an error to the root. Filled only on an error, so that success costs nothing.
    path: RefCell<Vec<Segment>>,
}

impl Context {
    /// The maximum depth: twice the limit of serde_json, which is that of the document and counts
    /// again in JSON that is text in it.
    const DEPTH: usize = 256;

    /// The levels that the wrapper of a list counts as. What it holds is scanned once more, so
    /// wrappers in wrappers must not become many.
    pub(super) const WRAPPER: usize = 16;

    /// Creates the context of a run that may take `budget` bytes of memory.
    pub(crate) fn new(mode: Mode, budget: usize) -> Self {
        Self {
            mode,
            budget: Budget::new(budget),
            embedded: Cell::new(false),
            depth: Cell::new(0),
            absent_object: Cell::new(None),
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

    /// Enters an object or array, which counts as this many levels.
    pub(super) fn enter<E: Error>(&self, levels: usize) -> Result<(), E> {
        let depth = self.depth.get() + levels;
        self.depth.set(depth);
        match depth > Self::DEPTH {
            true => Err(E::custom("recursion limit exceeded")),
            false => Ok(()),
        }
    }

    /// Returns whether `read` finds null or empty text where an element of a list is an object.
    pub(super) fn is_absent_object<E>(
        &self,
        read: impl FnOnce() -> Result<(), E>,
    ) -> Result<bool, E> {
        self.absent_object.set(None);
        read()?;
        Ok(self.absent_object.get() == Some(self.depth.get()))
    }

    /// Leaves what [`enter`](Self::enter) entered. Not needed after an error, which ends the run.
    pub(super) fn leave(&self, levels: usize) {
        self.depth.set(self.depth.get() - levels);
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

    /// Resets the field for a value that is absent from the document: null or empty text.
    ///
    /// # Errors
    /// If the field would become a number or boolean, which the document does not have.
    pub(super) fn clear<E: Error>(self, found: &str) -> Result<(), E> {
        self.field.clear();
        match self.field.value().exposed() {
            ValueRef::I64(_) | ValueRef::F64(_) | ValueRef::Bool(_) => {
                Err(mismatch(self.field.slot().kind(), found))
            }
            ValueRef::Record(_) => {
                let depth = self.context.depth.get();
                self.context.absent_object.set(Some(depth));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes the field absent because of text in place of a value, such as `N/A` or `-`.
    ///
    /// # Errors
    /// If the text may hold a value, or the field cannot be absent.
    pub(super) fn clear_for_text<E: Error>(self, expected: &str, text: &str) -> Result<(), E> {
        if lenient::is_placeholder(text) {
            self.field.clear();
            if self.field.value().is_absent() {
                return Ok(());
            }
        }
        Err(mismatch(expected, "text that does not hold one"))
    }

    /// Fills an object or array from text that holds JSON, of which single characters may be
    /// broken.
    pub(super) fn fill_embedded(self, expected: &str, text: &str) -> Result<(), String> {
        let Self { field, context } = self;
        if context.embedded.replace(true) {
            return Err(format!("expected {expected}, found text"));
        }
        let (depth, steps) = (context.depth.get(), context.path.borrow().len());
        let mut result = fill(serde_json::Deserializer::from_str(text), field, context);
        if result.is_err() && !context.budget.is_exceeded() {
            if let Cow::Owned(repaired) = repair_json(text.as_bytes()) {
                context.depth.set(depth);
                context.path.borrow_mut().truncate(steps);
                let document = serde_json::Deserializer::from_str(&repaired);
                result = fill(document, field, context);
            }
        }
        context.embedded.set(false);
        result.map_err(|error| {
            format!(
                "expected {expected}, found text that does not hold one: {}",
                message(&error)
            )
        })
    }
}

/// Fills a field with a document, after which nothing may follow.
pub(super) fn fill(
    mut document: serde_json::Deserializer<StrRead<'_>>,
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
