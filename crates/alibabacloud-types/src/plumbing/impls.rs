//! The types that a field can have.

use super::{Field, FieldReader, List, Map, Record, Slot, ValueRef};
use crate::{Blob, DateTime, JsonText};
use serde_json::Value;
use std::collections::BTreeMap;
use std::mem;

/// Implements `Field` for a type that is always present: `clear` resets it to its default.
macro_rules! scalar {
    ($type:ty, |$place:ident| $slot:expr, |$this:ident| $value:expr) => {
        impl Field for $type {
            fn slot(&mut self) -> Slot<'_> {
                let $place = self;
                $slot
            }
            fn value(&self) -> ValueRef<'_> {
                let $this = self;
                $value
            }
            fn clear(&mut self) {
                *self = Self::default();
            }
        }
    };
}

scalar!(String, |place| Slot::Text(place), |this| ValueRef::Text(
    this
));
scalar!(i32, |place| Slot::I32(place), |this| ValueRef::I64(
    i64::from(*this)
));
scalar!(i64, |place| Slot::I64(place), |this| ValueRef::I64(*this));
scalar!(f64, |place| Slot::F64(place), |this| ValueRef::F64(*this));
scalar!(bool, |place| Slot::Bool(place), |this| ValueRef::Bool(
    *this
));
scalar!(Value, |place| Slot::Json(place), |this| ValueRef::Json(
    this
));
scalar!(JsonText, |place| Slot::Text(place.text_mut()), |this| {
    ValueRef::Text(this.as_str())
});
scalar!(DateTime, |place| Slot::Text(place.text_mut()), |this| {
    ValueRef::Text(this.as_str())
});
scalar!(Blob, |place| Slot::Bytes(place.bytes_mut()), |this| {
    ValueRef::Bytes(this.as_bytes())
});

impl<T: Field + Default> Field for Option<T> {
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_with(T::default).slot()
    }
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Absent, Field::value)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Record + Default> Field for T {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self)
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Record(self)
    }
    fn clear(&mut self) {
        *self = T::default();
    }
}

/// For structs that contain themselves.
impl<T: Record> Record for Box<T> {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        (**self).field(name)
    }
    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        (**self).read(reader);
    }
    fn boxed_size(&self) -> usize {
        size_of::<T>()
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::List(self)
    }
    fn clear(&mut self) {
        self.clear();
    }
}

impl<T: Field + Default> List for Vec<T> {
    fn push(&mut self) -> &mut dyn Field {
        let end = self.len();
        self.push(T::default());
        &mut self[end]
    }
    fn get(&self, index: usize) -> Option<&dyn Field> {
        Some(self.as_slice().get(index)?)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(self.as_mut_slice().get_mut(index)?)
    }
    fn clear(&mut self) {
        self.clear();
    }
    fn pop(&mut self) {
        self.pop();
    }
    fn element_size(&self) -> usize {
        size_of::<T>()
    }
}

impl<T: Field + Default> Field for BTreeMap<String, T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Map(self)
    }
    fn clear(&mut self) {
        self.clear();
    }
}

impl<T: Field + Default> Map for BTreeMap<String, T> {
    fn entry(&mut self, key: String) -> &mut dyn Field {
        self.entry(key).or_default()
    }
    fn each<'a>(&'a self, visitor: &mut dyn FnMut(&'a str, &'a dyn Field)) {
        for (key, value) in self {
            visitor(key, value);
        }
    }
    fn drain(&mut self, visitor: &mut dyn FnMut(String, &mut dyn Field)) {
        for (key, mut value) in mem::take(self) {
            visitor(key, &mut value);
        }
    }
    fn entry_size(&self) -> usize {
        size_of::<(String, T)>()
    }
}
