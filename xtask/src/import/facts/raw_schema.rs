//! The keys of a published schema, sorted by name. [`schema`](super::schema) interprets them.

use super::context::{Context, flag, string, text};
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};

/// The keys of one published schema, sorted but not interpreted.
#[derive(Default)]
pub(super) struct RawSchema<'a> {
    pub type_name: Option<&'a str>,
    pub format: Option<&'a str>,
    pub reference: Option<&'a str>,
    pub items: Option<&'a Json>,
    pub properties: Option<&'a Json>,
    pub additional: Option<&'a Json>,
    pub title: &'a str,
    pub description: &'a str,
    pub required: bool,
    pub deprecated: bool,
    pub sensitive: bool,
    pub file_url: bool,
    pub values: Option<&'a Json>,
    pub value_titles: Option<&'a Json>,
    pub example: Option<&'a Json>,
    pub default: Option<&'a Json>,
    pub pattern: Option<&'a str>,
    pub limits: RawLimits<'a>,
}

/// The limits of one published schema: numbers, or numbers as text.
#[derive(Default)]
pub(super) struct RawLimits<'a> {
    pub minimum: Option<&'a Json>,
    pub maximum: Option<&'a Json>,
    pub above: bool,
    pub below: bool,
    pub min_length: Option<&'a Json>,
    pub max_length: Option<&'a Json>,
    pub min_items: Option<&'a Json>,
    pub max_items: Option<&'a Json>,
}

/// Sorts the keys of a schema.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
) -> Result<RawSchema<'a>, Refusal> {
    let mut raw = RawSchema::default();
    // In reverse, so that the first of a repeated key wins.
    for (key, value) in cx.object(json, path)?.iter().rev() {
        if *value == Json::Null {
            continue;
        }
        let at = path.key(key);
        match key.as_str() {
            "type" => raw.type_name = Some(string(value, &at)?),
            "format" => raw.format = Some(text(cx, value, &at)).filter(|format| !format.is_empty()),
            "$ref" => raw.reference = Some(string(value, &at)?),
            "items" => raw.items = Some(value),
            "properties" => raw.properties = Some(value),
            "additionalProperties" => raw.additional = Some(value),
            "title" => raw.title = text(cx, value, &at),
            "description" => raw.description = text(cx, value, &at),
            "required" => raw.required = flag(value, &at)?,
            "deprecated" => raw.deprecated = flag(value, &at)?,
            "sensitive" => raw.sensitive = flag(value, &at)?,
            "isFileTransferUrl" => raw.file_url = flag(value, &at)?,
            "enum" => raw.values = Some(value),
            "enumValueTitles" => raw.value_titles = Some(value),
            "example" => raw.example = Some(value),
            "default" => raw.default = Some(value),
            "pattern" => raw.pattern = Some(text(cx, value, &at)),
            "minimum" => raw.limits.minimum = Some(value),
            "maximum" => raw.limits.maximum = Some(value),
            "exclusiveMinimum" => raw.limits.above = flag(value, &at)?,
            "exclusiveMaximum" => raw.limits.below = flag(value, &at)?,
            "minLength" => raw.limits.min_length = Some(value),
            "maxLength" => raw.limits.max_length = Some(value),
            "minItems" => raw.limits.min_items = Some(value),
            "maxItems" => raw.limits.max_items = Some(value),
            "ref" if json.get("$ref").is_none() && is_reference(value) => {
                respelled(cx, key, "$ref", &at);
                raw.reference = Some(string(value, &at)?);
            }
            "enumValues" if json.get("enum").is_none() => {
                respelled(cx, key, "enum", &at);
                match value {
                    Json::Object(_) if raw.value_titles.is_none() => raw.value_titles = Some(value),
                    value => raw.values = Some(value),
                }
            }
            key if NOT_CARRIED.contains(&key) => {}
            key => cx.unknown_key("a schema", key, &at),
        }
    }
    Ok(raw)
}

fn is_reference(json: &Json) -> bool {
    matches!(json, Json::String(text) if text.starts_with("#/"))
}

fn respelled(cx: &mut Context<'_>, key: &str, usual: &str, path: &JsonPath<'_>) {
    let message = format!("`{key}` read as `{usual}`");
    cx.find(Rule::KeyRespelled, path, message);
}

/// Keys that do not affect requests or responses; `docs/import.md` has the reasons.
const NOT_CARRIED: &[&str] = &[
    "docRequired",
    "index",
    "itemName",
    "readOnly",
    "writeOnly",
    "backendName",
    "extendType",
    "allowEmptyValue",
    "visibility",
    "nullable",
    "x-flatten",
    "alibabaCloud",
    "checkBlank",
    "components",
    "info",
    "itemNode",
    "name",
    "nullToEmpty",
    "parseType",
    "sdkIgnore",
    "sdkPropertyName",
    "xml",
];
