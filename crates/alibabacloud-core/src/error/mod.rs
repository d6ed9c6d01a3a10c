//! The one error of the SDK.

pub(crate) mod class;
mod has_code;

pub use has_code::HasCode;

use crate::credentials::CredentialsError;
use crate::endpoint::EndpointError;
use crate::error::class::{ErrorClass, class_of};
use crate::http::{TransportError, TransportErrorKind};
use crate::request::RequestError;
use alibabacloud_types::plumbing::DecodeError;
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// `Display` is one line that tells the whole story:
///
/// ```text
/// oos:ListExecutions 400 Throttling.User: Request was denied due to user flow control. (request id 4A1B, attempts 3, retry after 200 ms)
/// ```
///
/// Decide by [`Error::code`] or by a predicate such as [`Error::is_throttling`]; [`Error::kind`] says at which stage it failed.
pub struct Error(Box<ErrorParts>);

/// Where on its road a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be used as it is configured: no region, a malformed endpoint, no HTTP client.
    Config,
    /// The input was refused before anything was sent: a missing required parameter, a header value with a line break.
    InvalidInput,
    /// The client refuses this call: it is read-only, or a deny pattern matches. Nothing was sent.
    Guarded,
    /// An interceptor ended the call with an error, which is the source of this one.
    Intercepted,
    /// No provider had credentials.
    Credentials,
    /// No connection was made: name resolution, refused, TLS. The service did not see the call.
    Connect,
    /// The connection broke; whether the service executed the call is unknown.
    Interrupted,
    /// A time limit passed; whether the service executed the call is unknown.
    Timeout,
    /// The service answered with an error.
    Service,
    /// An answer came that cannot be used: unreadable, too large, or a page token that repeats.
    Decode,
    /// All calls went well, but what was waited for ended badly, needs somebody or is not known to the service.
    Unsuccessful,
}

struct ErrorParts {
    kind: ErrorKind,
    operation: Option<String>,
    message: String,
    service: ServiceError,
    attempts: u32,
    raw_body: Option<Bytes>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a service says about a failed call. Put into an [`Error`] by `Error::from`, for instance in tests of code that handles errors:
///
/// ```
/// use alibabacloud_core::{Error, ServiceError};
///
/// let error = Error::from(ServiceError::new(400, "Throttling.User", "Slow down.").request_id("4A1B"));
/// assert!(error.is_throttling());
/// assert_eq!(error.to_string(), "400 Throttling.User: Slow down. (request id 4A1B)");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) recommend: Option<String>,
    pub(crate) access_denied: Option<AccessDenied>,
    pub(crate) retry_after: Option<Duration>,
}

impl ServiceError {
    /// An answer with this HTTP status, error code and message.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            code: Some(code.into()),
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// The family of this error.
    pub(crate) fn class(&self) -> ErrorClass {
        class_of(
            self.status,
            self.code.as_deref(),
            self.retry_after.is_some(),
        )
    }

    /// With the id that support asks for.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// With the address of a page that explains the error.
    pub fn recommend(mut self, url: impl Into<String>) -> Self {
        self.recommend = Some(url.into());
        self
    }

    /// With the details of a refused permission.
    pub fn access_denied(mut self, detail: AccessDenied) -> Self {
        self.access_denied = Some(detail);
        self
    }

    /// With the time that the service asks to wait.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

/// Which permission was missing (`AccessDeniedDetail` of an answer).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessDenied {
    /// The RAM action that was refused: `oos:ListExecutions`.
    pub auth_action: Option<String>,
    /// Who was refused: a RAM user name, or `role:session`.
    pub auth_principal_display_name: Option<String>,
    /// The Alibaba Cloud account of the principal.
    pub auth_principal_owner_id: Option<String>,
    /// `SubUser`, `AssumedRoleUser`, `FederatedSSO` or another kind of principal.
    pub auth_principal_type: Option<String>,
    /// `ImplicitDeny` (nothing allows it) or `ExplicitDeny` (something denies it).
    pub no_permission_type: Option<String>,
    /// The kind of policy that decided: `AccountLevelIdentityBasedPolicy`, `ControlPolicy` and others.
    pub policy_type: Option<String>,
    /// For the RAM operation `DecodeDiagnosticMessage`.
    pub encoded_diagnostic_message: Option<String>,
}

impl AccessDenied {
    /// Whether a policy denies the action, so that no further permission can help.
    pub fn is_explicit_deny(&self) -> bool {
        self.no_permission_type.as_deref() == Some("ExplicitDeny")
    }

    /// The RAM policy statement, as JSON, that would have allowed the call; `None` when the action is unknown or an explicit deny
    /// has to be lifted instead. The resource is `*`: the service does not say which one it checked.
    pub fn policy_statement(&self) -> Option<String> {
        let action = self.auth_action.as_deref().filter(|a| !a.is_empty())?;
        if self.is_explicit_deny() {
            return None;
        }
        let action = serde_json::Value::from(action);
        Some(format!(
            r#"{{"Effect":"Allow","Action":{action},"Resource":"*"}}"#
        ))
    }
}

