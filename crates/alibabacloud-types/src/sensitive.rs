//! A wrapper that keeps secrets out of logs.

use crate::plumbing::{Field, Slot, ValueRef, wipe};
use serde_json::Value;
use std::fmt;
use std::mem;

/// A value that `Debug` never shows and that is wiped from memory when dropped.
///
/// Generated models wrap every field that the specification marks `x-acs-sensitive`. Read the value
/// with [`Sensitive::expose`]. `T` is any type that a model field can have: `String`,
/// [`JsonText`](crate::JsonText), [`Blob`](crate::Blob), lists, maps and generated structs.
///
/// Wiping overwrites what the value owns. It cannot reach copies made elsewhere: by a parser, an
/// HTTP library or your own code.
///
/// ```
/// use alibabacloud_types::Sensitive;
///
/// let password: Sensitive<String> = "hunter2".into();
/// assert_eq!(format!("{password:?}"), "Sensitive(**REDACTED**)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive<T: Field = String>(T);

impl<T: Field> Sensitive<T> {
    /// Wraps a secret.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the secret. The caller is responsible for where it goes.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Returns the secret by value. It is no longer wiped when dropped.
    pub fn into_inner(mut self) -> T
    where
        T: Default,
    {
        mem::take(&mut self.0)
    }
}

impl<T: Field> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(**REDACTED**)")
    }
}

impl<T: Field> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<'a, T: Field + From<&'a str>> From<&'a str> for Sensitive<T> {
    fn from(value: &'a str) -> Self {
        Self(value.into())
    }
}

impl From<String> for Sensitive<crate::JsonText> {
    fn from(value: String) -> Self {
        Self(value.into())
    }
}

impl From<Value> for Sensitive<crate::JsonText> {
    fn from(value: Value) -> Self {
        Self(value.into())
    }
}

impl<T: Field> Drop for Sensitive<T> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl<T: Field> Field for Sensitive<T> {
    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Sensitive(&self.0)
    }
    fn clear(&mut self) {
        wipe(&mut self.0);
    }
}

/// Writes the secret: the caller of the serializer is responsible for where it goes.
#[cfg(feature = "serde")]
impl<T: Field> serde::Serialize for Sensitive<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::plumbing::serialize(&self.0, serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de, T: Field + Default> serde::Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::plumbing::deserialize(deserializer)
    }
}
