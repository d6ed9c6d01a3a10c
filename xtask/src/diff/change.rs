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
}

impl Change {
    /// Returns the change as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "at": self.at,
            "code": self.code.name(),
            "verdict": self.code.verdict().name(),
            "before": self.before,
            "after": self.after,
        })
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
        match (&self.before, &self.after) {
            (Value::Bool(_), _) | (_, Value::Bool(_)) => Ok(()),
            (Value::Null, Value::Null) => Ok(()),
            (Value::Null, after) => write!(f, " ({})", shown(after)),
            (before, Value::Null) => write!(f, " (was {})", shown(before)),
            (before, after) => write!(f, " ({} -> {})", shown(before), shown(after)),
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
