//! The error type of the SDK.

pub(crate) mod class;
mod has_code;
mod service;
mod words;

pub use has_code::HasCode;
pub use service::{AccessDenied, ServiceError};

use crate::credentials::CredentialsError;
use crate::endpoint::EndpointError;
use crate::http::{TransportError, TransportErrorKind};
use crate::request::RequestError;
use crate::text::escaped;
use crate::time::TimerError;
use alibabacloud_types::plumbing::DecodeError;
use bytes::Bytes;
use class::ErrorClass;
use std::fmt;
use std::time::Duration;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a failed call.
///
/// Handle an error by its [`code`](Error::code) or by a predicate such as
/// [`is_throttling`](Error::is_throttling); [`kind`](Error::kind) returns the stage at which the
/// call failed.
///
/// ```
/// use alibabacloud_core::{Error, ErrorKind};
///
/// fn explain(error: &Error) -> String {
///     if error.is_not_found() {
///         return "the resource does not exist".to_owned();
///     }
///     if let Some(statement) = error.access_denied().and_then(|denied| denied.policy_statement()) {
///         return format!("add this statement to a RAM policy: {statement}");
///     }
///     match error.kind() {
///         ErrorKind::Config => "check the region and the endpoint".to_owned(),
///         _ if error.is_retryable() => "try again later".to_owned(),
///         _ => error.to_string(),
///     }
/// }
/// # assert_eq!(explain(&Error::config("no region")), "check the region and the endpoint");
/// ```
///
/// `Display` is one line with everything that is known, request ID and attempts included:
///
/// ```text
/// oos:ListExecutions 400 Throttling.User: Request was denied due to user flow control. (request ID 4A1B, attempts 3, retry after 200 ms)
/// ```
///
/// In it, control characters and others that change how text is shown are escaped (`\n`,
/// `\u{202e}`), and of a message the first 4 KiB are shown; [`message`](Error::message) returns it
/// unchanged. What the call was signed with (the token, the secret, the signature) is replaced by
/// `REDACTED` in every text of an error if the service repeats it, and the AccessKey ID by its
/// masked form. Only [`raw_body`](Error::raw_body) is unchanged.
///
/// # Predicates
///
/// Each predicate means one thing. An error of a service is in one class, by its code and then by
/// its status, so of the predicates [`is_throttling`](Error::is_throttling),
/// [`is_not_found`](Error::is_not_found), [`is_already_exists`](Error::is_already_exists),
/// [`is_conflict`](Error::is_conflict), [`is_quota_exceeded`](Error::is_quota_exceeded),
/// [`is_access_denied`](Error::is_access_denied) and
/// [`is_invalid_credentials`](Error::is_invalid_credentials) at most one is true.
pub struct Error(Box<ErrorParts>);

/// The stage at which a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot be used: no region, an invalid endpoint or proxy, no HTTP client, a
    /// tokio runtime without timers.
    Config,
    /// The input was rejected before anything was sent: a missing required parameter, a header
    /// value with a line break, a value outside its limits if they are checked.
    InvalidInput,
    /// The client rejects this call: it is read-only, or a deny pattern or a rule of the safety
    /// policy denies it. Nothing was sent.
    Guarded,
    /// The safety policy requires a confirmation of this call, which was refused, or which the
    /// client has no hook for (see [`Config::confirm`](crate::Config::confirm)). Nothing was sent.
    NotConfirmed,
    /// An interceptor ended the call with an error, which is the source of this one.
    Intercepted,
    /// No credentials were available.
    Credentials,
    /// No connection was established: name resolution, connection refused, TLS. The service did not
    /// receive the call.
    Connect,
    /// The connection broke; it is unknown whether the service executed the call.
    Interrupted,
    /// A timeout expired; it is unknown whether the service executed the call.
    Timeout,
    /// The service returned an error.
    Service,
    /// The response cannot be used: unreadable, too large, or a page token that repeats.
    Decode,
    /// A wait ended in a failure state, needs attention, or its resource is unknown to the service.
    Unsuccessful,
}

