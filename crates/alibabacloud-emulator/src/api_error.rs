//! Why a request is refused: the codes of the gateway and of the services.

use std::borrow::Cow;

/// An error answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    /// HTTP status.
    pub(crate) status: u16,
    /// Code, as `SignatureDoesNotMatch`.
    pub(crate) code: Cow<'static, str>,
    /// Text for people.
    pub(crate) message: String,
    /// Value of `x-acs-retry-after`, in milliseconds.
    pub(crate) retry_after: Option<u64>,
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
        }
    }

    /// A parameter that the operation demands is not there.
    pub(crate) fn missing(parameter: &str) -> Self {
        let code = format!("Missing{}", in_code(parameter));
        Self::new(
            400,
            code,
            format!("{parameter} is mandatory for this action."),
        )
    }

    /// A parameter is there and cannot be used.
    pub(crate) fn invalid(parameter: &str, why: impl std::fmt::Display) -> Self {
        let code = format!("Invalid{}", in_code(parameter));
        Self::new(
            400,
            code,
            format!("The parameter {parameter} is not valid: {why}."),
        )
    }

    /// The service, not the gateway, refuses the parameters.
    pub(crate) fn invalid_parameter(why: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameter", why)
    }

    /// Nothing of this kind has this name.
    pub(crate) fn not_found(kind: &str, name: &str) -> Self {
        Self::new(
            404,
            format!("EntityNotExists.{kind}"),
            format!("The {kind} {name} does not exist."),
        )
    }

    /// Something of this kind already has this name.
    pub(crate) fn exists(kind: &str, name: &str) -> Self {
        Self::new(
            409,
            format!("EntityAlreadyExists.{kind}"),
            format!("The {kind} {name} already exists."),
        )
    }

    /// No operation of this name.
    pub(crate) fn no_such_operation(what: &str) -> Self {
        Self::new(
            404,
            "InvalidApi.NotFound",
            format!("No API {what} is known here; check the name, the version and the method."),
        )
    }

    /// The authorization is not complete or cannot be read.
    pub(crate) fn incomplete_signature(why: &str) -> Self {
        Self::new(
            400,
            "IncompleteSignature",
            format!("The request signature does not conform to the standard: {why}."),
        )
    }

    /// The signature is another one than the server's.
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

/// Dots and dashes have no place in a code.
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
            ApiError::invalid("SystemDisk.Size", "no number").code,
            "InvalidSystemDiskSize"
        );
    }
}
