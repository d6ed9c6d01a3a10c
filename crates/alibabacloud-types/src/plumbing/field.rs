//! Field tables, through which shared code reads and writes generated structs.
//!
//! A struct lists its fields once, with [`fields!`](crate::fields). Decoding, encoding, wiping and
//! serde use that table, so that none of them is compiled again for each type.

use serde_json::Value;
use std::fmt;

/// Receives the wire names and the values of all fields of a record.
pub type FieldReader<'r, 'a> = dyn FnMut(&[&'a str], &[&'a dyn Field]) + 'r;

/// A struct with named fields. Implemented by [`fields!`](crate::fields).
pub trait Record: fmt::Debug + Send + Sync {
    /// Returns the field with this wire name. Names are compared byte for byte: some services have
    /// fields that differ only in case.
    fn field(&mut self, name: &str) -> Option<&mut dyn Field>;

    /// Calls `reader` once, with the wire names and the values of all fields, in the order of the
    /// specification. Two arrays cost the compiler of a service less than a call for each field.
    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>);

    /// Returns the size in bytes of an allocation that holds the struct alone; 0 if the struct is
    /// part of another value.
    fn boxed_size(&self) -> usize {
        0
    }
}

impl<'r> dyn Record + 'r {
    /// Calls `visitor` with the wire name and value of every field, in the order of the
    /// specification.
    pub fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'a str, &'a dyn Field)) {
        self.read(&mut |names, values| {
            for (name, value) in names.iter().zip(values) {
                visitor(name, *value);
            }
        });
    }
}

/// A type that a field can have.
pub trait Field: fmt::Debug + Send + Sync {
    /// Returns the place where a decoder puts the value. This creates the value: an option becomes
    /// `Some(Default::default())`.
    fn slot(&mut self) -> Slot<'_>;

    /// Returns the value as an encoder sees it.
    fn value(&self) -> ValueRef<'_>;

    /// Resets the field to absent, or to the default of a type that cannot be absent, as a JSON
    /// null does.
    fn clear(&mut self);
}

/// A place for one value, by the kind of value it holds. `decode_root` documents which other kinds
/// each accepts.
pub enum Slot<'a> {
    /// Text.
    Text(&'a mut String),
    /// A 32-bit integer.
    I32(&'a mut i32),
    /// A 64-bit integer.
    I64(&'a mut i64),
    /// A number.
    F64(&'a mut f64),
    /// A boolean.
    Bool(&'a mut bool),
    /// An open enum.
    Enum(&'a mut dyn OpenEnum),
    /// Bytes; Base64 in JSON.
    Bytes(&'a mut Vec<u8>),
    /// Any JSON.
    Json(&'a mut Value),
    /// An object with known fields.
    Record(&'a mut dyn Record),
    /// An array.
    List(&'a mut dyn List),
    /// An object with free keys.
    Map(&'a mut dyn Map),
}

impl Slot<'_> {
    /// Returns what the slot holds, for the text after "expected" in an error message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Enum(_) => "text",
            Self::I32(_) => "a 32-bit integer",
            Self::I64(_) => "a 64-bit integer",
            Self::F64(_) => "a number",
            Self::Bool(_) => "a boolean",
            Self::Bytes(_) => "Base64 text",
            Self::Json(_) => "any JSON",
            Self::Record(_) | Self::Map(_) => "an object",
            Self::List(_) => "an array",
        }
    }
}

/// Shows only the kind: the value may be a secret.
impl fmt::Debug for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({})", self.kind())
    }
}

/// One value, by what it is.
#[derive(Clone, Copy)]
pub enum ValueRef<'a> {
    /// Not set; nothing is sent.
    Absent,
    /// Text.
    Text(&'a str),
    /// An integer of either width.
    I64(i64),
    /// A number.
    F64(f64),
    /// A boolean.
    Bool(bool),
    /// Bytes; Base64 in text and JSON.
    Bytes(&'a [u8]),
    /// Any JSON.
    Json(&'a Value),
    /// An object with known fields.
    Record(&'a dyn Record),
    /// An array.
    List(&'a dyn List),
    /// An object with free keys.
    Map(&'a dyn Map),
    /// A secret, which logs and previews must not show. Encoders write the inner value; see
    /// [`ValueRef::exposed`].
    Sensitive(&'a dyn Field),
}

impl<'a> ValueRef<'a> {
    /// Returns the value without the [`ValueRef::Sensitive`] wrappers around it.
    pub fn exposed(self) -> Self {
        match self {
            Self::Sensitive(inner) => inner.value().exposed(),
            other => other,
        }
    }

    /// Returns whether the value is not set, so that nothing is sent.
    pub fn is_absent(self) -> bool {
        matches!(self.exposed(), Self::Absent)
    }

    /// Returns whether the value is sensitive or contains a sensitive value at any depth, so that
    /// previews and logs must not show it.
    pub fn has_sensitive(self) -> bool {
        let mut found = false;
        match self {
            Self::Sensitive(_) => found = true,
            Self::Record(record) => {
                record.visit(&mut |_, field| found |= field.value().has_sensitive())
            }
            Self::List(list) => {
                found = elements(list).any(|element| element.value().has_sensitive())
            }
            Self::Map(map) => map.each(&mut |_, field| found |= field.value().has_sensitive()),
            _ => {}
        }
        found
    }
}

/// Shows only the kind: the value may be a secret.
impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Text(_) => "Text",
            Self::I64(_) => "I64",
            Self::F64(_) => "F64",
            Self::Bool(_) => "Bool",
            Self::Bytes(_) => "Bytes",
            Self::Json(_) => "Json",
            Self::Record(_) => "Record",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
            Self::Sensitive(_) => "Sensitive",
        })
    }
}

/// A string with known values that may have other values. Implemented by
/// [`variants!`](crate::variants).
pub trait OpenEnum: Send + Sync {
    /// Sets the value from the text on the wire.
    fn set(&mut self, text: &str);
}

/// An array of fields.
pub trait List: Send + Sync {
    /// Appends an empty element and returns it.
    fn push(&mut self) -> &mut dyn Field;
    /// Returns the element at `index`, or `None` after the end.
    fn get(&self, index: usize) -> Option<&dyn Field>;
    /// Returns the element at `index` by mutable reference, or `None` after the end.
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Field>;
    /// Removes every element.
    fn clear(&mut self);
    /// Removes the last element.
    fn pop(&mut self);
    /// Returns the size of an element in bytes, without what it refers to.
    fn element_size(&self) -> usize;
}

/// Returns the elements of a list in order.
pub fn elements(list: &dyn List) -> impl Iterator<Item = &dyn Field> {
    (0..).map_while(|index| list.get(index))
}

/// An object with free keys.
pub trait Map: Send + Sync {
    /// Returns the value of `key`, which is inserted when it is new.
    fn entry(&mut self, key: String) -> &mut dyn Field;
    /// Calls `visitor` with every key and value, sorted by key.
    fn each<'a>(&'a self, visitor: &mut dyn FnMut(&'a str, &'a dyn Field));
    /// Removes every entry, and calls `visitor` with its key and value.
    fn drain(&mut self, visitor: &mut dyn FnMut(String, &mut dyn Field));
    /// Returns the size of a key and its value in bytes, without what they refer to.
    fn entry_size(&self) -> usize;
}