struct ErrorParts {
    kind: ErrorKind,
    operation: Option<String>,
    message: String,
    service: ServiceError,
    /// The server of the call: scheme, host and port.
    endpoint: Option<String>,
    /// The proxy of the call, unless the error of the transport names it.
    proxy: Option<String>,
    /// What a call that the service rejected because of its identity was signed with.
    signed_with: Option<String>,
    attempts: u32,
    raw_body: Option<Bytes>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The number of bytes of a message, and of another text of a service, that `Display` shows.
const SHOWN_MESSAGE: usize = 4096;
const SHOWN_TEXT: usize = 512;

/// Predicates and accessors.
impl Error {
    /// Returns whether the service rejected the call because there were too many in a time.
    ///
    /// `Throttling`, `Throttling.User`, `Rejected.Throttling`, `FlowControl`, `TooManyRequests` and
    /// codes like them; status 429; another client error that says when to retry.
    pub fn is_throttling(&self) -> bool {
        self.class() == ErrorClass::Throttled
    }

    /// Returns whether a timeout expired, in the SDK or in the service.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
            || matches!(self.http_status(), Some(408 | 504))
            || matches!(self.code(), Some("Timeout" | "RequestTimeout"))
    }

    /// Returns whether the resource that the call names does not exist.
    ///
    /// `EntityNotExists.Template`, `InvalidInstanceId.NotFound`, `ResourceNotFound` and codes like
    /// them, and status 404 unless the code says otherwise. Never true because of what the call was
    /// made with or sent to: not for an AccessKey ID, region, zone, API, version or product that
    /// does not exist, not for the page of a proxy, and not if the role to assume does not exist.
    pub fn is_not_found(&self) -> bool {
        // A 404 without code and request ID does not come from a service of Alibaba Cloud.
        let from_service = self.code().is_some() || self.request_id().is_some();
        from_service && self.has_class(ErrorClass::NotFound)
    }

    /// Returns whether the resource that the call creates exists already.
    ///
    /// `EntityAlreadyExists.Template`, `ResourceExist`, `InvalidDBName.Duplicate` and codes like
    /// them.
    pub fn is_already_exists(&self) -> bool {
        self.has_class(ErrorClass::AlreadyExists)
    }

    /// Returns whether the call contradicts the state of a resource, or another call that is in
    /// progress. The same call may succeed later, when the state is another.
    ///
    /// `IncorrectInstanceStatus`, `OperationConflict`, `DependencyViolation`, `LastTokenProcessing`
    /// and codes like them, and status 409 unless the code says otherwise. Not for two parameters
    /// that contradict each other.
    pub fn is_conflict(&self) -> bool {
        self.has_class(ErrorClass::Conflict) || self.has_class(ErrorClass::TokenBusy)
    }

    /// Returns whether a quota is exhausted: a number of resources, not of calls in a time.
    ///
    /// `QuotaExceeded.Vpc`, `LimitExceeded`, `Resource.QuotaFull` and codes like them.
    pub fn is_quota_exceeded(&self) -> bool {
        self.has_class(ErrorClass::QuotaExceeded)
    }

    /// Returns whether the caller lacks a permission: `NoPermission`, `Forbidden.RAM`,
    /// `AccessDenied` and codes like them.
    pub fn is_access_denied(&self) -> bool {
        match self.class() {
            ErrorClass::AccessDenied => true,
            // A code that says nothing, with the details of a permission.
            ErrorClass::Permanent => self.access_denied().is_some(),
            _ => false,
        }
    }

    /// Returns whether the service rejected what the call was signed with: the AccessKey ID, the
    /// token or the signature. [`signed_with`](Error::signed_with) returns which it was.
    ///
    /// `InvalidAccessKeyId.NotFound`, `InvalidSecurityToken.Expired`, `SignatureDoesNotMatch`,
    /// `IncompleteSignature` and codes like them. Not for a timestamp that the service rejects.
    pub fn is_invalid_credentials(&self) -> bool {
        self.class().is_invalid_credentials()
    }

