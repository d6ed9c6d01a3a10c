//! The field table: how shared code reaches into a generated struct.

use serde_json::Value;

/// A struct with named fields. Implemented by [`fields!`](crate::fields).
pub trait Record {
    /// The field of this wire name, to be filled.
    fn field(&mut self, name: &str) -> Option<&mut dyn Field>;

    /// Calls `visitor` with the wire name and value of every field, in the order of the specification.
    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'static str, &'a dyn Field));
}

/// Anything that can stand in a field.
pub trait Field {
    /// Where a decoder puts the value. Making the slot creates the value (`Some(Default::default())` for an option).
    fn slot(&mut self) -> Slot<'_>;

    /// The value as an encoder sees it.
    fn value(&self) -> ValueRef<'_>;

    /// Back to absent, for a JSON null.
    fn clear(&mut self);
}

/// A place for one value, by what it can hold.
pub enum Slot<'a> {
    /// Text; numbers and booleans are taken as their text.
    Text(&'a mut String),
    /// A 32-bit integer; text that holds one is taken.
    I32(&'a mut i32),
    /// A 64-bit integer; text that holds one is taken.
    I64(&'a mut i64),
    /// A number; text that holds one is taken.
    F64(&'a mut f64),
    /// A boolean; the texts `true` and `false` in any case are taken.
    Bool(&'a mut bool),
    /// An open enum.
    Enum(&'a mut dyn super::OpenEnum),
    /// Any JSON.
    Json(&'a mut Value),
    /// An object with known fields.
    Record(&'a mut dyn Record),
    /// An array.
    List(&'a mut dyn List),
    /// An object with free keys.
    Map(&'a mut dyn Map),
}

/// One value, by what it is.
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
    /// Any JSON.
    Json(&'a Value),
    /// An object with known fields.
    Record(&'a dyn Record),
    /// An array.
    List(&'a dyn List),
    /// An object with free keys.
    Map(&'a dyn Map),
}

/// An array of fields.
pub trait List {
    /// Appends an empty element and gives it to be filled.
    fn push(&mut self) -> &mut dyn Field;
    /// Number of elements.
    fn len(&self) -> usize;
    /// The element at `index`, which is below [`List::len`].
    fn get(&self, index: usize) -> &dyn Field;
}

/// An object with free keys.
pub trait Map {
    /// The value of `key`, made when it is new.
    fn entry(&mut self, key: String) -> &mut dyn Field;
    /// Calls `visitor` with every key and value, sorted by key.
    fn each<'a>(&'a self, visitor: &mut dyn FnMut(&'a str, &'a dyn Field));
}
