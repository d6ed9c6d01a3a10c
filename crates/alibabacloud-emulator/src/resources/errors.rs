//! Errors of operations on resources.

use super::model::Kind;
use crate::api_error::ApiError;
use alibabacloud_spec::Operation;

/// Returns the error of a resource that does not exist.
pub(super) fn not_found(operation: &Operation, kind: &Kind, key: &str) -> ApiError {
    let code = kind.id.first().map(|id| format!("Invalid{id}.NotFound"));
    let code = kind.not_found.clone().or(code).unwrap_or_default();
    let message = format!("The {} {key} does not exist.", kind.name);
    error(operation, &code, message)
}

/// Returns an error with the status that the specification has for its code, unless the code begins
/// with another.
pub(super) fn error(operation: &Operation, code: &str, message: String) -> ApiError {
    let (status, code) = match code.split_once(' ') {
        Some((status, code)) => (status.parse().ok(), code),
        None => (None, code),
    };
    let mut known = operation.errors.iter();
    let known = known.find(|known| known.code == code);
    let known = known.and_then(|known| known.status);
    let guess = match code {
        _ if code.contains("NotFound") || code.contains("NotExist") => 404,
        _ if code.contains("AlreadyExist") || code.contains("Conflict") => 409,
        _ => 403,
    };
    let status = status.or(known).unwrap_or(guess);
    ApiError::new(status, code.to_owned(), message)
}
