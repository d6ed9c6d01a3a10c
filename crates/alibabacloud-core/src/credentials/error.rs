//! Errors of credentials providers.

use crate::error::ServiceError;
use crate::time::TimerError;
use std::fmt;

/// Whether a source is absent or does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// Nothing configures this source: no variable, no file, not on an instance. A chain continues
    /// with the next provider.
    NotConfigured,
    /// The source is configured and does not work. A chain stops, so that a program never runs
    /// under another identity by accident.
    Failed,
}

/// The reason why a provider returned no credentials. Contains no secret.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: String,
    /// What the service reported that refused the credentials, except for its message.
    refusal: Option<Box<ServiceError>>,
}

impl CredentialsError {
    /// Creates an error for a source that is configured and does not work. The message says what
    /// failed, where, and what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            kind: CredentialsErrorKind::Failed,
            message: message.into(),
            refusal: None,
        }
    }

    /// Creates an error for a source that is not configured. The message says what was searched
    /// for.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self {
            kind: CredentialsErrorKind::NotConfigured,
            message: message.into(),
            refusal: None,
        }
    }

    /// Returns the error code of the service that refused, such as STS: `NoPermission`. `None` if
    /// no service did.
    pub fn code(&self) -> Option<&str> {
        self.refusal()?.code.as_deref()
    }

    /// Returns the HTTP status of the service that refused; `None` if no service did.
    pub fn http_status(&self) -> Option<u16> {
        self.refusal()?.status
    }

    /// Returns the request ID of the service that refused; `None` if no service did.
    pub fn request_id(&self) -> Option<&str> {
        self.refusal()?.request_id.as_deref()
    }

    /// Returns what the service reported that refused, except for its message.
    pub(crate) fn refusal(&self) -> Option<&ServiceError> {
        self.refusal.as_deref()
    }

    /// Adds what a service reported.
    #[cfg(feature = "client")]
    pub(crate) fn refused(mut self, refusal: ServiceError) -> Self {
        self.refusal = Some(Box::new(refusal));
        self
    }

    /// Returns the same error with another message.
    #[cfg(feature = "client")]
    pub(crate) fn with_message(&self, message: String) -> Self {
        Self {
            message,
            ..self.clone()
        }
    }

    /// Returns whether the source is not configured or failed.
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }

    /// Returns the same error as a failure: a profile that needs a source which is not configured
    /// does not work.
    #[cfg(feature = "client")]
    pub(crate) fn into_failed(mut self) -> Self {
        self.kind = CredentialsErrorKind::Failed;
        self
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {}

impl From<TimerError> for CredentialsError {
    fn from(error: TimerError) -> Self {
        Self::new(error.to_string())
    }
}
