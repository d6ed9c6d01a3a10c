//! Which failed attempts are retried, as a pure function.

use crate::error::class::ErrorClass;
use crate::error::{Error, ErrorKind};

/// Facts about a call that decide which of its failures can be retried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryContext {
    /// Executing the call twice is harmless: it reads, or it has an idempotency token.
    pub(crate) repeatable: bool,
    /// The call has an idempotency token.
    pub(crate) has_token: bool,
    /// The credentials are temporary, so refreshed ones may be accepted.
    pub(crate) has_temporary_credentials: bool,
}

/// What to do after a failed attempt. Each recovery (a variant other than `Retry` and `Stop`) is
/// tried once per call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Retry after a delay.
    Retry(RetryReason),
    /// Retry immediately with refreshed credentials.
    RefreshCredentials,
    /// Retry immediately with the clock of the service.
    CorrectClock,
    /// Retry immediately with a new nonce.
    RenewNonce,
    /// The call fails.
    Stop,
}

/// Why an attempt is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryReason {
    /// The service throttles the client.
    Throttling,
    /// No response in time.
    Timeout,
    /// The connection broke, or the service has an internal problem.
    Transient,
}

/// Decides what to do after a failed attempt.
pub(crate) fn decide(context: RetryContext, error: &Error) -> RetryDecision {
    let when_repeatable = |reason| match context.repeatable {
        true => RetryDecision::Retry(reason),
        false => RetryDecision::Stop,
    };
    match error.kind() {
        _ if error.fails_permanently() => RetryDecision::Stop,
        ErrorKind::Connect => RetryDecision::Retry(RetryReason::Transient),
        ErrorKind::Interrupted => when_repeatable(RetryReason::Transient),
        ErrorKind::Timeout => when_repeatable(RetryReason::Timeout),
        ErrorKind::Service => match error.class() {
            ErrorClass::Throttled => RetryDecision::Retry(RetryReason::Throttling),
            ErrorClass::Clock => RetryDecision::CorrectClock,
            ErrorClass::Nonce if context.repeatable => RetryDecision::RenewNonce,
            ErrorClass::Credentials if context.has_temporary_credentials => {
                RetryDecision::RefreshCredentials
            }
            // A call with the same token is still running; this call will get its result.
            ErrorClass::TokenBusy if context.has_token => {
                RetryDecision::Retry(RetryReason::Transient)
            }
            ErrorClass::ServerFault => when_repeatable(RetryReason::Transient),
            _ => RetryDecision::Stop,
        },
        ErrorKind::Config
        | ErrorKind::InvalidInput
        | ErrorKind::Guarded
        | ErrorKind::NotConfirmed
        | ErrorKind::Intercepted
        | ErrorKind::Credentials
        | ErrorKind::Decode
        | ErrorKind::Unsuccessful => RetryDecision::Stop,
    }
}

/// Calls with fixed credentials, for tests.
#[cfg(test)]
pub(crate) mod test_contexts {
    use super::RetryContext;

    pub(crate) const READ: RetryContext = RetryContext {
        repeatable: true,
        has_token: false,
        has_temporary_credentials: false,
    };
    /// A write without an idempotency token.
    pub(crate) const WRITE: RetryContext = RetryContext {
        repeatable: false,
        ..READ
    };
}

#[cfg(test)]
mod tests {
    use super::test_contexts::{READ, WRITE};
    use super::*;
    use crate::error::ServiceError;
    use crate::http::{TransportError, TransportErrorKind};

    const WRITE_WITH_TOKEN: RetryContext = RetryContext {
        has_token: true,
        ..READ
    };

    fn transport(kind: TransportErrorKind) -> Error {
        TransportError::new(kind, "x").into()
    }

    fn response(status: u16, code: &str) -> Error {
        ServiceError::new(status, code, "m").into()
    }