    /// Returns whether the same call may succeed later. Does not tell whether retrying is safe: a
    /// write may have been executed.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::Timeout => {
                !self.fails_permanently()
            }
            ErrorKind::Service => self.class().is_transient(),
            _ => false,
        }
    }

    /// Returns the stage at which the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the error code of the service: `Throttling.User`. For an error of kind
    /// [`ErrorKind::Credentials`], that of the service that refused the credentials.
    pub fn code(&self) -> Option<&str> {
        self.0.service.code.as_deref()
    }

    /// Returns the message of the service, or of the SDK if the service has none. Neither shortened
    /// nor escaped, so do not print it to a terminal.
    pub fn message(&self) -> &str {
        self.0.service.message.as_deref().unwrap_or(&self.0.message)
    }

    /// Returns the request ID. Include it when contacting support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.service.request_id.as_deref()
    }

    /// Returns the HTTP status; `None` if no response arrived.
    pub fn http_status(&self) -> Option<u16> {
        self.0.service.status
    }

    /// Returns the operation as in RAM actions: `oos:ListExecutions`. `None` for an error of
    /// creating a client.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// Returns the server that the call was for, without path and query:
    /// `https://oos.cn-hangzhou.aliyuncs.com`. `None` if the call failed before one was chosen, and
    /// for errors of kind [`ErrorKind::Credentials`], which concern another server.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// Returns the proxy that the request was sent through, without user name and password:
    /// `http://proxy.example:3128`. `None` if there was none, or the transport does not report it.
    pub fn proxy(&self) -> Option<&str> {
        let failed = self.transport_error().and_then(TransportError::proxy);
        failed.or(self.0.proxy.as_deref())
    }

    /// Returns what the call was signed with, if the service rejected that: the masked AccessKey ID
    /// and the source of the credentials, as in
    /// [`Credentials::provider`](crate::credentials::Credentials::provider).
    pub fn signed_with(&self) -> Option<&str> {
        self.0.signed_with.as_deref()
    }

    /// Returns the number of requests sent for the call; 0 if it failed before the first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the permission that was missing, if the service reports it.
    pub fn access_denied(&self) -> Option<&AccessDenied> {
        self.0.service.access_denied.as_ref()
    }

    /// Returns the URL of a page that explains the error, if the service provides one.
    pub fn recommend(&self) -> Option<&str> {
        self.0.service.recommend.as_deref()
    }

    /// Returns the delay that the service requested (`x-acs-retry-after`, `Retry-After`), without
    /// the limit of the retry configuration.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.service.retry_after
    }

    /// Returns the unchanged body of the response, if there was one. It may hold secrets and is
    /// therefore in neither `Debug` nor `Display`.
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.0.raw_body.as_deref()
    }

    /// Returns the path of the value in the response that cannot be read:
    /// `PackageStates[3].TemplateId`. For errors of kind [`ErrorKind::Decode`].
    pub fn json_path(&self) -> Option<&str> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref::<DecodeError>().map(DecodeError::path)
    }

    /// Returns whether the transport knows that the same request would fail again.
    pub(crate) fn fails_permanently(&self) -> bool {
        let source = self.0.source.as_deref();
        source
            .and_then(|source| source.downcast_ref::<TransportError>())
            .is_some_and(TransportError::is_permanent)
    }

    /// Returns the class of the service error.
    pub(crate) fn class(&self) -> ErrorClass {
        self.0.service.class()
    }

    /// Returns whether the service that was called returned an error of this class.
    fn has_class(&self, class: ErrorClass) -> bool {
        self.kind() == ErrorKind::Service && self.class() == class
    }

    /// Returns the error of the transport that caused this one.
    pub(crate) fn transport_error(&self) -> Option<&TransportError> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The message of these names the service that refused, and all that it reported.
        let by_service = self.kind() != ErrorKind::Credentials;
        let shown = |text: &str| escaped(text, SHOWN_TEXT);
        let head = [
            self.operation().map(shown),
            self.http_status()
                .filter(|_| by_service)
                .map(|status| status.to_string()),
            self.code().filter(|_| by_service).map(shown),
        ];
        let head: Vec<String> = head.into_iter().flatten().collect();
        f.write_str(&head.join(" "))?;
        if !self.message().is_empty() {
            let colon = if head.is_empty() { "" } else { ": " };
            write!(f, "{colon}{}", escaped(self.message(), SHOWN_MESSAGE))?;
        }
        let tail = [
            self.request_id()
                .filter(|_| by_service)
                .map(|id| format!("request ID {}", shown(id))),
            (self.attempts() > 1).then(|| format!("attempts {}", self.attempts())),
            self.retry_after()
                .map(|delay| format!("retry after {} ms", delay.as_millis())),
            self.recommend().map(|url| format!("help: {}", shown(url))),
            self.access_denied().and_then(permission_advice),
            self.signed_with()
                .map(|key| format!("signed with {}", shown(key))),
        ];
        let tail: Vec<String> = tail.into_iter().flatten().collect();
        if !tail.is_empty() {
            write!(f, " ({})", tail.join(", "))?;
        }
        Ok(())
    }
}

