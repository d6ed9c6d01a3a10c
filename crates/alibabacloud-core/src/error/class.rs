//! The classes of service errors.
//!
//! The error code takes precedence over the HTTP status: throttling is reported with 400 as well as
//! 429, and `InternalError` also with 400 and 403.

/// The class of a service error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    /// The call was rejected because there were too many.
    Throttled,
    /// The timestamp was rejected.
    Clock,
    /// The nonce was used before.
    Nonce,
    /// The credentials are expired or unknown.
    Credentials,
    /// A call with the same idempotency token is still running.
    TokenBusy,
    /// The service has an internal problem.
    ServerFault,
    /// The same call will fail again.
    Permanent,
}

impl ErrorClass {
    /// Returns whether the same call may succeed later.
    pub(crate) fn is_transient(self) -> bool {
        !matches!(self, Self::Permanent | Self::Credentials)
    }
}

/// Prefixes of codes that report an error of the caller, whatever the status is.
const CALLER_FAULTS: [&str; 9] = [
    "Invalid",
    "Missing",
    "Illegal",
    "Forbidden",
    "NoPermission",
    "EntityNotExist",
    "EntityAlreadyExist",
    "IdempotentParameterMismatch",
    "Unsupported",
];

/// Returns the class of an error; `has_retry_after` if the response says when to retry.
pub(crate) fn class_of(
    status: Option<u16>,
    code: Option<&str>,
    has_retry_after: bool,
) -> ErrorClass {
    let code = code.unwrap_or_default();
    match code.split('.').next().unwrap_or_default() {
        "Throttling"
        | "ThrottlingException"
        | "FlowControl"
        | "TooManyRequests"
        | "RequestThrottled"
        | "QpsLimitExceeded" => return ErrorClass::Throttled,
        "SignatureNonceUsed" => return ErrorClass::Nonce,
        "LastTokenProcessing" => return ErrorClass::TokenBusy,
        "InternalError" | "ServiceUnavailable" | "SystemBusy" | "ServiceBusy" | "Timeout"
        | "RequestTimeout" | "UnknownError" => return ErrorClass::ServerFault,
        "InvalidSecurityToken" => return ErrorClass::Credentials,
        _ => {}
    }
    match code {
        "InvalidTimeStamp.Expired" | "IllegalTimestamp" => return ErrorClass::Clock,
        // Reported for a temporary key after the end of its session, and for a disabled key.
        "InvalidAccessKeyId.NotFound" | "InvalidAccessKeyId.Inactive" => {
            return ErrorClass::Credentials;
        }
        _ => {}
    }
    if CALLER_FAULTS.iter().any(|fault| code.starts_with(fault)) {
        return ErrorClass::Permanent;
    }
    match status {
        Some(429) => ErrorClass::Throttled,
        Some(408 | 500 | 502 | 503 | 504) => ErrorClass::ServerFault,
        // A client error that says when to retry is throttling, whatever its code.
        Some(400..=499) if has_retry_after => ErrorClass::Throttled,
        _ => ErrorClass::Permanent,
    }
}
