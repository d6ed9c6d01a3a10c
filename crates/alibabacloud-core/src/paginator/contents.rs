//! What a page contains, as far as the end of a list depends on it.

use super::cursor::Cursor;
use alibabacloud_types::plumbing::{Field, ValueRef, elements};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a page contains, as far as the end of a list depends on it. Generated code reads it from a
/// page; the paginator decides what follows.
#[doc(hidden)]
#[derive(Clone)]
pub struct PageContents<'a> {
    pub(super) place: PagePlace,
    pub(super) total: Option<i64>,
    items: Option<&'a dyn Field>,
}

/// Which page it is.
#[derive(Clone, Debug)]
pub(super) enum PagePlace {
    /// A page of a list with page tokens.
    Token {
        /// Whether the request had no page token.
        is_first: bool,
        /// The token of the next page; `None` on the last.
        next: Option<Cursor>,
    },
    /// A page of a list with page numbers.
    Number {
        /// The number in the request.
        requested: Option<i64>,
        /// The number in the response.
        returned: Option<i64>,
    },
}

impl<'a> PageContents<'a> {
    /// Describes a page of a list with page tokens. `requested` is whether the request had a token;
    /// `next` is that of the response, which ends the list if it is absent or empty.
    pub fn token(requested: bool, next: Option<&str>) -> Self {
        Self {
            place: PagePlace::Token {
                is_first: !requested,
                next: next.filter(|token| !token.is_empty()).map(Cursor::from),
            },
            total: None,
            items: None,
        }
    }

    /// Describes a page of a list with page numbers: the number in the request (from 1, the
    /// default), and that in the response, if it has one.
    pub fn number(requested: Option<i64>, returned: Option<i64>) -> Self {
        Self {
            place: PagePlace::Number {
                requested,
                returned,
            },
            total: None,
            items: None,
        }
    }

    /// Adds the number of items on all pages, if the service returns it.
    pub fn total(mut self, total: Option<i64>) -> Self {
        self.total = total;
        self
    }

    /// Adds the array of the items on this page.
    pub fn items<L: Field>(mut self, items: Option<&'a L>) -> Self {
        self.items = items.map(|items| items as &dyn Field);
        self
    }

    /// Hashes the items.
    pub(super) fn digest(&self) -> PageDigest {
        let mut digest = PageDigest::default();
        match self.items.map(|items| items.value().exposed()) {
            Some(ValueRef::List(list)) => elements(list).for_each(|item| digest.add(item)),
            Some(ValueRef::Json(Value::Array(items))) => {
                items.iter().for_each(|item| digest.add(item));
            }
            _ => {}
        }
        digest
    }
}

/// Omits the items.
impl fmt::Debug for PageContents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageContents")
            .field("place", &self.place)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

/// The number of items on a page, and a hash of each that has any content.
#[derive(Default)]
pub(super) struct PageDigest {
    pub(super) items: u64,
    pub(super) hashes: Vec<u64>,
}

impl PageDigest {
    fn add(&mut self, item: &dyn Field) {
        self.items += 1;
        let mut hasher = DefaultHasher::new();
        if hash(item.value(), &mut hasher) {
            self.hashes.push(hasher.finish());
        }
    }

    /// Returns the hash of the page; `None` if its items have no content to compare.
    pub(super) fn page(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        (self.items, &self.hashes).hash(&mut hasher);
        (!self.hashes.is_empty()).then(|| hasher.finish())
    }

    /// Returns whether all items differ, so that they have something that identifies them.
    pub(super) fn is_distinct(&self) -> bool {
        let mut seen = HashSet::new();
        self.hashes.iter().all(|hash| seen.insert(hash))
    }
}

/// Hashes a value. Returns whether it has any content: `{}` and `[]` do not.
fn hash(value: ValueRef<'_>, hasher: &mut DefaultHasher) -> bool {
    let mut has_content = true;
    match value.exposed() {
        ValueRef::Absent | ValueRef::Sensitive(_) => {
            0_u8.hash(hasher);
            return false;
        }
        ValueRef::Text(text) => (1_u8, text).hash(hasher),
        ValueRef::I64(number) => (2_u8, number).hash(hasher),
        ValueRef::F64(number) => (3_u8, number.to_bits()).hash(hasher),
        ValueRef::Bool(value) => (4_u8, value).hash(hasher),
        ValueRef::Bytes(bytes) => (5_u8, bytes).hash(hasher),
        ValueRef::Json(json) => {
            (6_u8, json.to_string()).hash(hasher);
            has_content = has_json_content(json);
        }
        ValueRef::Record(record) => {
            7_u8.hash(hasher);
            has_content = false;
            record.visit(&mut |_, field| has_content |= hash(field.value(), hasher));
        }
        ValueRef::List(list) => {
            8_u8.hash(hasher);
            has_content = false;
            elements(list).for_each(|item| has_content |= hash(item.value(), hasher));
            9_u8.hash(hasher);
        }
        ValueRef::Map(map) => {
            10_u8.hash(hasher);
            has_content = false;
            map.each(&mut |key, field| {
                has_content = true;
                key.hash(hasher);
                hash(field.value(), hasher);
            });
            11_u8.hash(hasher);
        }
    }
    has_content
}

/// Returns whether JSON has any content, as [`hash`] does for other values.
fn has_json_content(json: &Value) -> bool {
    match json {
        Value::Null => false,
        Value::Array(items) => items.iter().any(has_json_content),
        Value::Object(entries) => entries.values().any(has_json_content),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
