//! JSON values in the types that a schema describes, as the fields of a generated struct hold them.

use alibabacloud_core::types::plumbing::{Field, FieldReader, Record, Slot, ValueRef, decode_root};
use alibabacloud_core::types::{Blob, Sensitive};
use alibabacloud_spec::{Kind, Schema, Service, ValueError, ValueKind, ValueProblem, values};
use serde_json::Value;
use std::collections::BTreeMap;

/// A value of a request.
#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Bytes(Blob),
    /// Any JSON. A null is not set; nothing is sent.
    Json(Value),
    Record(Fields),
    List(Vec<FieldValue>),
    Map(BTreeMap<String, FieldValue>),
    Sensitive(Box<Sensitive<FieldValue>>),
}

/// The fields of an object that are set, in the order of the schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, FieldValue)>);

impl Default for FieldValue {
    fn default() -> Self {
        Self::Json(Value::Null)
    }
}

impl FieldValue {
    /// Converts a value to the type that `schema` describes.
    ///
    /// # Errors
    /// The first value of another type; its path begins with `path`.
    pub(crate) fn new(
        service: &Service,
        schema: &Schema,
        value: Value,
        path: &str,
    ) -> Result<Self, ValueError> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let plain = Self::plain(service, service.resolve(schema), value, path)?;
        Ok(match is_sensitive(service, schema) {
            true => Self::Sensitive(Box::new(Sensitive::new(plain))),
            false => plain,
        })
    }

    fn plain(
        service: &Service,
        schema: &Schema,
        value: Value,
        path: &str,
    ) -> Result<Self, ValueError> {
        let wrong = |kind| ValueError {
            path: path.to_owned(),
            problem: ValueProblem::WrongKind(kind),
        };
        match (&schema.kind, value) {
            (Kind::Array(inner), Value::Array(items)) => {
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| {
                    Self::new(service, inner, item, &format!("{path}[{index}]"))
                });
                items.collect::<Result<_, _>>().map(Self::List)
            }
            (Kind::Array(_), _) => Err(wrong(ValueKind::Array)),
            (Kind::Map(inner), Value::Object(entries)) => {
                let entries = entries.into_iter().map(|(key, entry)| {
                    let entry = Self::new(service, inner, entry, &format!("{path}.{key}"))?;
                    Ok((key, entry))
                });
                entries.collect::<Result<_, _>>().map(Self::Map)
            }
            (Kind::Object(properties), Value::Object(mut entries)) => {
                let mut fields = Vec::new();
                for (name, property) in properties {
                    if let Some(value) = entries.remove(name) {
                        let path = format!("{path}.{name}");
                        let value = Self::new(service, &property.schema, value, &path)?;
                        fields.push((name.clone(), value));
                    }
                }
                Ok(Self::Record(Fields(fields)))
            }
            (Kind::Map(_) | Kind::Object(_), _) => Err(wrong(ValueKind::Object)),
            (Kind::Int32 | Kind::Int64, value) => values::integer(&value)
                .map(Self::Integer)
                .ok_or_else(|| wrong(ValueKind::Integer)),
            (Kind::Number, value) => values::number(&value)
                .map(Self::Number)
                .ok_or_else(|| wrong(ValueKind::Number)),
            (Kind::Boolean, value) => values::boolean(&value)
                .map(Self::Boolean)
                .ok_or_else(|| wrong(ValueKind::Boolean)),
            (Kind::Binary, value) => {
                let mut bytes = Blob::default();
                match decode_root(value.to_string().as_bytes(), &mut bytes) {
                    Ok(()) => Ok(Self::Bytes(bytes)),
                    Err(_) => Err(wrong(ValueKind::Base64)),
                }
            }
            (Kind::String | Kind::JsonText | Kind::DateTime | Kind::Enum(_), value) => {
                Ok(Self::Text(match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                }))
            }
            (Kind::Any | Kind::Ref(_), value) => Ok(Self::Json(value)),
        }
    }

    /// Returns whether the value is set.
    pub(crate) fn is_set(&self) -> bool {
        !self.value().is_absent()
    }

    /// Returns the integer that the value is, or that its text holds.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self.value().exposed() {
            ValueRef::I64(number) => Some(number),
            ValueRef::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// Returns whether a schema, or one that it refers to, is marked as sensitive.
fn is_sensitive(service: &Service, schema: &Schema) -> bool {
    let mut schema = schema;
    // A circle of references ends after each has been followed.
    for _ in 0..=service.schemas.len() {
        match &schema.kind {
            _ if schema.sensitive => return true,
            Kind::Ref(name) => match service.schemas.get(name) {
                Some(target) => schema = target,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

impl Field for FieldValue {
    fn slot(&mut self) -> Slot<'_> {
        match self {
            Self::Text(text) => Slot::Text(text),
            Self::Integer(number) => Slot::I64(number),
            Self::Number(number) => Slot::F64(number),
            Self::Boolean(value) => Slot::Bool(value),
            Self::Bytes(bytes) => bytes.slot(),
            Self::Json(value) => Slot::Json(value),
            Self::Record(fields) => Slot::Record(fields),
            Self::List(items) => Slot::List(items),
            Self::Map(entries) => Slot::Map(entries),
            Self::Sensitive(inner) => inner.slot(),
        }
    }

    fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Text(text) => ValueRef::Text(text),
            Self::Integer(number) => ValueRef::I64(*number),
            Self::Number(number) => ValueRef::F64(*number),
            Self::Boolean(value) => ValueRef::Bool(*value),
            Self::Bytes(bytes) => ValueRef::Bytes(bytes.as_bytes()),
            Self::Json(Value::Null) => ValueRef::Absent,
            Self::Json(value) => ValueRef::Json(value),
            Self::Record(fields) => ValueRef::Record(fields),
            Self::List(items) => ValueRef::List(items),
            Self::Map(entries) => ValueRef::Map(entries),
            Self::Sensitive(inner) => inner.value(),
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Record for Fields {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        let found = self.0.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, value)| value as &mut dyn Field)
    }

    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        let entries = self.0.iter();
        let (names, values): (Vec<_>, Vec<_>) = entries
            .map(|(name, value)| (name.as_str(), value as &dyn Field))
            .unzip();
        reader(&names, &values);
    }
}
