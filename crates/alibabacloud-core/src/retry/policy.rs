//! What may be repeated, as a pure function.

use crate::error::class::ErrorClass;
use crate::error::{Error, ErrorKind};

/// What is known about the call that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryContext {
    /// Executing the call twice does no harm: it reads, or carries an idempotency token.
    pub(crate) repeatable: bool,
    /// The call carries an idempotency token.
    pub(crate) has_token: bool,
    /// The credentials are temporary, so that fresh ones may do better.
    pub(crate) temporary_credentials: bool,
}

/// What to do about a failed attempt. Every cure is tried once per call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Wait and try again.
    Retry(RetryReason),
    /// Try again at once with fresh credentials.
    RefreshCredentials,
    /// Try again at once with the clock of the service.
    LearnClock,
    /// Try again at once with a new nonce.
    RenewNonce,
    /// The call has failed.
    Stop,
}

/// What kind of trouble is waited out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryReason {
    /// The service asks for fewer calls.
    Throttling,
    /// No answer in time.
    Timeout,
    /// Connections break, or the service has an internal problem.
    Transient,
}

/// Decides about a failed attempt.
pub(crate) fn decide(situation: RetryContext, error: &Error) -> RetryDecision {
    let when_repeatable = |reason| match situation.repeatable {
        true => RetryDecision::Retry(reason),
        false => RetryDecision::Stop,
    };
    match error.kind() {
        ErrorKind::Connect => RetryDecision::Retry(RetryReason::Transient),
        ErrorKind::Interrupted => when_repeatable(RetryReason::Transient),
        ErrorKind::Timeout => when_repeatable(RetryReason::Timeout),
        ErrorKind::Service => match error.class() {
            ErrorClass::Throttled => RetryDecision::Retry(RetryReason::Throttling),
            ErrorClass::Clock => RetryDecision::LearnClock,
            ErrorClass::Nonce if situation.repeatable => RetryDecision::RenewNonce,
            ErrorClass::Credentials if situation.temporary_credentials => {
                RetryDecision::RefreshCredentials
            }
            // The twin of this call is still at work; its result is what this call will get.
            ErrorClass::TokenBusy if situation.has_token => {
                RetryDecision::Retry(RetryReason::Transient)
            }
            ErrorClass::Trouble => when_repeatable(RetryReason::Transient),
            _ => RetryDecision::Stop,
        },
        ErrorKind::Config
        | ErrorKind::InvalidInput
        | ErrorKind::Guarded
        | ErrorKind::Intercepted
        | ErrorKind::Credentials
        | ErrorKind::Decode
        | ErrorKind::Unsuccessful => RetryDecision::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;
    use crate::http::{TransportError, TransportErrorKind};

    const READ: RetryContext = RetryContext {
        repeatable: true,
        has_token: false,
        temporary_credentials: false,
    };
    const WRITE: RetryContext = RetryContext {
        repeatable: false,
        has_token: false,
        temporary_credentials: false,
    };
    const WRITE_WITH_TOKEN: RetryContext = RetryContext {
        repeatable: true,
        has_token: true,
        temporary_credentials: false,
    };

    fn transport(kind: TransportErrorKind) -> Error {
        TransportError::new(kind, "x").into()
    }

    fn answer(status: u16, code: &str) -> Error {
        ServiceError::new(status, code, "m").into()
    }

    #[test]
    fn every_kind_of_failure_has_its_verdict() {
        use RetryDecision::{LearnClock, RenewNonce, Retry, Stop};
        let throttled = Retry(RetryReason::Throttling);
        let transient = Retry(RetryReason::Transient);
        let timeout = Retry(RetryReason::Timeout);
        // Failure; verdict for a read, for a write, for a write with a token.
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
            (answer(400, "Throttling"), throttled, throttled, throttled),
            (
                answer(400, "Throttling.User"),
                throttled,
                throttled,
                throttled,
            ),
            (
                answer(429, "Throttling.Api.Risk"),
                throttled,
                throttled,
                throttled,
            ),
            (
                answer(400, "ThrottlingException"),
                throttled,
                throttled,
                throttled,
            ),
            (answer(400, "FlowControl"), throttled, throttled, throttled),
            (answer(429, ""), throttled, throttled, throttled),
            (answer(500, ""), transient, Stop, transient),
            (answer(502, ""), transient, Stop, transient),
            (
                answer(503, "ServiceUnavailable"),
                transient,
                Stop,
                transient,
            ),
            (answer(504, ""), transient, Stop, transient),
            (answer(408, "Timeout"), transient, Stop, transient),
            (answer(403, "InternalError"), transient, Stop, transient),
            (answer(400, "SystemBusy"), transient, Stop, transient),
            (answer(403, "LastTokenProcessing"), Stop, Stop, transient),
            (
                answer(400, "InvalidTimeStamp.Expired"),
                LearnClock,
                LearnClock,
                LearnClock,
            ),
            (answer(400, "InvalidTimeStamp.Format"), Stop, Stop, Stop),
            (
                answer(400, "SignatureNonceUsed"),
                RenewNonce,
                Stop,
                RenewNonce,
            ),
            (answer(500, "InvalidParameter"), Stop, Stop, Stop),
            (answer(400, "SignatureDoesNotMatch"), Stop, Stop, Stop),
            (answer(404, "EntityNotExists.Execution"), Stop, Stop, Stop),
            (answer(409, "OperationConflict"), Stop, Stop, Stop),
            (answer(501, ""), Stop, Stop, Stop),
            (answer(302, ""), Stop, Stop, Stop),
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
    fn a_refusal_that_says_when_to_come_back_is_throttling() {
        let asked = |status, code: &str| {
            let wait = std::time::Duration::from_millis(200);
            Error::from(ServiceError::new(status, code, "m").retry_after(wait))
        };
        let throttled = RetryDecision::Retry(RetryReason::Throttling);
        assert_eq!(decide(WRITE, &asked(400, "Whatever")), throttled);
        // In these the call may have been executed all the same.
        assert_eq!(
            decide(WRITE, &asked(503, "ServiceUnavailable")),
            RetryDecision::Stop
        );
        assert_eq!(decide(WRITE, &asked(408, "")), RetryDecision::Stop);
        assert_eq!(
            decide(WRITE, &asked(400, "InvalidParameter")),
            RetryDecision::Stop
        );
    }

    #[test]
    fn only_temporary_credentials_are_refreshed() {
        for code in [
            "InvalidSecurityToken.Expired",
            "InvalidSecurityToken.Malformed",
            "InvalidAccessKeyId.NotFound",
        ] {
            let error = answer(400, code);
            assert_eq!(decide(WRITE, &error), RetryDecision::Stop, "{code}");
            let temporary = RetryContext {
                temporary_credentials: true,
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
