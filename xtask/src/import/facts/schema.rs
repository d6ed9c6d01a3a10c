//! Published schemas to [`Schema`].

use super::context::Context;
use super::literal;
use super::raw_schema::{self, RawSchema};
use super::text::schema_description;
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::{Kind, Property, Schema};
use indexmap::IndexMap;

/// Where a schema is used; decides what `required` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// In a request, or shared.
    Request,
    /// In a response, where properties marked as required may still be missing.
    Response,
}

/// A schema and the flag that the metadata keeps beside it.
pub(super) struct Read {
    /// The type with its documentation.
    pub schema: Schema,
    /// `required`, a boolean on the property itself.
    pub required: bool,
}

/// The start of each reference to a shared schema.
pub(super) const REF_PREFIX: &str = "#/components/schemas/";

/// Reads one schema and all schemas below it.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
    side: Side,
) -> Result<Read, Refusal> {
    let raw = raw_schema::read(cx, json, path)?;
    let kind = read_kind(cx, &raw, path, side)?;
    let mut schema = Schema {
        kind,
        description: schema_description(raw.description, raw.title, raw.file_url),
        deprecated: raw.deprecated,
        sensitive: raw.sensitive,
        ..Schema::default()
    };
    literal::read_values(cx, &raw, &mut schema, path)?;
    literal::read_limits(cx, &raw, &mut schema, path);
    // Documentation must not show a secret.
    if !raw.sensitive {
        literal::read_examples(cx, &raw, &mut schema, path);
    }
    Ok(Read {
        schema,
        required: raw.required && side == Side::Request,
    })
}

/// Reads the schema of a body that is bytes as a whole.
pub(super) fn read_bytes<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
) -> Result<Read, Refusal> {
    let raw = raw_schema::read(cx, json, path)?;
    Ok(Read {
        schema: Schema {
            kind: Kind::Binary,
            description: schema_description(raw.description, raw.title, raw.file_url),
            deprecated: raw.deprecated,
            ..Schema::default()
        },
        required: raw.required,
    })
}

fn read_kind<'a>(
    cx: &mut Context<'a>,
    raw: &RawSchema<'a>,
    path: &JsonPath<'_>,
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
                format!("unknown type `{other}`; replaced by any JSON"),
            );
            Kind::Any
        }
    };
    contradiction(cx, raw.items.is_some(), "items", path);
    contradiction(cx, raw.properties.is_some(), "properties", path);
    contradiction(cx, raw.additional.is_some(), "additionalProperties", path);
    Ok(kind)
}

fn contradiction(cx: &mut Context<'_>, found: bool, key: &str, path: &JsonPath<'_>) {
    if found {
        cx.find(
            Rule::ContradictoryType,
            &path.key(key),
            format!("`{key}` does not fit the type; ignored"),
        );
    }
}

fn read_reference(cx: &mut Context<'_>, reference: &str, path: &JsonPath<'_>) -> Kind {
    let name = reference.strip_prefix(REF_PREFIX);
    let unescaped = name.map(unescaped_name).unwrap_or_default();
    let found = name.and_then(|name| cx.component_names.get(name));
    if let Some(name) = found.or_else(|| cx.component_names.get(unescaped.as_str())) {
        return Kind::Ref(name.clone());
    }
    cx.find(
        Rule::DanglingRefAny,
        path,
        format!("`{reference}` does not exist; replaced by any JSON"),
    );
    Kind::Any
}

/// Returns a name in a reference without the escapes of a URI (`%3C`) and of a JSON pointer (`~1`
/// for a slash, `~0` for a tilde).
pub(crate) fn unescaped_name(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = match (first, tail) {
            (b'%', [high, low, ..]) => char::from(*high)
                .to_digit(16)
                .zip(char::from(*low).to_digit(16))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
            _ => None,
        };
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &tail[2..] } else { tail };
    }
    let name = String::from_utf8_lossy(&bytes);
    name.replace("~1", "/").replace("~0", "~")
}

fn read_string(cx: &mut Context<'_>, raw: &RawSchema<'_>, path: &JsonPath<'_>) -> Kind {
    match raw.format {
        None => Kind::String,
        Some("iso8601" | "iso8601_normal" | "date-time" | "date" | "time") => Kind::DateTime,
        // Only a whole body can be bytes; the readers of bodies check the format themselves.
        Some("binary" | "byte") => {
            cx.find(
                Rule::BinaryAsText,
                path,
                "bytes inside a text format; sent as text",
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
    path: &JsonPath<'_>,
) -> Kind {
    cx.find(
        Rule::FormatIgnored,
        path,
        format!("format `{format}` has no meaning for {of}"),
    );
    kind
}

fn read_array<'a>(
    cx: &mut Context<'a>,
    raw: &RawSchema<'a>,
    path: &JsonPath<'_>,
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
    raw: &RawSchema<'a>,
    path: &JsonPath<'_>,
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

/// Checks a name: it can be almost anything but empty.
pub(super) fn check_name(name: &str, path: &JsonPath<'_>) -> Result<(), Refusal> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(Refusal::new(
            path,
            format!("invalid name {name:?}: expected visible characters"),
        ));
    }
    Ok(())
}

/// Returns the entries of `components.schemas`.
pub(super) fn component_entries<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
) -> Result<&'a [(String, Json)], Refusal> {
    let Some(components) = document.get("components") else {
        return Ok(&[]);
    };
    let at = JsonPath::ROOT.key("components");
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

/// Returns whether a published schema declares bytes.
pub(super) fn is_bytes(json: &Json) -> bool {
    let is = |key: &str, expected: &[&str]| matches!(json.get(key), Some(Json::String(text)) if expected.contains(&text.as_str()));
    is("type", &["string"]) && is("format", &["binary", "byte"])
}

/// Returns the declared type, for decisions before the schema is read.
pub(super) fn type_name(json: &Json) -> &str {
    match json.get("type") {
        Some(Json::String(text)) => text,
        _ => "",
    }
}