/// Returns what to do about a missing permission.
fn permission_advice(detail: &AccessDenied) -> Option<String> {
    if detail.is_explicit_deny() {
        let action = detail.auth_action.as_deref()?;
        return Some(format!("a policy denies {}", escaped(action, SHOWN_TEXT)));
    }
    let statement = detail.policy_statement()?;
    Some(format!("allow it with {}", escaped(&statement, SHOWN_TEXT)))
}

/// The same line as `Display`, because a `main` function that returns the error prints it; `{:#?}`
/// shows the fields.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.operation())
            .field("message", &escaped(&self.0.message, SHOWN_MESSAGE))
            .field("service", &self.0.service)
            .field("endpoint", &self.endpoint())
            .field("signed_with", &self.signed_with())
            .field("attempts", &self.attempts())
            .field("raw_body_bytes", &self.raw_body().map(<[u8]>::len))
            .field("source", &self.0.source)
            .finish()
    }
}

/// `source` is for downcasting; `Display` already includes its text.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|e| e as &(dyn std::error::Error + 'static))
    }
}

impl From<ServiceError> for Error {
    fn from(service: ServiceError) -> Self {
        let mut error = Self::of(ErrorKind::Service, "");
        error.0.service = service;
        error
    }
}

impl From<TimerError> for Error {
    fn from(error: TimerError) -> Self {
        Self::config(error.to_string()).caused_by(error)
    }
}

impl From<EndpointError> for Error {
    fn from(error: EndpointError) -> Self {
        Self::config(error.to_string()).caused_by(error)
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        let mut refused = Self::of(ErrorKind::Credentials, error.to_string());
        if let Some(refusal) = error.refusal() {
            refused.0.service = refusal.clone();
        }
        refused.caused_by(error)
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::of(ErrorKind::InvalidInput, error.to_string()).caused_by(error)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let (kind, message) = describe(&error, error.origin());
        let endpoint = error.origin().map(str::to_owned);
        let mut failed = Self::of(kind, message).caused_by(error);
        failed.0.endpoint = endpoint;
        failed
    }
}

/// Returns the kind and the message of a failed exchange with the server `origin`.
fn describe(error: &TransportError, origin: Option<&str>) -> (ErrorKind, String) {
    let with =
        |preposition: &str| origin.map_or_else(String::new, |o| format!(" {preposition} {o}"));
    let (kind, what) = match error.kind() {
        TransportErrorKind::Connect => {
            (ErrorKind::Connect, format!("cannot connect{}", with("to")))
        }
        TransportErrorKind::Interrupted => (
            ErrorKind::Interrupted,
            format!("the connection{} broke", with("to")),
        ),
        TransportErrorKind::Timeout => (
            ErrorKind::Timeout,
            format!("no response{} in time", with("from")),
        ),
        TransportErrorKind::InvalidRequest => (
            ErrorKind::InvalidInput,
            "the request cannot be sent".to_owned(),
        ),
        TransportErrorKind::InvalidConfig => {
            (ErrorKind::Config, "the request cannot be sent".to_owned())
        }
    };
    let proxy = error
        .proxy()
        .map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"));
    (kind, format!("{what}{proxy}: {error}"))
}

