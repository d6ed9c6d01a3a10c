//! Writes schemas as YAML.

use crate::yaml::Yaml;
use alibabacloud_spec::{EnumValue, Kind, Schema};

/// The file whose references lead to shared schemas.
#[derive(Clone, Copy, Debug)]
pub(super) enum References {
    /// The main document itself.
    Main,
    /// The file of an operation.
    Operation,
}

impl References {
    fn to(self, name: &str) -> String {
        let file = match self {
            References::Main => "",
            References::Operation => "../openapi.yaml",
        };
        format!("{file}#/components/schemas/{name}")
    }
}

/// Returns a whole schema.
pub(super) fn yaml(schema: &Schema, references: References) -> Yaml {
    let mut map = kind_keys(schema, references);
    map.put_some("x-acs-name", schema.rust_name.as_ref().map(Yaml::text));
    map.put_prose("description", &schema.description);
    map.put_flag("deprecated", schema.deprecated);
    put_rest(&mut map, schema, references);
    map
}

/// Returns a schema without its description and deprecation, which its parent writes.
pub(super) fn without_text(schema: &Schema, references: References) -> Yaml {
    let mut map = kind_keys(schema, references);
    put_rest(&mut map, schema, references);
    map
}

/// Returns `type: string`.
pub(super) fn plain_string() -> Yaml {
    let mut map = Yaml::map();
    map.put("type", Yaml::text("string"));
    map
}

/// Returns `type: string, format: binary`.
pub(super) fn bytes() -> Yaml {
    let mut map = plain_string();
    map.put("format", Yaml::text("binary"));
    map
}

/// Returns the first keys of a schema: the type and its format.
fn kind_keys(schema: &Schema, references: References) -> Yaml {
    let mut map = Yaml::map();
    let (type_name, extra) = match &schema.kind {
        Kind::Any => (None, None),
        Kind::String | Kind::Enum(_) => (Some("string"), None),
        Kind::JsonText => (
            Some("string"),
            Some(("contentMediaType", "application/json")),
        ),
        Kind::DateTime => (Some("string"), Some(("format", "acs-date-time"))),
        Kind::Binary => (Some("string"), Some(("format", "binary"))),
        Kind::Int32 => (Some("integer"), Some(("format", "int32"))),
        Kind::Int64 => (Some("integer"), Some(("format", "int64"))),
        Kind::Number => (Some("number"), None),
        Kind::Boolean => (Some("boolean"), None),
        Kind::Array(_) => (Some("array"), None),
        Kind::Map(_) | Kind::Object(_) => (Some("object"), None),
        Kind::Ref(name) => {
            map.put("$ref", Yaml::text(references.to(name)));
            (None, None)
        }
    };
    map.put_some("type", type_name.map(Yaml::text));
    if let Some((key, value)) = extra {
        map.put(key, Yaml::text(value));
    }
    map.put_flag("x-acs-sensitive", schema.sensitive);
    map.put_texts("x-acs-from-text", &schema.from_text);
    map
}

/// Adds values, limits, nested schemas and the example.
fn put_rest(map: &mut Yaml, schema: &Schema, references: References) {
    if let Kind::Enum(values) = &schema.kind {
        put_values(map, values);
    }
    if !schema.values.is_empty() {
        let values = schema.values.iter().copied().map(Yaml::literal);
        map.put("x-acs-values", Yaml::list(values));
    }
    map.put_some("x-acs-unit", schema.unit.as_ref().map(Yaml::text));
    map.put_some("default", schema.default.as_ref().map(Yaml::json));
    map.put_some("minimum", schema.minimum.map(Yaml::literal));
    map.put_some("maximum", schema.maximum.map(Yaml::literal));
    map.put_some("minLength", schema.min_length.map(Yaml::literal));
    map.put_some("maxLength", schema.max_length.map(Yaml::literal));
    map.put_some("pattern", schema.pattern.as_ref().map(Yaml::text));
    map.put_some("minItems", schema.min_items.map(Yaml::literal));
    map.put_some("maxItems", schema.max_items.map(Yaml::literal));
    match &schema.kind {
        Kind::Array(items) => map.put("items", yaml(items, references)),
        Kind::Map(values) if **values != Schema::default() => {
            map.put("additionalProperties", yaml(values, references));
        }
        Kind::Object(properties) => {
            let required: Vec<&str> = properties
                .iter()
                .filter(|(_, property)| property.required)
                .map(|(name, _)| name.as_str())
                .collect();
            if !required.is_empty() {
                map.put("required", Yaml::texts(&required));
            }
            let mut entries = Yaml::map();
            for (name, property) in properties {
                entries.put(name, yaml(&property.schema, references));
            }
            map.put("properties", entries);
        }
        _ => {}
    }
    map.put_some("example", schema.example.as_ref().map(Yaml::json));
}

fn put_values(map: &mut Yaml, values: &[EnumValue]) {
    map.put(
        "enum",
        Yaml::list(values.iter().map(|value| Yaml::text(&value.value))),
    );
    let mut descriptions = Yaml::map();
    for value in values.iter().filter(|value| !value.description.is_empty()) {
        descriptions.put(&value.value, Yaml::prose(&value.description));
    }
    if descriptions != Yaml::map() {
        map.put("x-acs-enum-descriptions", descriptions);
    }
    let mut names = Yaml::map();
    for value in values {
        if let Some(name) = &value.rust_name {
            names.put(&value.value, Yaml::text(name));
        }
    }
    if names != Yaml::map() {
        map.put("x-acs-enum-names", names);
    }
}
