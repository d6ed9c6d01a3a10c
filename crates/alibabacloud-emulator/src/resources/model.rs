//! The format of a resource file; `resources/README.md` describes it.

use crate::timestamp::Millis;
use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::HashMap;

/// Fields with their templates, in the order in which they are evaluated.
pub(super) type Fields = IndexMap<String, Value>;

/// The resources of a service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Model {
    /// The product code, which the name of the file is.
    #[serde(skip)]
    pub(super) product: String,
    /// The API version of the operations.
    pub(super) version: String,
    /// Whose the resources are.
    #[serde(default)]
    scope: Scope,
    pub(super) resources: IndexMap<String, Kind>,
    /// What each operation does, by name.
    #[serde(skip)]
    actions: HashMap<String, Vec<Action>>,
}

/// Whose the resources of a service are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Scope {
    /// Of an account in a region.
    #[default]
    Region,
    /// Of an account, in all regions.
    Account,
}

/// A kind of resources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Kind {
    #[serde(skip)]
    pub(super) name: String,
    /// The name of the table in the store: `ecs/Disk`.
    #[serde(skip)]
    pub(super) table: String,
    /// The fields that identify a resource.
    #[serde(deserialize_with = "one_or_many")]
    pub(super) id: Vec<String>,
    /// The template of the ID of a new resource, unless the caller chooses it.
    pub(super) new_id: Option<String>,
    /// The path of the field that holds the state.
    pub(super) state: Option<String>,
    /// What `ResourceType` of the operations for tags calls the kind.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) resource_type: Vec<String>,
    /// The path of the tags in items of lists.
    pub(super) tags: Option<String>,
    /// The error of an unknown ID.
    pub(super) not_found: Option<String>,
    /// The error of a new resource whose ID exists.
    pub(super) exists: Option<String>,
    /// The error of an operation that the current state does not permit.
    pub(super) wrong_state: Option<String>,
    /// Fields that hold the ID of another resource.
    #[serde(default)]
    pub(super) parents: IndexMap<String, Parent>,
    /// The fields of a new resource that are not parameters of the same name.
    #[serde(default)]
    pub(super) fields: Fields,
    /// Fields that are evaluated when a resource is read.
    #[serde(default)]
    pub(super) computed: Fields,
    /// The fields of resources that exist from the start.
    #[serde(default)]
    pub(super) initial: Vec<Fields>,
    #[serde(default, deserialize_with = "operations")]
    pub(super) create: Operations<Create>,
    #[serde(default, deserialize_with = "operations")]
    pub(super) change: Operations<Change>,
    #[serde(default, deserialize_with = "operations")]
    pub(super) delete: Operations<Change>,
    #[serde(default, deserialize_with = "operations")]
    pub(super) read: Operations<Read>,
}

/// Operations by name.
pub(super) type Operations<T> = IndexMap<String, T>;

/// The resource that another belongs to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Parent {
    /// The kind, with the product in front if that differs: `vpc/VSwitch`.
    pub(super) kind: String,
    /// What happens to the resource when its parent is deleted.
    #[serde(default)]
    pub(super) on_delete: OnDelete,
    /// Whether the parent must exist when the resource is created.
    #[serde(default = "yes")]
    pub(super) required: bool,
    /// The error of a parent that cannot be deleted, with `on-delete: refuse`.
    pub(super) error: Option<String>,
    /// Applies only to resources with these values.
    #[serde(default)]
    pub(super) when: Fields,
    /// With `on-delete: delete`, only resources with these values are deleted.
    #[serde(default)]
    pub(super) delete_when: Fields,
    /// What the other resources get when their parent is deleted.
    #[serde(default)]
    pub(super) otherwise: Fields,
}

fn yes() -> bool {
    true
}

/// What happens to a resource when its parent is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OnDelete {
    /// Nothing.
    #[default]
    Keep,
    /// The parent cannot be deleted.
    Refuse,
    /// It is deleted as well.
    Delete,
}

/// An operation that creates resources.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Create {
    /// The parameter with the number of resources.
    pub(super) count: Option<String>,
    /// The list parameter with an item per resource.
    pub(super) each: Option<String>,
    pub(super) states: Vec<StateStep>,
    pub(super) fields: Fields,
    /// Fields of the response that do not have the name of a field of the resource.
    pub(super) returns: Fields,
    /// Resources of other kinds that are created as well, by kind.
    pub(super) with: Vec<Child>,
}

/// A resource that is created together with another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Child {
    pub(super) kind: String,
    /// The list parameter with an item per resource; one resource without it.
    pub(super) each: Option<String>,
    #[serde(default)]
    pub(super) states: Vec<StateStep>,
    #[serde(default)]
    pub(super) fields: Fields,
}

/// An operation that changes or deletes resources.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Change {
    /// The parameter with the ID, or with a list of them; by default that of the name of the field.
    pub(super) ids: Option<String>,
    /// The states in which the operation is permitted; all without it.
    pub(super) from: Vec<String>,
    /// The boolean parameter that permits it in every state.
    pub(super) force: Option<String>,
    /// The boolean parameter with which resources that refuse a deletion are deleted as well.
    pub(super) cascade: Option<String>,
    /// The boolean parameter without which nothing happens.
    #[serde(rename = "if")]
    pub(super) condition: Option<String>,
    /// The error in another state.
    pub(super) error: Option<String>,
    pub(super) states: Vec<StateStep>,
    pub(super) fields: Fields,
    pub(super) returns: Fields,
}