/// What the SDK adds to an error on its way to the caller.
#[cfg(feature = "client")]
impl Error {
    /// Adds the operation and the number of requests sent.
    pub(crate) fn on(mut self, operation: impl Into<String>, attempts: u32) -> Self {
        self.0.operation = Some(operation.into());
        self.0.attempts = attempts;
        self
    }

    /// Adds the server that the call was for.
    pub(crate) fn at(mut self, endpoint: &str) -> Self {
        if self.kind() == ErrorKind::Credentials || self.0.endpoint.is_some() {
            return self;
        }
        // A transport need not name the server.
        if let Some(error) = self.transport_error() {
            self.0.message = describe(error, Some(endpoint)).1;
        }
        self.0.endpoint = Some(endpoint.to_owned());
        self
    }

    /// Adds the proxy that the call was sent through.
    pub(crate) fn through(mut self, proxy: Option<String>) -> Self {
        if self.kind() != ErrorKind::Credentials && self.0.proxy.is_none() {
            self.0.proxy = proxy;
        }
        self
    }

    /// Adds what the call was signed with.
    pub(crate) fn signed(mut self, with: String) -> Self {
        self.0.signed_with = Some(with);
        self
    }

    /// Adds the response that the error is about.
    pub(crate) fn with_response(
        mut self,
        status: u16,
        request_id: Option<String>,
        body: Bytes,
    ) -> Self {
        self.0.service.status = Some(status);
        if self.0.service.request_id.is_none() {
            self.0.service.request_id = request_id;
        }
        self.0.raw_body = Some(body);
        self
    }

    /// Appends a helpful sentence to the message.
    #[doc(hidden)]
    #[must_use]
    pub fn hint(mut self, text: &str) -> Self {
        let message = match &mut self.0.service.message {
            Some(message) => message,
            None => &mut self.0.message,
        };
        if !message.is_empty() {
            message.push_str(if message.ends_with(['.', '!', '?']) {
                " "
            } else {
                "; "
            });
        }
        message.push_str(text);
        self
    }

    /// Creates the error of a call that the client rejects.
    pub(crate) fn guarded(message: String) -> Self {
        Self::of(ErrorKind::Guarded, message)
    }

    /// Creates the error of a call that nobody has confirmed.
    pub(crate) fn not_confirmed(message: String) -> Self {
        Self::of(ErrorKind::NotConfirmed, message)
    }
}

