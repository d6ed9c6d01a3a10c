//! Published responses to [`Response`].

use super::context::Context;
use super::schema::{self, Side, is_bytes, type_name};
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::{Kind, Response};

/// A candidate for the successful response of an operation.
struct SuccessResponse<'a> {
    code: &'a str,
    schema: Option<&'a Json>,
}

/// Reads the successful response of an operation: 200 if it has a schema, else the lowest 2xx that
/// has one.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: Option<&'a Json>,
    operation: &JsonPath<'_>,
    produces: &[&str],
    schemes: &[&str],
) -> Result<Response, Refusal> {
    let path = operation.key("responses");
    let mut responses = match json {
        Some(json) => successful(cx, json, &path)?,
        None => Vec::new(),
    };
    responses.sort_by_key(|response| {
        (
            response.schema.is_none(),
            response.code != "200",
            response.code,
        )
    });
    let Some(response) = responses.first() else {
        cx.find(
            Rule::ResponseMissing,
            &path,
            "no 2xx response; taken as empty",
        );
        return Ok(Response::Empty);
    };
    let with_schema = responses
        .iter()
        .filter(|response| response.schema.is_some());
    if with_schema.count() > 1 {
        cx.find(
            Rule::ResponsesMerged,
            &path,
            format!(
                "several 2xx responses have a schema; {} is used",
                response.code
            ),
        );
    }
    let Some(schema) = response.schema else {
        return Ok(Response::Empty);
    };
    let code = path.key(response.code);
    read_body(cx, schema, &code.key("schema"), produces, schemes)
}

fn successful<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
) -> Result<Vec<SuccessResponse<'a>>, Refusal> {
    let mut responses = Vec::new();
    for (code, value) in cx.object(json, path)? {
        let at = path.key(code);
        if !is_code(code) {
            cx.find(
                Rule::ResponseCodeUnknown,
                &at,
                format!("invalid status code {code:?}"),
            );
            continue;
        }
        let mut response = SuccessResponse { code, schema: None };
        for (key, part) in cx.object(value, &at)? {
            match key.as_str() {
                "schema" => response.schema = Some(part).filter(|part| has_content(part)),
                "headers" => {
                    if !cx.object(part, &at.key(key))?.is_empty() {
                        cx.find(
                            Rule::ResponseHeadersNotModelled,
                            &at.key(key),
                            "response headers are available by name only",
                        );
                    }
                }
                "description" | "examples" => {}
                key => cx.unknown_key("a response", key, &at.key(key)),
            }
        }
        if code.starts_with('2') {
            responses.push(response);
        }
    }
    Ok(responses)
}

fn is_code(code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let wild = code.bytes().filter(|b| matches!(b, b'x' | b'X')).count();
    code.len() == 3 && digits >= 1 && digits + wild == 3
}

/// Returns whether a schema has any content; `{}` has none.
fn has_content(json: &Json) -> bool {
    !matches!(json, Json::Null)
        && !matches!(json, Json::Object(entries) if entries.is_empty())
        && !matches!(json, Json::Array(items) if items.is_empty())
}

fn read_body<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    path: &JsonPath<'_>,
    produces: &[&str],
    schemes: &[&str],
) -> Result<Response, Refusal> {
    let bytes =
        is_bytes(json) || (type_name(json) == "string" && produces == ["application/octet-stream"]);
    if bytes {
        return Ok(Response::Binary);
    }
    let schema = schema::read(cx, json, path, Side::Response)?.schema;
    if schemes.contains(&"sse") {
        return Ok(Response::Events(schema));
    }
    Ok(match schema.kind {
        Kind::String | Kind::Enum(_) | Kind::DateTime => Response::Text,
        _ => Response::Json(schema),
    })
}