/// An operation that reads resources: one that returns `item`, else a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Read {
    /// The path of the resource in the response, empty for the response itself.
    pub(super) item: Option<String>,
    /// The path of the list in the response; by default that of its pages.
    pub(super) items: Option<String>,
    /// The parameter with the ID, or with a list of them; by default that of the name of the field.
    pub(super) ids: Option<String>,
    /// Parameters whose values must be in a field of another name; null for one that selects
    /// nothing.
    pub(super) filters: IndexMap<String, Option<String>>,
    /// Reads only resources with these values, which are templates.
    #[serde(rename = "where")]
    pub(super) condition: Fields,
    pub(super) fields: Fields,
}

/// A state, and how long it lasts: `Starting 2s`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct StateStep {
    pub(super) state: String,
    pub(super) millis: Option<Millis>,
}

impl TryFrom<String> for StateStep {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let Some((state, time)) = text.rsplit_once(' ') else {
            return Ok(Self {
                state: text,
                millis: None,
            });
        };
        let millis = duration(time).ok_or_else(|| {
            format!("invalid state {text:?}: expected a state and a time such as 500ms or 2s")
        })?;
        Ok(Self {
            state: state.to_owned(),
            millis: Some(millis),
        })
    }
}

/// Parses `500ms`, `2s`, `30m`, `12h` or `7d`.
pub(super) fn duration(text: &str) -> Option<Millis> {
    let units = [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];
    let number = |(unit, millis): (&str, Millis)| {
        let number: Millis = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(millis)
    };
    units.into_iter().find_map(number)
}

/// What an operation does to resources of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Action {
    /// The index of the kind.
    pub(super) kind: usize,
    pub(super) role: ActionKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ActionKind {
    Create,
    Change,
    Delete,
    Read,
}

impl Model {
    /// Reads a resource file.
    ///
    /// # Errors
    ///
    /// Describes what is invalid and where.
    pub(super) fn from_yaml(product: &str, text: &str) -> Result<Self, String> {
        let mut model =
            read(text).map_err(|why| format!("invalid resources of {product}: {why}"))?;
        product.clone_into(&mut model.product);
        for (name, kind) in &mut model.resources {
            name.clone_into(&mut kind.name);
            kind.table = format!("{product}/{name}");
        }
        let mut actions: HashMap<String, Vec<Action>> = HashMap::new();
        for (index, kind) in model.resources.values().enumerate() {
            let mut add = |names: Vec<&String>, role| {
                for name in names {
                    let action = Action { kind: index, role };
                    actions.entry(name.clone()).or_default().push(action);
                }
            };
            add(kind.create.keys().collect(), ActionKind::Create);
            add(kind.change.keys().collect(), ActionKind::Change);
            add(kind.delete.keys().collect(), ActionKind::Delete);
            add(kind.read.keys().collect(), ActionKind::Read);
        }
        model.actions = actions;
        Ok(model)
    }

    /// Returns what the store calls the region of resources.
    pub(crate) fn region<'r>(&self, region_id: &'r str) -> &'r str {
        match self.scope {
            Scope::Region => region_id,
            Scope::Account => "all-regions",
        }
    }

    /// Returns what an operation does.
    pub(super) fn actions(&self, operation: &str) -> &[Action] {
        self.actions.get(operation).map_or(&[], Vec::as_slice)
    }

    /// Returns the kind of an action.
    pub(super) fn kind(&self, index: usize) -> Option<&Kind> {
        let (_, kind) = self.resources.get_index(index)?;
        Some(kind)
    }

    /// Returns the name of the table of a kind, which can be of another product: `vpc/VSwitch`.
    pub(super) fn table(&self, kind: &str) -> String {
        if kind.contains('/') {
            kind.to_owned()
        } else {
            format!("{}/{kind}", self.product)
        }
    }
}

/// Reads a model, with what its YAML merges (`<<`).
fn read(text: &str) -> Result<Model, serde_yaml::Error> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text)?;
    value.apply_merge()?;
    serde_yaml::from_value(value)
}

/// Reads a text, or a list of texts.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// Reads operations by name; one without settings has the defaults.
fn operations<'de, D, T>(deserializer: D) -> Result<Operations<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    let read = IndexMap::<String, Option<T>>::deserialize(deserializer)?;
    let operations = read.into_iter();
    Ok(operations
        .map(|(name, settings)| (name, settings.unwrap_or_default()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, expected) in [
            ("500ms", Some(500)),
            ("2s", Some(2000)),
            ("30d", Some(2_592_000_000)),
            ("2", None),
            ("s", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = "version: 2024-01-01\nresources: {Box: {id: BoxId, stat: Status}}";
        let error = Model::from_yaml("shop", text).unwrap_err();
        assert!(error.contains("unknown field `stat`"), "{error}");
    }
}