impl Error {
    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorParts {
            kind,
            operation: None,
            message: message.into(),
            service: ServiceError::default(),
            attempts: 0,
            raw_body: None,
            source: None,
        }))
    }

    /// The client cannot be used as it is configured.
    pub fn config(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Config, message)
    }

    /// The input was refused before anything was sent.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::InvalidInput, message)
    }

    /// A time limit passed.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Timeout, message)
    }

    /// An answer that cannot be used.
    pub fn decode(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Decode, message)
    }

    /// What was waited for did not end well.
    pub fn unsuccessful(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Unsuccessful, message)
    }

    /// At which stage the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation, as in RAM actions: `oos:ListExecutions`. `None` for errors of building a client.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The error code of the service: `Throttling.User`.
    pub fn code(&self) -> Option<&str> {
        self.0.service.code.as_deref()
    }

    /// What went wrong, in words: those of the service, or of the SDK.
    pub fn message(&self) -> &str {
        self.0.service.message.as_deref().unwrap_or(&self.0.message)
    }

    /// The id of the failed request, which support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.service.request_id.as_deref()
    }

    /// The HTTP status, when an answer came.
    pub fn http_status(&self) -> Option<u16> {
        self.0.service.status
    }

    /// The address of a page that explains the error, when the service gave one.
    pub fn recommend(&self) -> Option<&str> {
        self.0.service.recommend.as_deref()
    }

    /// Which permission was missing, when the service said so.
    pub fn access_denied(&self) -> Option<&AccessDenied> {
        self.0.service.access_denied.as_ref()
    }

    /// How long the service asked to wait (`x-acs-retry-after`, `Retry-After`), as it asked: not capped.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.service.retry_after
    }

    /// Requests sent for this call; 0 when it failed before the first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The body of the answer as it came, when there was one. May hold secrets of the answer, so it is in neither `Debug` nor `Display`.
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.0.raw_body.as_deref()
    }

    /// Where in the answer a value could not be read: `PackageStates[3].TemplateId`. For errors of kind [`ErrorKind::Decode`].
    pub fn json_path(&self) -> Option<&str> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref::<DecodeError>().map(DecodeError::path)
    }

    /// The service refused the call because there were too many.
    pub fn is_throttling(&self) -> bool {
        self.class() == ErrorClass::Throttled
    }

    /// A time limit passed here, or the service says one passed there.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
            || matches!(self.http_status(), Some(408 | 504))
            || matches!(self.code(), Some("Timeout" | "RequestTimeout"))
    }

    /// The thing named in the call does not exist.
    pub fn is_not_found(&self) -> bool {
        // A 404 of the gateway means an API, product or protocol that does not exist.
        const GATEWAY: [&str; 3] = ["InvalidApi.", "InvalidProduct.", "InvalidProtocol."];
        let code = self.code().unwrap_or_default();
        let named = code.starts_with("EntityNotExist") || code.ends_with("NotFound");
        (named || self.http_status() == Some(404)) && !GATEWAY.iter().any(|p| code.starts_with(p))
    }

    /// The caller may not do this.
    pub fn is_access_denied(&self) -> bool {
        const CODES: [&str; 5] = [
            "NoPermission",
            "Forbidden",
            "AccessDenied",
            "Unauthorized",
            "NotAuthorized",
        ];
        self.access_denied().is_some()
            || self.code().is_some_and(|code| {
                CODES
                    .iter()
                    .any(|c| code == *c || code.strip_prefix(c).is_some_and(|r| r.starts_with('.')))
            })
    }

    /// Whether the same call may succeed later. Says nothing about whether repeating it is safe: a write may have been executed.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::Timeout => true,
            ErrorKind::Service => self.class().is_transient(),
            _ => false,
        }
    }

    /// The family of what the service said.
    pub(crate) fn class(&self) -> ErrorClass {
        self.0.service.class()
    }

    /// Adds the error below.
    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

#[cfg(feature = "client")]
impl Error {
    /// The client refuses the call.
    pub(crate) fn guarded(message: String) -> Self {
        Self::of(ErrorKind::Guarded, message)
    }

    /// Adds what is known only on the road: the operation and how many requests were sent.
    pub(crate) fn on(mut self, operation: impl Into<String>, attempts: u32) -> Self {
        self.0.operation = Some(operation.into());
        self.0.attempts = attempts;
        self
    }

    /// Adds the answer that the error is about.
    pub(crate) fn answered(mut self, status: u16, request_id: Option<String>, body: Bytes) -> Self {
        self.0.service.status = Some(status);
        if self.0.service.request_id.is_none() {
            self.0.service.request_id = request_id;
        }
        self.0.raw_body = Some(body);
        self
    }

    /// Adds a sentence that helps, behind the message.
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
}

impl From<ServiceError> for Error {
    fn from(service: ServiceError) -> Self {
        let mut error = Self::of(ErrorKind::Service, "");
        error.0.service = service;
        error
    }
}

