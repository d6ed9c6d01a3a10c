//! The output of an operation, read from a response.

use super::{Response, error_body};
use crate::error::{Error, Result};
use crate::operation::{Operation, ResponseBody};
use alibabacloud_types::plumbing::{Field, Slot, ValueRef, decode_root};

/// Reads the output of `operation` from a response.
///
/// # Errors
/// If the body is not what the operation returns; the error holds the body.
pub(crate) fn read_output<O: Field + Default>(
    operation: &'static Operation,
    response: Response<()>,
) -> Result<Response<O>> {
    let mut output = O::default();
    let name = || operation.qualified_name();
    let response = read_into(operation.response_body, name, response, &mut output)?;
    Ok(response.with_output(output))
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
    if let Err(error) = decode_body(kind, response.raw_body(), output) {
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

fn decode_body(kind: ResponseBody, body: &[u8], output: &mut dyn Field) -> Result<()> {
    match kind {
        ResponseBody::Json if body.trim_ascii().is_empty() => Ok(()),
        ResponseBody::Json => decode_root(body, output).map_err(|error| {
            let message = error_body::html_page(body)
                .unwrap_or_else(|| format!("cannot read the response: {error}"));
            Error::decode(message).caused_by(error)
        }),
        ResponseBody::Raw => copy_body(body, output),
        ResponseBody::Events => Err(Error::decode(
            "the operation returns events; read them with `send_stream`",
        )),
    }
}

/// Copies the body unchanged, as text or bytes according to the type of the output.
fn copy_body(body: &[u8], output: &mut dyn Field) -> Result<()> {
    match output.slot() {
        Slot::Bytes(bytes) => bytes.extend_from_slice(body),
        Slot::Text(text) => {
            let body = std::str::from_utf8(body).map_err(|error| {
                Error::decode("cannot read the response: expected text in UTF-8").caused_by(error)
            })?;
            text.push_str(body);
        }
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
    let ValueRef::Record(record) = output.value() else {
        return None;
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
