//! The error codes of an operation.

use super::context::{Context, array, string};
use super::text::clean;
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::ErrorCode;

/// Reads `errorCodes`: lists of codes by HTTP status.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    json: Option<&'a Json>,
    path: &JsonPath<'_>,
) -> Result<Vec<ErrorCode>, Refusal> {
    let mut errors: Vec<ErrorCode> = Vec::new();
    let Some(json) = json else {
        return Ok(errors);
    };
    for (status, list) in cx.object(json, path)? {
        let by_status = path.key(status);
        let number = status
            .trim()
            .parse::<u16>()
            .ok()
            .filter(|number| (200..600).contains(number));
        if number.is_none() {
            cx.find(
                Rule::ErrorCodeIgnored,
                &by_status,
                format!(
                    "invalid HTTP status {status:?}; its error codes are kept without a status"
                ),
            );
        }
        for (index, item) in array(list, &by_status)?.iter().enumerate() {
            let at = by_status.index(index);
            if let Some(error) = read_error(cx, item, number, &at)? {
                let known = errors
                    .iter()
                    .any(|known| known.code == error.code && known.status == error.status);
                if !known {
                    errors.push(error);
                }
            }
        }
    }
    Ok(errors)
}

fn read_error<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    status: Option<u16>,
    path: &JsonPath<'_>,
) -> Result<Option<ErrorCode>, Refusal> {
    let (mut code, mut message, mut description) = ("", "", "");
    for (key, value) in cx.object(json, path)?.iter().rev() {
        let at = path.key(key);
        match key.as_str() {
            "errorCode" => code = string(value, &at)?,
            "errorMessage" => message = string(value, &at)?,
            "description" => description = string(value, &at)?,
            key => cx.unknown_key("an error code", key, &at),
        }
    }
    let code: String = clean(code).split_whitespace().collect::<Vec<_>>().join(" ");
    if code.is_empty() || code == "%s" {
        cx.find(
            Rule::ErrorCodeIgnored,
            path,
            format!("invalid error code {code:?}"),
        );
        return Ok(None);
    }
    let text = if description.trim().is_empty() {
        message
    } else {
        description
    };
    Ok(Some(ErrorCode {
        code,
        status,
        description: clean(text),
    }))
}
