//! One change: what, where, and the values before and after.

use super::verdict::{Bump, ChangeCode};
use serde_json::{Value, json};
use std::fmt;

/// One change between two versions of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The place: `Op`, `Op?Param.field[]`, `Op!200.field`, `#Shared.field`; `{}` are the values of
    /// a map.
    pub at: String,
    /// The kind of change.
    pub code: ChangeCode,
    /// The value before.
    pub before: Value,
    /// The value after.
    pub after: Value,
    /// What else is known: the item of which this is probably the other name.
    pub note: Option<String>,
}

impl Change {
    /// Creates a change without values.
    pub fn new(at: impl Into<String>, code: ChangeCode) -> Self {
        Self::between(at, code, Value::Null, Value::Null)
    }

    /// Creates a change between two values.
    pub fn between(
        at: impl Into<String>,
        code: ChangeCode,
        before: impl Into<Value>,
        after: impl Into<Value>,
    ) -> Self {
        Self {
            at: at.into(),
            code,
            before: before.into(),
            after: after.into(),
            note: None,
        }
    }

    /// Returns whether an item was removed.
    pub fn is_removal(&self) -> bool {
        matches!(
            self.code,
            ChangeCode::OpRemoved
                | ChangeCode::ParamRemoved
                | ChangeCode::RequestFieldRemoved
                | ChangeCode::ResponseFieldRemoved
                | ChangeCode::EnumVariantRemoved
                | ChangeCode::ErrorCodeRemoved
                | ChangeCode::ErrorConstantRemoved
                | ChangeCode::SchemaRemoved
                | ChangeCode::RegionRemoved
        )
    }

    /// Returns whether a parameter, a field or a shared schema is new.
    pub fn is_addition(&self) -> bool {
        matches!(
            self.code,
            ChangeCode::OptionalParamAdded
                | ChangeCode::RequiredParamAdded
                | ChangeCode::RequestFieldAdded
                | ChangeCode::RequiredRequestFieldAdded
                | ChangeCode::ResponseFieldAdded
                | ChangeCode::SchemaAdded
        )
    }

    /// Returns the change as JSON.
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "at": self.at,
            "code": self.code.name(),
            "verdict": self.code.verdict().name(),
            "before": self.before,
            "after": self.after,
        });
        if let Some(note) = &self.note {
            json["note"] = note.clone().into();
        }
        json
    }
}

/// Writes `CreateDisk?Size has a wider limit (65536 -> 131072)`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.code.predicate())?;
        self.write_values(f)
    }
}

impl Change {
    /// Writes the values in brackets, unless the code implies them.
    pub(super) fn write_values(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        let (before, after) = (self.shown(&self.before), self.shown(&self.after));
        match (before, after) {
            (None, None) => {}
            (None, Some(after)) => write!(f, " ({after})")?,
            (Some(before), None) => write!(f, " (was {before})")?,
            (Some(before), Some(after)) => write!(f, " ({before} -> {after})")?,
        }
        match &self.note {
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }

    /// Returns the text of a value; `None` if the code implies it.
    fn shown(&self, value: &Value) -> Option<String> {
        let is_type = matches!(
            self.code,
            ChangeCode::RequestTypeChanged | ChangeCode::ResponseTypeChanged
        );
        match value {
            _ if self.before.is_boolean() || self.after.is_boolean() => None,
            // Without a schema, an element is any JSON, and a response has no body.
            Value::Null if is_type && self.at.ends_with([']', '}']) => Some("any".to_owned()),
            Value::Null if is_type => Some("nothing".to_owned()),
            Value::Null => None,
            value => Some(shown(value)),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

impl Bump {
    /// Returns the least version bump for a set of changes.
    pub fn of(changes: &[Change]) -> Self {
        changes
            .iter()
            .map(|change| change.code.verdict().bump())
            .max()
            .unwrap_or(Self::None)
    }
}
