//! Published parameters to [`Parameter`].

use super::context::{Context, array, flag, string, text};
use super::schema::{self, Read, Side, check_name, is_bytes, type_name};
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::{Kind, Parameter, ParameterPlace, ParameterStyle, Schema};

/// The parameters of one operation, and why it cannot be sent, if it cannot.
#[derive(Default)]
pub(super) struct Parameters {
    /// In the published order, merged.
    pub list: Vec<Parameter>,
    /// Features that core does not support, each as a sentence.
    pub unsupported: Vec<String>,
}

/// The parameter that every regional operation has.
const REGION: &str = "RegionId";

/// Where the metadata places a parameter.
enum Location {
    In(ParameterPlace),
    Host,
}

/// Reads the list `parameters` of an operation.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
    consumes: &[&str],
) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::default();
    for (index, item) in array(json, path)?.iter().enumerate() {
        let at = path.index(index);
        if let Some(parameter) = read_one(cx, item, &at, consumes, &mut parameters.unsupported)? {
            add(cx, parameter, &at, &mut parameters.list);
        }
    }
    check_bodies(&mut parameters);
    Ok(parameters)
}

fn read_one<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
    consumes: &[&str],
    unsupported: &mut Vec<String>,
) -> Result<Option<Parameter>, Refusal> {
    let mut name = "";
    let mut location = None;
    let mut style = None;
    let mut definition = None;
    let mut description = "";
    let mut required = false;
    for (key, value) in cx.object(json, path)?.iter().rev() {
        if *value == Json::Null {
            continue;
        }
        let at = path.key(key);
        match key.as_str() {
            "name" => name = string(value, &at)?,
            "in" => location = Some(read_location(string(value, &at)?, &at)?),
            "style" => style = Some(string(value, &at)?).filter(|style| !style.is_empty()),
            "schema" => definition = Some(value),
            "description" => description = text(cx, value, &at),
            "required" => required = flag(value, &at)?,
            "allowEmptyValue" | "examples" | "type" => {}
            key => cx.unknown_key("a parameter", key, &at),
        }
    }
    check_name(name, &path.key("name"))?;
    let name = name.trim();
    let place = match location {
        Some(Location::In(place)) => place,
        Some(Location::Host) => {
            unsupported.push(format!("`{name}` is part of the host name"));
            return Ok(None);
        }
        None => return Err(Refusal::new(path, "missing key `in`")),
    };
    if place == ParameterPlace::Header && left_out_header(cx, name, path, unsupported) {
        return Ok(None);
    }
    let at = path.key("schema");
    let mut read = match definition {
        Some(definition)
            if place == ParameterPlace::Body && is_bytes_body(definition, consumes) =>
        {
            schema::read_bytes(cx, definition, &at)?
        }
        Some(definition) => schema::read(cx, definition, &at, Side::Request)?,
        None => Read {
            schema: Schema {
                kind: Kind::String,
                ..Schema::default()
            },
            required: false,
        },
    };
    if name == REGION && matches!(read.schema.kind, Kind::Enum(_)) {
        let message = "the regions are those of the endpoints, whatever values are listed here";
        cx.find(Rule::RegionEnumIgnored, &at.key("enum"), message.to_owned());
        read.schema.kind = Kind::String;
    }
    if read.schema.description.is_empty() {
        read.schema.description = super::text::clean(description);
    }
    let style = match place {
        ParameterPlace::Body => body_style(&mut read.schema, style, name, unsupported),
        ParameterPlace::Query | ParameterPlace::Form => listed_style(
            cx,
            &read.schema,
            style,
            name,
            &path.key("style"),
            unsupported,
        ),
        ParameterPlace::Header if !is_scalar(cx, &read.schema) => ParameterStyle::Json,
        ParameterPlace::Header => ParameterStyle::Plain,
        ParameterPlace::Path => {
            path_kind(cx, &mut read.schema, &at);
            ParameterStyle::Plain
        }
    };
    Ok(Some(Parameter {
        name: name.to_owned(),
        place,
        style,
        required: read.required || required || place == ParameterPlace::Path,
        schema: read.schema,
    }))
}

