//! The permission that a call needs: the actions of the specification, with the resources of the
//! request.

use crate::values;
use alibabacloud_spec::{Operation, RamAction, RamResource, Service};
use serde_json::{Map, Value};

/// An action that a call needs, with the resources that the request is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Needed {
    pub(crate) action: String,
    pub(crate) resources: Vec<Target>,
}

/// A resource that a call needs an action on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// The ARN. A part that the request does not name is `*`.
    Arn(String),
    /// A resource that the emulator cannot know.
    Any,
}

impl Target {
    pub(crate) fn arn(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Any => None,
        }
    }
}

/// A call whose permission is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) service: &'a Service,
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: &'a Map<String, Value>,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

impl Call<'_> {
    /// Returns what the call needs; nothing if the operation needs no permission. The first action
    /// is that of the operation itself.
    pub(crate) fn needed(self) -> Vec<Needed> {
        let permissions = self.service.permissions(self.operation);
        let mut needed = Vec::new();
        for action in &permissions.actions {
            needed.push(Needed {
                action: action.action.clone(),
                resources: self.resources(action),
            });
            needed.extend(action.dependents.iter().map(|dependent| Needed {
                action: dependent.clone(),
                resources: vec![Target::Any],
            }));
        }
        needed
    }

    /// Returns the tags that the request sets or asks for.
    pub(crate) fn tags(self) -> Vec<(String, String)> {
        let tags = ["Tag", "Tags", "tags"].iter();
        tags.filter_map(|name| self.parameters.get(*name))
            .flat_map(tags_of)
            .collect()
    }

    /// Returns the resources that the request names. Those that it does not name are not checked,
    /// unless it names none: then all are, with `*` for their names.
    fn resources(self, action: &RamAction) -> Vec<Target> {
        if action.resources.is_empty() {
            return vec![Target::Arn("*".to_owned())];
        }
        let named: Vec<String> = action
            .resources
            .iter()
            .filter_map(|resource| self.fill(resource))
            .flatten()
            .collect();
        let arns = if named.is_empty() {
            let required = action.resources.iter().any(|resource| resource.required);
            action
                .resources
                .iter()
                .filter(|resource| resource.required || !required)
                .map(|resource| self.write(&resource.arn, &|_| "*".to_owned()))
                .collect()
        } else {
            named
        };
        arns.into_iter().map(Target::Arn).collect()
    }

    /// Returns the ARNs of a resource, one for each that the request names; `None` if it names none
    /// of this type.
    fn fill(self, resource: &RamResource) -> Option<Vec<String>> {
        let placeholders = placeholders(&resource.arn);
        let Some((last, others)) = placeholders.split_last() else {
            return Some(vec![self.write(&resource.arn, &|_| "*".to_owned())]);
        };
        let values = self.values(last, resource)?;
        if others.is_empty() {
            if let Some(Value::String(arn)) = values.first() {
                if arn.starts_with("acs:") {
                    return Some(values.iter().map(values::text_of).collect());
                }
            }
        }
        let arns = values.iter().map(|value| {
            let fill = |name: &str| {
                if name == *last {
                    return values::text_of(value);
                }
                let values = self.values(name, resource).unwrap_or_default();
                values.first().map_or("*".to_owned(), values::text_of)
            };
            self.write(&resource.arn, &fill)
        });
        Some(arns.collect())
    }

    /// Writes an ARN with values for its placeholders; account and region are known.
    fn write(self, template: &str, fill: &dyn Fn(&str) -> String) -> String {
        let mut arn = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, name, after)) = next_placeholder(rest) {
            arn.push_str(before);
            if name.eq_ignore_ascii_case("regionId") {
                arn.push_str(self.region);
            } else if name.eq_ignore_ascii_case("accountId") {
                arn.push_str(self.account);
            } else {
                arn.push_str(&fill(name));
            }
            rest = after;
        }
        arn.push_str(rest);
        arn
    }

    /// Returns the values of the parameter that a placeholder stands for.
    fn values(self, placeholder: &str, resource: &RamResource) -> Option<Vec<Value>> {
        let placeholder = plain(placeholder);
        let stem = ["name", "id"]
            .iter()
            .find_map(|ending| placeholder.strip_suffix(ending))
            .unwrap_or(&placeholder);
        let kind = plain(&resource.kind);
        let own = placeholder.strip_prefix(&kind).unwrap_or_default();
        let names = [
            placeholder.clone(),
            format!("{placeholder}s"),
            format!("{stem}arn"),
            own.to_owned(),
        ];
        for name in names.iter().filter(|name| !name.is_empty()) {
            let mut parameters = self.parameters.iter();
            let found = parameters.find(|(parameter, _)| plain(parameter) == *name);
            if let Some(values) = found.and_then(|(_, value)| list(value)) {
                return Some(values);
            }
        }
        // Operations about resources of several types have the type in one parameter.
        let of_type = self.parameters.get("ResourceType")?;
        let is_type = plain(&values::text_of(of_type)) == kind;
        let ids = self
            .parameters
            .get("ResourceId")
            .or_else(|| self.parameters.get("ResourceIds"));
        ids.filter(|_| is_type).and_then(list)
    }
}

/// Returns the placeholders of an ARN other than region and account.
fn placeholders(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, name, after)) = next_placeholder(rest) {
        if !["regionid", "accountid"].contains(&plain(name).as_str()) {
            names.push(name);
        }
        rest = after;
    }
    names
}

/// Returns the text before the next `{#name}`, the name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, marked) = text.split_once("{#")?;
    let (name, after) = marked.split_once('}')?;
    Some((before, name, after))
}

/// Returns a name in lower case, without separators.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns a value as a list of texts, also if it is the JSON text of one; `None` if it is empty.
fn list(value: &Value) -> Option<Vec<Value>> {
    let items = match value {
        Value::Array(items) => items.clone(),
        Value::String(text) if text.starts_with('[') => {
            serde_json::from_str(text).unwrap_or_else(|_| vec![value.clone()])
        }
        Value::Null | Value::Object(_) => return None,
        one => vec![one.clone()],
    };
    let is_name = |value: &Value| match value {
        Value::String(text) => !text.is_empty(),
        other => other.is_number(),
    };
    let items: Vec<Value> = items.into_iter().filter(is_name).collect();
    (!items.is_empty()).then_some(items)
}

/// Returns the tags of a parameter: a list of keys with values, or a map.
fn tags_of(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), values::text_of(value)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                let get = |names: [&str; 2]| names.iter().find_map(|name| item.get(*name));
                let key = get(["Key", "TagKey"])?;
                let value = get(["Value", "TagValue"]).map(values::text_of);
                Some((values::text_of(key), value.unwrap_or_default()))
            })
            .collect(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(parsed @ (Value::Object(_) | Value::Array(_))) => tags_of(&parsed),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
