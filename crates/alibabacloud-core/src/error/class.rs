//! Which family an error of a service belongs to.
//!
//! The code decides first and the status second: throttling comes as 400 as well as 429, and an `InternalError` also as 400 and 403.

/// Families of service errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    /// The call was refused because there were too many.
    Throttled,
    /// The timestamp was refused.
    Clock,
    /// The nonce was seen before.
    Nonce,
    /// The credentials are expired or unknown.
    Credentials,
    /// A call with the same idempotency token is still at work.
    TokenBusy,
    /// The service has a problem of its own.
    Trouble,
    /// The same call will get the same answer.
    Final,
}

impl ErrorClass {
    /// Whether the same call may get another answer later.
    pub(crate) fn is_transient(self) -> bool {
        !matches!(self, Self::Final | Self::Credentials)
    }
}

/// Codes that start like this blame the caller, whatever the status says.
const CALLERS_FAULT: [&str; 9] = [
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

/// The family of an error with this status and code; `asks_to_wait` when the answer says how long to wait before another call.
pub(crate) fn class_of(status: Option<u16>, code: Option<&str>, asks_to_wait: bool) -> ErrorClass {
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
        | "RequestTimeout" | "UnknownError" => return ErrorClass::Trouble,
        "InvalidSecurityToken" => return ErrorClass::Credentials,
        _ => {}
    }
    match code {
        "InvalidTimeStamp.Expired" | "IllegalTimestamp" => return ErrorClass::Clock,
        // What a key looks like that was deleted at the end of its session, or switched off.
        "InvalidAccessKeyId.NotFound" | "InvalidAccessKeyId.Inactive" => {
            return ErrorClass::Credentials;
        }
        _ => {}
    }
    if CALLERS_FAULT.iter().any(|fault| code.starts_with(fault)) {
        return ErrorClass::Final;
    }
    match status {
        Some(429) => ErrorClass::Throttled,
        Some(408 | 500 | 502 | 503 | 504) => ErrorClass::Trouble,
        // Who refuses and says when to come back throttles, by whatever code.
        Some(400..=499) if asks_to_wait => ErrorClass::Throttled,
        _ => ErrorClass::Final,
    }
}