fn read_location(text: &str, path: &JsonPath<'_>) -> Result<Location, Refusal> {
    Ok(match text {
        "query" => Location::In(ParameterPlace::Query),
        "formData" => Location::In(ParameterPlace::Form),
        "path" => Location::In(ParameterPlace::Path),
        "header" => Location::In(ParameterPlace::Header),
        "body" => Location::In(ParameterPlace::Body),
        "host" => Location::Host,
        other => {
            return Err(Refusal::new(
                path,
                format!("expected query, formData, path, header, body or host, found `{other}`"),
            ));
        }
    })
}

/// Headers that the client writes itself; a value from the caller could only break the signature.
const CORE_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "host",
    "user-agent",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-security-token",
    "x-acs-signature-nonce",
    "x-acs-version",
    "x-fc-date",
];

fn left_out_header(
    cx: &mut Context<'_>,
    name: &str,
    path: &JsonPath<'_>,
    unsupported: &mut Vec<String>,
) -> bool {
    if name.ends_with('*') {
        unsupported.push(format!("`{name}` is any number of headers"));
        return true;
    }
    let core = CORE_HEADERS.contains(&name.to_ascii_lowercase().as_str());
    if core {
        cx.find(
            Rule::CoreHeaderRemoved,
            path,
            format!("the client writes the header `{name}` itself"),
        );
    }
    core
}

/// Returns whether a body is bytes, by its schema or the content type.
fn is_bytes_body(definition: &Json, consumes: &[&str]) -> bool {
    let binary = consumes.contains(&"application/octet-stream");
    is_bytes(definition) || (binary && type_name(definition) == "string")
}

/// Returns the style of a body: raw for bytes, else JSON. A body of type string holds any JSON.
fn body_style(
    schema: &mut Schema,
    style: Option<&str>,
    name: &str,
    unsupported: &mut Vec<String>,
) -> ParameterStyle {
    if style == Some("xml") {
        unsupported.push(format!("the body `{name}` is XML"));
    }
    if schema.kind == Kind::Binary {
        return ParameterStyle::Raw;
    }
    if matches!(schema.kind, Kind::String | Kind::Enum(_) | Kind::DateTime) {
        let description = std::mem::take(&mut schema.description);
        let example = schema.example.take().filter(|example| {
            let text = example.as_str().unwrap_or_default();
            serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| !value.is_string())
        });
        *schema = Schema {
            description,
            example: example
                .and_then(|text| serde_json::from_str(text.as_str().unwrap_or_default()).ok()),
            deprecated: schema.deprecated,
            ..Schema::default()
        };
    }
    ParameterStyle::Json
}

/// Returns whether a value is a scalar, as far as the shared schema behind a reference shows.
fn is_scalar(cx: &Context<'_>, schema: &Schema) -> bool {
    let scalar_types = ["string", "integer", "number", "boolean"];
    match &schema.kind {
        Kind::Ref(target) => cx
            .components
            .get(target.as_str())
            .is_some_and(|json| scalar_types.contains(&type_name(json))),
        kind => kind.is_scalar(),
    }
}

/// Makes sure that a path parameter is a scalar; anything else becomes a string.
pub(super) fn path_kind(cx: &mut Context<'_>, schema: &mut Schema, path: &JsonPath<'_>) {
    if schema.kind.is_scalar() && schema.kind != Kind::Binary {
        return;
    }
    cx.find(
        Rule::ContradictoryType,
        path,
        format!(
            "a path cannot contain {}; replaced by a string",
            schema.kind.describe()
        ),
    );
    *schema = Schema {
        kind: Kind::String,
        description: std::mem::take(&mut schema.description),
        deprecated: schema.deprecated,
        ..Schema::default()
    };
}

