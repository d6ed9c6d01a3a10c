//! Upstream schemas to [`Schema`].

use super::context::{Context, array, flag, string};
use super::json::{Json, Path};
use super::literal;
use super::report::{Refusal, Rule};
use super::text::clean;
pub(super) use alibabacloud_spec::Schema;
use alibabacloud_spec::{Kind, Property};
use indexmap::IndexMap;

/// Where a schema is used; decides what `required` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// In a request, or shared.
    Request,
    /// In an answer: what is marked as required there may be missing all the same.
    Answer,
}

/// A schema and what upstream keeps beside it.
pub(super) struct Read {
    /// The type with its documentation.
    pub schema: Schema,
    /// `required`, a boolean on the property itself.
    pub required: bool,
}

/// What the reference to a shared schema starts with.
pub(super) const REF_PREFIX: &str = "#/components/schemas/";

/// The keys of one upstream schema, sorted out but not understood yet.
#[derive(Default)]
pub(super) struct Raw<'a> {
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
    pub file_url: bool,
    pub values: Option<&'a Json>,
    pub value_titles: Option<&'a Json>,
    pub example: Option<&'a Json>,
    pub default: Option<&'a Json>,
    pub pattern: Option<&'a str>,
    pub limits: Limits<'a>,
}

/// The limits of one upstream schema; numbers, or numbers as text.
#[derive(Default)]
pub(super) struct Limits<'a> {
    pub minimum: Option<&'a Json>,
    pub maximum: Option<&'a Json>,
    pub above: bool,
    pub below: bool,
    pub min_length: Option<&'a Json>,
    pub max_length: Option<&'a Json>,
    pub min_items: Option<&'a Json>,
    pub max_items: Option<&'a Json>,
}

/// Reads one schema and all below it.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &Path<'_>,
    side: Side,
) -> Result<Read, Refusal> {
    let raw = sort_keys(cx, json, path)?;
    let kind = read_kind(cx, &raw, path, side)?;
    let mut schema = Schema {
        kind,
        description: describe(&raw),
        deprecated: raw.deprecated,
        ..Schema::default()
    };
    literal::read_values(cx, &raw, &mut schema, path)?;
    literal::read_limits(cx, &raw, &mut schema, path);
    literal::read_examples(cx, &raw, &mut schema, path);
    Ok(Read {
        schema,
        required: raw.required && side == Side::Request,
    })
}

/// Reads the schema of a whole body of bytes.
pub(super) fn read_bytes<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &Path<'_>,
) -> Result<Read, Refusal> {
    let raw = sort_keys(cx, json, path)?;
    Ok(Read {
        schema: Schema {
            kind: Kind::Binary,
            description: describe(&raw),
            deprecated: raw.deprecated,
            ..Schema::default()
        },
        required: raw.required,
    })
}

fn sort_keys<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &Path<'_>,
) -> Result<Raw<'a>, Refusal> {
    let mut raw = Raw::default();
    // From the back, so that the first of a repeated key counts.
    for (key, value) in cx.object(json, path)?.iter().rev() {
        if *value == Json::Null {
            continue;
        }
        let at = path.key(key);
        match key.as_str() {
            "type" => raw.type_name = Some(string(value, &at)?),
            "format" => raw.format = Some(string(value, &at)?).filter(|format| !format.is_empty()),
            "$ref" => raw.reference = Some(string(value, &at)?),
            "items" => raw.items = Some(value),
            "properties" => raw.properties = Some(value),
            "additionalProperties" => raw.additional = Some(value),
            "title" => raw.title = string(value, &at)?,
            "description" => raw.description = string(value, &at)?,
            "required" => raw.required = flag(value, &at)?,
            "deprecated" => raw.deprecated = flag(value, &at)?,
            "isFileTransferUrl" => raw.file_url = flag(value, &at)?,
            "enum" => raw.values = Some(value),
            "enumValueTitles" => raw.value_titles = Some(value),
            "example" => raw.example = Some(value),
            "default" => raw.default = Some(value),
            "pattern" => raw.pattern = Some(string(value, &at)?),
            "minimum" => raw.limits.minimum = Some(value),
            "maximum" => raw.limits.maximum = Some(value),
            "exclusiveMinimum" => raw.limits.above = flag(value, &at)?,
            "exclusiveMaximum" => raw.limits.below = flag(value, &at)?,
            "minLength" => raw.limits.min_length = Some(value),
            "maxLength" => raw.limits.max_length = Some(value),
            "minItems" => raw.limits.min_items = Some(value),
            "maxItems" => raw.limits.max_items = Some(value),
            key if NOT_CARRIED.contains(&key) => {}
            key => cx.unknown_key("a schema", key, &at),
        }
    }
    Ok(raw)
}

/// Keys that say nothing about the wire; `docs/import.md` has the reasons.
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
];

/// The description, or the title where there is none.
fn describe(raw: &Raw<'_>) -> String {
    let mut text = clean(raw.description);
    if text.is_empty() {
        text = clean(raw.title);
    }
    if raw.file_url {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str("Takes the URL of a file that the service can read.");
    }
    text
}