/// Constructors, for code that extends the SDK; tests usually start from a [`ServiceError`].
impl Error {
    /// Creates an error of kind [`ErrorKind::Config`].
    pub fn config(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Config, message)
    }

    /// Creates an error of kind [`ErrorKind::InvalidInput`].
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::InvalidInput, message)
    }

    /// Creates an error of kind [`ErrorKind::Timeout`].
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Timeout, message)
    }

    /// Creates an error of kind [`ErrorKind::Decode`].
    pub fn decode(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Decode, message)
    }

    /// Creates an error of kind [`ErrorKind::Unsuccessful`].
    pub fn unsuccessful(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Unsuccessful, message)
    }

    /// Creates an error of any kind.
    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorParts {
            kind,
            operation: None,
            message: message.into(),
            service: ServiceError::default(),
            endpoint: None,
            proxy: None,
            signed_with: None,
            attempts: 0,
            raw_body: None,
            source: None,
        }))
    }

    /// Adds the error that caused this one.
    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(status: u16, code: &str) -> Error {
        ServiceError::new(status, code, "No.").into()
    }

    #[test]
    fn an_error_is_as_large_as_a_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn debug_is_the_same_line_and_alternate_debug_the_fields() {
        let error = service(404, "EntityNotExists.Template");
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(format!("{error:#?}").contains("kind: Service"));
    }

    #[test]
    fn display_is_one_line_with_all_details() {
        let detail = AccessDenied {
            auth_action: Some("oos:ListExecutions".to_owned()),
            no_permission_type: Some("ImplicitDeny".to_owned()),
            ..AccessDenied::default()
        };
        let error = ServiceError::new(403, "NoPermission", "You are\r\nnot\tallowed. ")
            .with_request_id("R\n1")
            .with_recommend("https://api.example/troubleshoot?q=NoPermission")
            .with_retry_after(Duration::from_millis(1500))
            .with_access_denied(detail);
        assert_eq!(
            Error::from(error).to_string(),
            "403 NoPermission: You are\\r\\nnot\\tallowed. (request ID R\\n1, retry after 1500 ms, \
             help: https://api.example/troubleshoot?q=NoPermission, \
             allow it with {\"Effect\":\"Allow\",\"Action\":\"oos:ListExecutions\",\"Resource\":\"*\"})"
        );
        assert_eq!(Error::config("no region").to_string(), "no region");
        let denied = AccessDenied {
            auth_action: Some("oos:X".to_owned()),
            no_permission_type: Some("ExplicitDeny".to_owned()),
            ..AccessDenied::default()
        };
        let error =
            Error::from(ServiceError::new(403, "NoPermission", "").with_access_denied(denied));
        assert_eq!(
            error.to_string(),
            "403 NoPermission (a policy denies oos:X)"
        );
    }

    #[test]
    fn predicates_go_by_code_first() {
        assert!(service(400, "Throttling.User").is_throttling());
        assert!(service(429, "").is_throttling());
        assert!(!service(400, "InvalidParameter").is_throttling());
        let with_delay =
            ServiceError::new(400, "Busy", "").with_retry_after(Duration::from_secs(1));
        assert!(Error::from(with_delay).is_throttling());

        for code in [
            "EntityNotExists.Execution",
            "InvalidInstanceId.NotFound",
            "EntityNotExist.Role",
        ] {
            assert!(service(400, code).is_not_found(), "{code}");
        }
        assert!(service(404, "").is_not_found());
        for code in [
            "InvalidApi.NotFound",
            "InvalidProduct.NotFound",
            "InvalidProtocol.NeedSsl",
        ] {
            assert!(!service(404, code).is_not_found(), "{code}");
        }

        for code in ["NoPermission", "Forbidden.RAM", "AccessDenied", "Forbidden"] {
            assert!(service(403, code).is_access_denied(), "{code}");
        }
        assert!(!service(403, "ForbiddenDelete").is_access_denied());
        let with_detail = |code| {
            let detail = AccessDenied {
                auth_action: Some("oos:X".to_owned()),
                ..AccessDenied::default()
            };
            Error::from(ServiceError::new(403, code, "").with_access_denied(detail))
        };
        assert!(with_detail("SomethingNew").is_access_denied());
        let missing = with_detail("Forbidden.KeyNotFound");
        assert!(missing.is_not_found() && !missing.is_access_denied());
        assert!(!service(403, "InternalError").is_access_denied());

        assert!(service(408, "").is_timeout() && service(400, "RequestTimeout").is_timeout());
        assert!(Error::timeout("x").is_timeout() && Error::timeout("x").is_retryable());

        assert!(service(403, "InternalError").is_retryable());
        assert!(!service(500, "InvalidParameter").is_retryable());
        assert!(!Error::config("x").is_retryable());
    }

    #[test]
    fn the_source_can_be_downcast() {
        use std::error::Error as _;

        let error = Error::from(TransportError::new(TransportErrorKind::Connect, "refused"));
        assert_eq!(error.to_string(), "cannot connect: refused");
        let source = error
            .source()
            .and_then(|e| e.downcast_ref::<TransportError>());
        assert_eq!(
            source.map(TransportError::kind),
            Some(TransportErrorKind::Connect)
        );
    }
}
