//! Errors of the gateway and of the services, with their codes.

use serde_json::Value;
use std::borrow::Cow;

/// An error response before it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The error code, such as `SignatureDoesNotMatch`.
    pub(crate) code: Cow<'static, str>,
    /// The error message.
    pub(crate) message: String,
    /// The value of `x-acs-retry-after`, in milliseconds.
    pub(crate) retry_after: Option<u64>,
    /// The value of `AccessDeniedDetail`, of a missing permission.
    pub(crate) access_denied: Option<Box<Value>>,
}

impl ApiError {
    pub(crate) fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after: None,
            access_denied: None,
        }
    }

    /// Creates the error of an account that sends too many requests.
    pub(crate) fn throttled(status: u16) -> Self {
        Self::new(
            status,
            "Throttling.User",
            "Request was denied due to user flow control.",
        )
    }

    /// Creates the error of a required parameter that is missing.
    pub(crate) fn missing(parameter: &str) -> Self {
        let code = format!("Missing{}", in_code(parameter));
        Self::new(
            400,
            code,
            format!("{parameter} is mandatory for this action."),
        )
    }

    /// Creates the error of a parameter with an invalid value.
    pub(crate) fn invalid(parameter: &str, why: impl std::fmt::Display) -> Self {
        let code = format!("Invalid{}", in_code(parameter));
        Self::new(
            400,
            code,
            format!("The parameter {parameter} is not valid: {why}."),
        )
    }

    /// Creates the error of parameters that the service, not the gateway, refuses.
    pub(crate) fn invalid_parameter(why: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameter", why)
    }

    /// Creates the error of a resource that does not exist.
    pub(crate) fn not_found(kind: &str, name: &str) -> Self {
        Self::new(
            404,
            format!("EntityNotExists.{kind}"),
            format!("The {kind} {name} does not exist."),
        )
    }

    /// Creates the error of a resource that already exists.
    pub(crate) fn exists(kind: &str, name: &str) -> Self {
        Self::new(
            409,
            format!("EntityAlreadyExists.{kind}"),
            format!("The {kind} {name} already exists."),
        )
    }

    /// Creates the error of an unknown operation.
    pub(crate) fn no_such_operation(what: &str) -> Self {
        Self::new(
            404,
            "InvalidApi.NotFound",
            format!("No API {what} is known here; check the name, the version and the method."),
        )
    }

    /// Creates the error of an incomplete or malformed authorization.
    pub(crate) fn incomplete_signature(why: &str) -> Self {
        Self::new(
            400,
            "IncompleteSignature",
            format!("The request signature does not conform to the standard: {why}."),
        )
    }

    /// Creates the error of a signature that differs from the computed one.
    pub(crate) fn signature_mismatch(string_to_sign: &str) -> Self {
        Self::new(
            400,
            "SignatureDoesNotMatch",
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
            ),
        )
    }
}

/// Removes dots and dashes, which codes do not contain.
fn in_code(parameter: &str) -> String {
    parameter
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_made_of_the_parameter_name() {
        assert_eq!(ApiError::missing("InstanceId").code, "MissingInstanceId");
        assert_eq!(
            ApiError::invalid("SystemDisk.Size", "not a number").code,
            "InvalidSystemDiskSize"
        );
    }
}
