//! The error codes of an operation.

use super::context::{Context, array, text};
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
    if let Json::Array(items) = json {
        read_list(cx, items, path, &mut errors)?;
        return Ok(errors);
    }
    for (status, list) in cx.object(json, path)? {
        let by_status = path.key(status);
        let number = read_status(status);
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
            add(&mut errors, read_error(cx, item, number, &at)?);
        }
    }
    Ok(errors)
}

/// Reads a list in which each error code has its own status, as products have it.
fn read_list<'a>(
    cx: &mut Context<'a>,
    items: &'a [Json],
    path: &JsonPath<'_>,
    errors: &mut Vec<ErrorCode>,
) -> Result<(), Refusal> {
    for (index, item) in items.iter().enumerate() {
        let at = path.index(index);
        let error = read_error(cx, item, None, &at)?;
        add(errors, error);
    }
    Ok(())
}

fn add(errors: &mut Vec<ErrorCode>, error: Option<ErrorCode>) {
    let is_new = |error: &ErrorCode| {
        !errors
            .iter()
            .any(|known| known.code == error.code && known.status == error.status)
    };
    errors.extend(error.filter(is_new));
}

fn read_status(text: &str) -> Option<u16> {
    let number = text.trim().parse::<u16>().ok();
    number.filter(|number| (200..600).contains(number))
}

fn read_error<'a>(
    cx: &mut Context<'a>,
    json: &'a Json,
    mut status: Option<u16>,
    path: &JsonPath<'_>,
) -> Result<Option<ErrorCode>, Refusal> {
    let mut code = String::new();
    let (mut message, mut description) = ("", "");
    for (key, value) in cx.object(json, path)?.iter().rev() {
        let at = path.key(key);
        match key.as_str() {
            "errorCode" | "code" => code = value.scalar_text().unwrap_or_default(),
            "errorMessage" | "message" => message = text(cx, value, &at),
            "description" => description = text(cx, value, &at),
            "http_code" | "httpCode" | "status" => {
                let own = value.scalar_text().and_then(|text| read_status(&text));
                status = status.or(own);
            }
            key => cx.unknown_key("an error code", key, &at),
        }
    }
    let code: String = clean(&code)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if code.is_empty() || code == "%s" {
        cx.find(
            Rule::ErrorCodeIgnored,
            path,
            format!("invalid error code {code:?}"),
        );
        return Ok(None);
    }
    let prose = if description.trim().is_empty() {
        message
    } else {
        description
    };
    Ok(Some(ErrorCode {
        code,
        status,
        description: clean(prose),
    }))
}