fn read_kind<'a>(
    cx: &mut Context<'a>,
    raw: &Raw<'a>,
    path: &Path<'_>,
    side: Side,
) -> Result<Kind, Refusal> {
    if let Some(reference) = raw.reference {
        return Ok(read_reference(cx, reference, path));
    }
    let kind = match raw.type_name.unwrap_or_default() {
        "string" => read_string(cx, raw, path),
        "integer" => match raw.format {
            Some("int32") => Kind::Int32,
            None | Some("int64") => Kind::Int64,
            Some(format) => ignored_format(cx, format, "an integer", Kind::Int64, path),
        },
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        "array" => return read_array(cx, raw, path, side),
        "object" => return read_object(cx, raw, path, side),
        "any" => Kind::Any,
        "" if raw.properties.is_some() || raw.additional.is_some() => {
            return read_object(cx, raw, path, side);
        }
        "" if raw.items.is_some() => return read_array(cx, raw, path, side),
        "" => Kind::Any,
        other => {
            cx.find(
                Rule::TypeUnknown,
                path,
                format!("`{other}` is no type; any JSON is taken"),
            );
            Kind::Any
        }
    };
    contradiction(cx, raw.items.is_some(), "items", path);
    contradiction(cx, raw.properties.is_some(), "properties", path);
    contradiction(cx, raw.additional.is_some(), "additionalProperties", path);
    Ok(kind)
}

fn contradiction(cx: &mut Context<'_>, found: bool, key: &str, path: &Path<'_>) {
    if found {
        cx.find(
            Rule::ContradictoryType,
            &path.key(key),
            format!("`{key}` does not go with the type, which counts"),
        );
    }
}

fn read_reference(cx: &mut Context<'_>, reference: &str, path: &Path<'_>) -> Kind {
    let name = reference.strip_prefix(REF_PREFIX);
    if let Some(name) = name.and_then(|name| cx.component_names.get(name)) {
        return Kind::Ref(name.clone());
    }
    cx.find(
        Rule::DanglingRefAny,
        path,
        format!("`{reference}` leads nowhere; any JSON is taken"),
    );
    Kind::Any
}

fn read_string(cx: &mut Context<'_>, raw: &Raw<'_>, path: &Path<'_>) -> Kind {
    match raw.format {
        None => Kind::String,
        Some("iso8601" | "iso8601_normal" | "date-time" | "date" | "time") => Kind::DateTime,
        // Bytes stay bytes only where they are a whole body; the readers of bodies look at the format themselves.
        Some("binary" | "byte") => {
            cx.find(
                Rule::BinaryAsText,
                path,
                "bytes inside a text format travel as text",
            );
            Kind::String
        }
        Some(format) => ignored_format(cx, format, "a string", Kind::String, path),
    }
}

fn ignored_format(
    cx: &mut Context<'_>,
    format: &str,
    of: &str,
    kind: Kind,
    path: &Path<'_>,
) -> Kind {
    cx.find(
        Rule::FormatIgnored,
        path,
        format!("format `{format}` means nothing for {of}"),
    );
    kind
}

fn read_array<'a>(
    cx: &mut Context<'a>,
    raw: &Raw<'a>,
    path: &Path<'_>,
    side: Side,
) -> Result<Kind, Refusal> {
    contradiction(cx, raw.properties.is_some(), "properties", path);
    let items = match raw.items {
        Some(items) => read(cx, items, &path.key("items"), side)?.schema,
        None => Schema::default(),
    };
    Ok(Kind::Array(Box::new(items)))
}

fn read_object<'a>(
    cx: &mut Context<'a>,
    raw: &Raw<'a>,
    path: &Path<'_>,
    side: Side,
) -> Result<Kind, Refusal> {
    contradiction(cx, raw.items.is_some(), "items", path);
    let mut properties = IndexMap::new();
    if let Some(json) = raw.properties {
        let path = path.key("properties");
        for (name, value) in cx.object(json, &path)? {
            let at = path.key(name);
            check_name(name, &at)?;
            if properties.contains_key(name.as_str()) {
                continue;
            }
            let Read { schema, required } = read(cx, value, &at, side)?;
            properties.insert(name.clone(), Property { schema, required });
        }
    }
    if !properties.is_empty() {
        contradiction(cx, raw.additional.is_some(), "additionalProperties", path);
        return Ok(Kind::Object(properties));
    }
    let value = match raw.additional {
        Some(Json::Bool(_)) | None => Schema::default(),
        Some(value) => read(cx, value, &path.key("additionalProperties"), side)?.schema,
    };
    Ok(Kind::Map(Box::new(value)))
}

/// A name can be almost anything, but not nothing.
pub(super) fn check_name(name: &str, path: &Path<'_>) -> Result<(), Refusal> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(Refusal::new(
            path,
            format!("{name:?} cannot be a name; expected visible characters"),
        ));
    }
    Ok(())
}

/// The entries of `components.schemas`, by name.
pub(super) fn component_entries<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
) -> Result<&'a [(String, Json)], Refusal> {
    let Some(components) = document.get("components") else {
        return Ok(&[]);
    };
    let at = Path::ROOT.key("components");
    let mut schemas: &[(String, Json)] = &[];
    for (key, value) in cx.object(components, &at)? {
        if key == "schemas" {
            schemas = cx.object(value, &at.key(key))?;
        } else {
            cx.unknown_key("`components`", key, &at.key(key));
        }
    }
    Ok(schemas)
}

/// Whether the schema says that it is bytes.
pub(super) fn is_bytes(json: &Json) -> bool {
    let is = |key: &str, expected: &[&str]| matches!(json.get(key), Some(Json::String(text)) if expected.contains(&text.as_str()));
    is("type", &["string"]) && is("format", &["binary", "byte"])
}

/// The declared type, for decisions before a schema is read.
pub(super) fn type_name(json: &Json) -> &str {
    match json.get("type") {
        Some(Json::String(text)) => text,
        _ => "",
    }
}

/// Enum values as upstream lists them.
pub(super) fn value_list<'a>(json: &'a Json, path: &Path<'_>) -> Result<&'a [Json], Refusal> {
    array(json, path)
}