/// Returns the style of a query or form parameter.
fn listed_style(
    cx: &mut Context<'_>,
    schema: &Schema,
    style: Option<&str>,
    name: &str,
    path: &JsonPath<'_>,
    unsupported: &mut Vec<String>,
) -> ParameterStyle {
    if schema.kind == Kind::Any {
        return ParameterStyle::Json;
    }
    if is_scalar(cx, schema) {
        // A JSON style on a string means that the string holds JSON; the request is the same.
        if style.is_some_and(|style| style != "json") {
            cx.find(
                Rule::StyleOnScalar,
                path,
                format!("`{name}` is a scalar, for which a style has no meaning"),
            );
        }
        return ParameterStyle::Plain;
    }
    match style {
        Some("repeatList") => ParameterStyle::RepeatList,
        Some("flat") => ParameterStyle::Flat,
        Some("json") => ParameterStyle::Json,
        Some("simple") => simple_style(schema, name, unsupported),
        Some(other) => {
            unsupported.push(format!("`{name}` is written in the style `{other}`"));
            ParameterStyle::Json
        }
        None => {
            cx.find(
                Rule::StyleMissing,
                path,
                format!("`{name}` has no style; written as `flat`"),
            );
            ParameterStyle::Flat
        }
    }
}

/// Returns the comma-separated style, which only arrays of scalars can have.
fn simple_style(schema: &Schema, name: &str, unsupported: &mut Vec<String>) -> ParameterStyle {
    let fits = match &schema.kind {
        Kind::Array(items) => items.kind.is_scalar(),
        _ => false,
    };
    if fits {
        return ParameterStyle::Simple;
    }
    unsupported.push(format!(
        "`{name}` is comma-separated but not a list of scalars"
    ));
    ParameterStyle::Json
}

/// Adds a parameter, or merges it with one of the same name.
fn add(cx: &mut Context<'_>, parameter: Parameter, path: &JsonPath<'_>, list: &mut Vec<Parameter>) {
    let Some(known) = list.iter_mut().find(|known| known.name == parameter.name) else {
        list.push(parameter);
        return;
    };
    if known.place == parameter.place {
        let conflict = known.schema.kind != parameter.schema.kind || known.style != parameter.style;
        let detail = if conflict {
            "; the types differ, the first wins"
        } else {
            ""
        };
        cx.find(
            Rule::DuplicateParameterMerged,
            path,
            format!("`{}` is listed twice{detail}", parameter.name),
        );
        known.required |= parameter.required;
        if known.schema.description.is_empty() {
            known.schema.description = parameter.schema.description;
        }
        if known.schema.example.is_none() && !conflict {
            known.schema.example = parameter.schema.example;
        }
    } else {
        cx.find(
            Rule::ParameterAtTwoPlaces,
            path,
            format!(
                "`{}` is at two places; the first of path, query, form, header, body wins",
                parameter.name
            ),
        );
        let required = known.required || parameter.required;
        if rank(parameter.place) < rank(known.place) {
            *known = parameter;
        }
        known.required = required;
    }
}

fn rank(place: ParameterPlace) -> usize {
    match place {
        ParameterPlace::Path => 0,
        ParameterPlace::Query => 1,
        ParameterPlace::Form => 2,
        ParameterPlace::Header => 3,
        ParameterPlace::Body => 4,
    }
}

/// Checks that there is at most one body, which is either a form or not.
fn check_bodies(parameters: &mut Parameters) {
    let count = |place| {
        parameters
            .list
            .iter()
            .filter(|parameter| parameter.place == place)
            .count()
    };
    let (bodies, fields) = (count(ParameterPlace::Body), count(ParameterPlace::Form));
    if bodies > 1 {
        parameters
            .unsupported
            .push("there are several bodies".to_owned());
    }
    if bodies > 0 && fields > 0 {
        parameters
            .unsupported
            .push("there is a form and another body".to_owned());
    }
    if bodies > 1 || (bodies > 0 && fields > 0) {
        keep_one_body(&mut parameters.list);
    }
}

/// Keeps the first body, so that its types are generated, and removes what cannot accompany it.
fn keep_one_body(list: &mut Vec<Parameter>) {
    let mut seen = false;
    list.retain(|parameter| match parameter.place {
        ParameterPlace::Body => !std::mem::replace(&mut seen, true),
        ParameterPlace::Form => false,
        _ => true,
    });
}