impl From<EndpointError> for Error {
    fn from(error: EndpointError) -> Self {
        Self::config(error.to_string()).caused_by(error)
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        Self::of(ErrorKind::Credentials, error.to_string()).caused_by(error)
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::of(ErrorKind::InvalidInput, error.to_string()).caused_by(error)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let (kind, what) = match error.kind() {
            TransportErrorKind::Connect => (ErrorKind::Connect, "no connection"),
            TransportErrorKind::Interrupted => (ErrorKind::Interrupted, "the connection broke"),
            TransportErrorKind::Timeout => (ErrorKind::Timeout, "no answer in time"),
            TransportErrorKind::InvalidRequest => {
                (ErrorKind::InvalidInput, "the request cannot be sent")
            }
        };
        Self::of(kind, format!("{what}: {error}")).caused_by(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            self.operation().map(str::to_owned),
            self.http_status().map(|status| status.to_string()),
            self.code().map(str::to_owned),
        ];
        let head: Vec<String> = head.into_iter().flatten().collect();
        f.write_str(&one_line(&head.join(" ")))?;
        if !self.message().is_empty() {
            let colon = if head.is_empty() { "" } else { ": " };
            write!(f, "{colon}{}", one_line(self.message()))?;
        }
        let tail = [
            self.request_id()
                .map(|id| format!("request id {}", one_line(id))),
            (self.attempts() > 1).then(|| format!("attempts {}", self.attempts())),
            self.retry_after()
                .map(|wait| format!("retry after {} ms", wait.as_millis())),
            self.recommend()
                .map(|url| format!("help: {}", one_line(url))),
            self.access_denied().and_then(advice),
        ];
        let tail: Vec<String> = tail.into_iter().flatten().collect();
        if !tail.is_empty() {
            write!(f, " ({})", tail.join(", "))?;
        }
        Ok(())
    }
}

/// What to do about a missing permission.
fn advice(detail: &AccessDenied) -> Option<String> {
    if detail.is_explicit_deny() {
        let action = detail.auth_action.as_deref()?;
        return Some(format!("a policy denies {}", one_line(action)));
    }
    let statement = detail.policy_statement()?;
    Some(format!("allow it with {statement}"))
}

/// Control characters as spaces: text of a service must not forge lines of a log.
fn one_line(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The line of `Display`, since this is what a `main` that returns the error prints; `{:#?}` shows the parts.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.operation())
            .field("message", &self.0.message)
            .field("service", &self.0.service)
            .field("attempts", &self.attempts())
            .field("raw_body_bytes", &self.raw_body().map(<[u8]>::len))
            .field("source", &self.0.source)
            .finish()
    }
}

/// `source` is the error below, for downcasting. `Display` tells what it says already.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|e| e as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(status: u16, code: &str) -> Error {
        ServiceError::new(status, code, "No.").into()
    }

    #[test]
    fn a_result_costs_a_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn debug_shows_the_same_line_and_the_parts_on_request() {
        let error = service(404, "EntityNotExists.Template");
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(format!("{error:#?}").contains("kind: Service"));
    }

    #[test]
    fn one_line_tells_everything() {
        let detail = AccessDenied {
            auth_action: Some("oos:ListExecutions".to_owned()),
            no_permission_type: Some("ImplicitDeny".to_owned()),
            ..AccessDenied::default()
        };
        let error = ServiceError::new(403, "NoPermission", "You are\r\nnot\tallowed. ")
            .request_id("R\n1")
            .recommend("https://api.example/troubleshoot?q=NoPermission")
            .retry_after(Duration::from_millis(1500))
            .access_denied(detail);
        assert_eq!(
            Error::from(error).to_string(),
            "403 NoPermission: You are  not allowed. (request id R 1, retry after 1500 ms, \
             help: https://api.example/troubleshoot?q=NoPermission, \
             allow it with {\"Effect\":\"Allow\",\"Action\":\"oos:ListExecutions\",\"Resource\":\"*\"})"
        );
        assert_eq!(Error::config("no region").to_string(), "no region");
        let denied = AccessDenied {
            auth_action: Some("oos:X".to_owned()),
            no_permission_type: Some("ExplicitDeny".to_owned()),
            ..AccessDenied::default()
        };
        let error = Error::from(ServiceError::new(403, "NoPermission", "").access_denied(denied));
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
        let asked = ServiceError::new(400, "Busy", "").retry_after(Duration::from_secs(1));
        assert!(Error::from(asked).is_throttling());

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
        assert!(!service(403, "InternalError").is_access_denied());

        assert!(service(408, "").is_timeout() && service(400, "RequestTimeout").is_timeout());
        assert!(Error::timeout("x").is_timeout() && Error::timeout("x").is_retryable());

        assert!(service(403, "InternalError").is_retryable());
        assert!(!service(500, "InvalidParameter").is_retryable());
        assert!(!Error::config("x").is_retryable());
    }

    #[test]
    fn the_error_below_can_be_reached() {
        use std::error::Error as _;

        let error = Error::from(TransportError::new(TransportErrorKind::Connect, "refused"));
        assert_eq!(error.to_string(), "no connection: refused");
        let source = error
            .source()
            .and_then(|e| e.downcast_ref::<TransportError>());
        assert_eq!(
            source.map(TransportError::kind),
            Some(TransportErrorKind::Connect)
        );
    }
}
