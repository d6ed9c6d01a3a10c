//! The output of an operation, read from a response.

use super::{Response, ResponseParts, error_body};
use crate::error::{Error, Result};
use crate::http::Headers;
use crate::operation::{Operation, ResponseBody};
use alibabacloud_types::plumbing::{Field, Slot, ValueRef, decode_within};
use serde_json::Value;

/// Reads the output of `operation` from a response.
///
/// # Errors
/// If the body is not what the operation returns; the error holds the body.
pub(crate) fn read_output<O: Field + Default>(
    operation: &'static Operation,
    response: Response<()>,
) -> Result<Response<O>> {
    let mut output = O::default();
    let response = read_as(operation, response, &mut output)?;
    Ok(response.with_output(output))
}

/// Fills `output`, without a copy of this code for each type of an output.
fn read_as(
    operation: &'static Operation,
    response: Response<()>,
    output: &mut dyn Field,
) -> Result<Response<()>> {
    let name = || operation.qualified_name();
    read_into(operation.response_body, name, response, output)
}

/// Fills `output` from the body. An empty body leaves it unchanged: an operation may have no output
/// (204).
///
/// # Errors
/// If the body is not of this kind; the error holds the body.
pub(crate) fn read_into(
    kind: ResponseBody,
    operation: impl FnOnce() -> String,
    mut response: Response<()>,
    output: &mut dyn Field,
) -> Result<Response<()>> {
    if let Err(error) = decode_body(kind, response.parts(), output) {
        let parts = std::mem::take(response.parts_mut());
        let body = parts.body.0;
        let request_id = parts
            .request_id
            .or_else(|| error_body::request_id_in(&body));
        let error = match parts.endpoint {
            Some(endpoint) => error.at(&endpoint.to_string()),
            None => error,
        };
        return Err(error
            .with_response(parts.status, request_id, body)
            .on(operation(), parts.attempts));
    }
    if response.request_id().is_none() {
        response.parts_mut().request_id = request_id_of(output);
    }
    Ok(response)
}

fn decode_body(kind: ResponseBody, parts: &ResponseParts, output: &mut dyn Field) -> Result<()> {
    let body = &*parts.body.0;
    match kind {
        ResponseBody::Json if body.trim_ascii().is_empty() => Ok(()),
        ResponseBody::Json => {
            let what = "cannot read the response";
            decode_json(body, &parts.headers, parts.decode_limit, what, output)
        }
        ResponseBody::Raw => copy_body(body, &parts.headers, output),
        ResponseBody::Events => Err(Error::decode(
            "the operation returns events; read them with `send_stream`",
        )),
    }
}

/// Reads a JSON document into values that take at most `limit` bytes.
///
/// # Errors
/// If it is not the JSON that `output` holds. The message begins with `what` and names the kind of
/// document, if it is another one.
pub(crate) fn decode_json(
    json: &[u8],
    headers: &Headers,
    limit: usize,
    what: &str,
    output: &mut dyn Field,
) -> Result<()> {
    decode_within(json, output, limit).map_err(|error| {
        let message = match error_body::foreign_document(headers, json) {
            Some(document) => document,
            None if error.is_over_limit() => {
                format!("{what}: {error}; raise max_decoded_bytes to accept it")
            }
            None => format!("{what}: {error}"),
        };
        Error::decode(message).caused_by(error)
    })
}

/// Copies the body unchanged, as text or bytes according to the type of the output. In text, bytes
/// that are not UTF-8 become U+FFFD.
fn copy_body(body: &[u8], headers: &Headers, output: &mut dyn Field) -> Result<()> {
    match output.slot() {
        Slot::Bytes(bytes) => bytes.extend_from_slice(body),
        Slot::Text(text) => match error_body::encoding(headers) {
            Some(encoding) => return Err(Error::decode(encoding)),
            None => text.push_str(&String::from_utf8_lossy(body)),
        },
        _ => {
            return Err(Error::decode(
                "the response is text or bytes, but the output is neither",
            ));
        }
    }
    Ok(())
}

/// Returns the request ID among the fields of an output.
fn request_id_of(output: &dyn Field) -> Option<String> {
    let record = match output.value() {
        ValueRef::Record(record) => record,
        ValueRef::Json(Value::Object(body)) => return error_body::request_id_of(body),
        _ => return None,
    };
    let mut id = None;
    record.visit(&mut |name, field| {
        if let (true, ValueRef::Text(text)) =
            (error_body::REQUEST_ID.contains(&name), field.value())
        {
            id = Some(text.to_owned());
        }
    });
    id
}