    #[test]
    fn every_kind_of_failure_has_its_decision() {
        use RetryDecision::{CorrectClock, RenewNonce, Retry, Stop};
        let throttled = Retry(RetryReason::Throttling);
        let transient = Retry(RetryReason::Transient);
        let timeout = Retry(RetryReason::Timeout);
        // Failure; decision for a read, for a write, for a write with a token.
        let table = [
            (
                transport(TransportErrorKind::Connect),
                transient,
                transient,
                transient,
            ),
            (
                transport(TransportErrorKind::Interrupted),
                transient,
                Stop,
                transient,
            ),
            (
                transport(TransportErrorKind::Timeout),
                timeout,
                Stop,
                timeout,
            ),
            (
                transport(TransportErrorKind::InvalidRequest),
                Stop,
                Stop,
                Stop,
            ),
            (Error::config("x"), Stop, Stop, Stop),
            (Error::decode("x"), Stop, Stop, Stop),
            (response(400, "Throttling"), throttled, throttled, throttled),
            (
                response(400, "Throttling.User"),
                throttled,
                throttled,
                throttled,
            ),
            (
                response(429, "Throttling.Api.Risk"),
                throttled,
                throttled,
                throttled,
            ),
            (
                response(400, "ThrottlingException"),
                throttled,
                throttled,
                throttled,
            ),
            (
                response(400, "FlowControl"),
                throttled,
                throttled,
                throttled,
            ),
            (response(429, ""), throttled, throttled, throttled),
            (response(500, ""), transient, Stop, transient),
            (response(502, ""), transient, Stop, transient),
            (
                response(503, "ServiceUnavailable"),
                transient,
                Stop,
                transient,
            ),
            (response(504, ""), transient, Stop, transient),
            (response(408, "Timeout"), transient, Stop, transient),
            (response(403, "InternalError"), transient, Stop, transient),
            (response(400, "SystemBusy"), transient, Stop, transient),
            (response(403, "LastTokenProcessing"), Stop, Stop, transient),
            (
                response(400, "InvalidTimeStamp.Expired"),
                CorrectClock,
                CorrectClock,
                CorrectClock,
            ),
            (response(400, "InvalidTimeStamp.Format"), Stop, Stop, Stop),
            (
                response(400, "SignatureNonceUsed"),
                RenewNonce,
                Stop,
                RenewNonce,
            ),
            (response(500, "InvalidParameter"), Stop, Stop, Stop),
            (response(400, "SignatureDoesNotMatch"), Stop, Stop, Stop),
            (response(404, "EntityNotExists.Execution"), Stop, Stop, Stop),
            (response(409, "OperationConflict"), Stop, Stop, Stop),
            (response(501, ""), Stop, Stop, Stop),
            (response(302, ""), Stop, Stop, Stop),
        ];
        for (error, read, write, with_token) in table {
            assert_eq!(decide(READ, &error), read, "read: {error}");
            assert_eq!(decide(WRITE, &error), write, "write: {error}");
            assert_eq!(
                decide(WRITE_WITH_TOKEN, &error),
                with_token,
                "token: {error}"
            );
        }
    }

    #[test]
    fn a_client_error_with_retry_after_is_throttling() {
        let with_retry_after = |status, code: &str| {
            let wait = std::time::Duration::from_millis(200);
            Error::from(ServiceError::new(status, code, "m").with_retry_after(wait))
        };
        let throttled = RetryDecision::Retry(RetryReason::Throttling);
        assert_eq!(decide(WRITE, &with_retry_after(400, "Whatever")), throttled);
        // After these the call may have been executed nevertheless.
        assert_eq!(
            decide(WRITE, &with_retry_after(503, "ServiceUnavailable")),
            RetryDecision::Stop
        );
        assert_eq!(
            decide(WRITE, &with_retry_after(408, "")),
            RetryDecision::Stop
        );
        assert_eq!(
            decide(WRITE, &with_retry_after(400, "InvalidParameter")),
            RetryDecision::Stop
        );
    }

    #[test]
    fn only_has_temporary_credentials_are_refreshed() {
        for code in [
            "InvalidSecurityToken.Expired",
            "InvalidSecurityToken.Malformed",
            "InvalidAccessKeyId.NotFound",
        ] {
            let error = response(400, code);
            assert_eq!(decide(WRITE, &error), RetryDecision::Stop, "{code}");
            let temporary = RetryContext {
                has_temporary_credentials: true,
                ..WRITE
            };
            assert_eq!(
                decide(temporary, &error),
                RetryDecision::RefreshCredentials,
                "{code}"
            );
        }
    }
}
