//! The macros with which generated code adds its tables. They use only absolute paths, so that a
//! service may name its types `Option` or `String`.

/// Implements the field table of a struct: Rust name and wire name of each field, in the order of
/// the specification. `Debug` and `PartialEq` use the table too: they do what a derive does,
/// without code for each field.
///
/// The struct must implement `Default`. With the feature `serde` it is also `Serialize` and
/// `Deserialize`, under its wire names. The feature is that of this crate: a model crate forwards
/// its own feature and needs no `cfg`.
///
/// ```
/// #[derive(Clone, Default)]
/// pub struct Tag {
///     pub key: Option<String>,
///     pub r#type: Option<i32>,
/// }
/// alibabacloud_types::fields!(Tag { key: "Key", r#type: "Type" });
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($record:ident { $($field:ident: $wire:literal),* $(,)? }) => {
        impl $crate::plumbing::Record for $record {
            #[inline]
            #[allow(unreachable_code, reason = "a record without fields always returns early")]
            fn field(&mut self, name: &str) -> ::core::option::Option<&mut dyn $crate::plumbing::Field> {
                let field: &mut dyn $crate::plumbing::Field = match name {
                    $($wire => &mut self.$field,)*
                    _ => return ::core::option::Option::None,
                };
                ::core::option::Option::Some(field)
            }

            #[inline]
            fn read<'a>(&'a self, reader: &mut $crate::plumbing::FieldReader<'_, 'a>) {
                reader(&[$($wire),*], &[$(&self.$field),*]);
            }
        }

        impl ::core::fmt::Debug for $record {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::plumbing::debug_record(
                    ::core::stringify!($record),
                    &[$(::core::stringify!($field)),*],
                    self,
                    f,
                )
            }
        }

        impl ::core::cmp::PartialEq for $record {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::plumbing::equal_records(self, other)
            }
        }

        $crate::serde_impls!($record);
    };
}

/// Implements the conversion of a key and a value to a struct with these two fields, in this order.
/// `value[]` is a list of values.
///
/// ```
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Tag {
///     pub key: Option<String>,
///     pub value: Option<String>,
/// }
/// alibabacloud_types::pair!(Tag { key, value });
///
/// assert_eq!(Tag::from(("env", "prod")).value.as_deref(), Some("prod"));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! pair {
    ($record:ident { $key:ident, $value:ident }) => {
        /// Sets the key and the value, and nothing else.
        impl<K, V> ::core::convert::From<(K, V)> for $record
        where
            K: ::core::convert::Into<::std::string::String>,
            V: ::core::convert::Into<::std::string::String>,
        {
            #[inline]
            fn from((key, value): (K, V)) -> Self {
                let value: ::std::string::String = ::core::convert::Into::into(value);
                $crate::pair!(@pair $key key, $value value)
            }
        }
    };
    ($record:ident { $key:ident, $value:ident[] }) => {
        /// Sets the key and the values, and nothing else.
        impl<K, V> ::core::convert::From<(K, V)> for $record
        where
            K: ::core::convert::Into<::std::string::String>,
            V: ::core::iter::IntoIterator,
            V::Item: ::core::convert::Into<::std::string::String>,
        {
            #[inline]
            fn from((key, values): (K, V)) -> Self {
                let values = ::core::iter::IntoIterator::into_iter(values);
                let values = ::core::iter::Iterator::map(values, ::core::convert::Into::into);
                let values: ::std::vec::Vec<::std::string::String> =
                    ::core::iter::Iterator::collect(values);
                $crate::pair!(@pair $key key, $value values)
            }
        }
    };
    (@pair $key_field:ident $key:ident, $value_field:ident $value:ident) => {{
        let key: ::std::string::String = ::core::convert::Into::into($key);
        let mut pair = <Self as ::core::default::Default>::default();
        // A secret is wrapped.
        pair.$key_field = ::core::option::Option::Some(::core::convert::Into::into(key));
        pair.$value_field = ::core::option::Option::Some(::core::convert::Into::into($value));
        pair
    }};
}

/// Implements the table of an open enum: variant and wire text of each known value, in the order of
/// the specification.
///
/// The enum must have one more variant, `Unknown(String)`, for every other text. The macro adds
/// `as_str`, `VALUES`, `Default` (the empty text), `Display`, the conversions from text, and the
/// comparison and the hash of the texts; with the feature `serde` of this crate also `Serialize`
/// and `Deserialize`.
///
/// ```
/// #[derive(Clone, Debug)]
/// #[non_exhaustive]
/// pub enum Status {
///     Running,
///     Unknown(String),
/// }
/// alibabacloud_types::variants!(Status { Running: "running" });
///
/// assert_eq!(Status::from("running"), Status::Running);
/// assert_eq!(Status::from("new").as_str(), "new");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! variants {
    ($name:ident { $($variant:ident: $wire:literal),* $(,)? }) => {
        impl $name {
            /// The texts of the known variants, in the order of the specification.
            pub const VALUES: &'static [&'static str] = &[$($wire),*];

            /// Returns the text as it is on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl $crate::plumbing::OpenEnum for $name {
            #[inline]
            fn set(&mut self, text: &str) {
                *self = ::core::convert::From::from(text);
            }
        }

        impl $crate::plumbing::Field for $name {
            #[inline]
            fn slot(&mut self) -> $crate::plumbing::Slot<'_> {
                $crate::plumbing::Slot::Enum(self)
            }

            #[inline]
            fn value(&self) -> $crate::plumbing::ValueRef<'_> {
                $crate::plumbing::ValueRef::Text(self.as_str())
            }

            #[inline]
            fn clear(&mut self) {
                *self = ::core::default::Default::default();
            }
        }

        /// The empty text.
        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::Unknown(::std::string::String::new())
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(self.as_str(), state);
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)*
                    _ => Self::Unknown(::std::string::String::from(text)),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                ::core::convert::From::from(text.as_str())
            }
        }

        $crate::serde_impls!($name);
    };
}

/// Implements the conversion of a `bool` to an open enum whose only values are true and false, in
/// this order.
///
/// ```
/// #[derive(Clone, Debug)]
/// #[non_exhaustive]
/// pub enum Encrypted {
///     True,
///     False,
///     Unknown(String),
/// }
/// alibabacloud_types::variants!(Encrypted { True: "true", False: "false" });
/// alibabacloud_types::boolean!(Encrypted { True, False });
///
/// assert_eq!(Encrypted::from(true).as_str(), "true");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! boolean {
    ($name:ident { $yes:ident, $no:ident }) => {
        impl ::core::convert::From<bool> for $name {
            #[inline]
            fn from(value: bool) -> Self {
                if value { Self::$yes } else { Self::$no }
            }
        }
    };
}

/// Implements `Serialize` and `Deserialize` for a [`Field`](super::Field), with the feature
/// `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_impls {
    ($name:ident) => {
        impl $crate::plumbing::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::plumbing::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::plumbing::serialize(self, serializer)
            }
        }

        impl<'de> $crate::plumbing::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::plumbing::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::plumbing::deserialize(deserializer)
            }
        }
    };
}

/// Implements nothing, without the feature `serde`.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_impls {
    ($name:ident) => {};
}
