//! Why there are no credentials.

use std::fmt;

/// Whether a source is not there or is there and does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsErrorKind {
    /// Nothing asks for this source: no variable, no file, not on an instance. A chain goes on to the next.
    NotConfigured,
    /// The source is configured and does not work. A chain stops, so that a program never runs under another identity by accident.
    Failed,
}

/// Why a provider had no credentials. Never holds a secret.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    kind: CredentialsErrorKind,
    message: String,
}

impl CredentialsError {
    /// A source that is configured and does not work, with a message for people: what failed, where, what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            kind: CredentialsErrorKind::Failed,
            message: message.into(),
        }
    }

    /// A source that nothing asks for, with a message that says what it looked for.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self {
            kind: CredentialsErrorKind::NotConfigured,
            message: message.into(),
        }
    }

    /// Which of the two it is.
    pub fn kind(&self) -> CredentialsErrorKind {
        self.kind
    }

    /// The same, of a source that something asks for: a profile that needs another source which is not there does not work.
    #[cfg(feature = "client")]
    pub(crate) fn asked_for(mut self) -> Self {
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
