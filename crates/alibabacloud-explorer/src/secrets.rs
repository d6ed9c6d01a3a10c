//! Secrets of a start: the token in the address, and the session in the cookie.

use alibabacloud_core::signing::{RandomError, nonce};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A random text that no output shows.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// Creates a secret of 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Fails when the system has no random numbers.
    pub(crate) fn random() -> Result<Self, RandomError> {
        Ok(Self(format!("{}{}", nonce()?, nonce()?)))
    }

    /// Returns the text, for the address or the cookie.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not depend on where the texts differ.
    pub(crate) fn matches(&self, sent: &str) -> bool {
        let (known, sent) = (self.0.as_bytes(), sent.as_bytes());
        let differences = known.iter().zip(sent).fold(0, |all, (a, b)| all | (a ^ b));
        known.len() == sent.len() && differences == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("REDACTED")
    }
}

/// What a browser needs for a session, and the session itself.
#[derive(Debug)]
pub(crate) struct Secrets {
    /// The token in the address that the program prints; any number of browsers can use it.
    pub(crate) token: Secret,
    /// The value of the cookie.
    pub(crate) session: Secret,
    /// A token that works once, for a browser that is opened by a command line, which other users
    /// of the machine can see.
    once: Mutex<Option<Secret>>,
}

impl Secrets {
    /// Creates the secrets of a start.
    ///
    /// # Errors
    ///
    /// Fails when the system has no random numbers.
    pub(crate) fn random() -> Result<Self, RandomError> {
        Ok(Self {
            token: Secret::random()?,
            session: Secret::random()?,
            once: Mutex::new(None),
        })
    }

    /// Creates a token that works once, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// Fails when the system has no random numbers.
    pub(crate) fn new_once(&self) -> Result<Secret, RandomError> {
        let token = Secret::random()?;
        *self.once.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    /// Returns whether a token begins a session.
    pub(crate) fn accepts(&self, sent: &str) -> bool {
        if self.token.matches(sent) {
            return true;
        }
        let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
        once.take_if(|token| token.matches(sent)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_for_once_works_once() {
        let secrets = Secrets::random().unwrap();
        let once = secrets.new_once().unwrap();
        assert!(!secrets.accepts("") && !secrets.accepts(&"0".repeat(64)));
        assert!(secrets.accepts(once.expose()));
        assert!(!secrets.accepts(once.expose()));
        assert!(secrets.accepts(secrets.token.expose()));
        assert!(secrets.accepts(secrets.token.expose()));
        assert!(!secrets.accepts(secrets.session.expose()));
    }

    #[test]
    fn no_output_shows_them() {
        let secrets = Secrets::random().unwrap();
        let shown = format!("{secrets:?}");
        assert!(!shown.contains(secrets.token.expose()), "{shown}");
        assert!(!shown.contains(secrets.session.expose()), "{shown}");
        assert_eq!(secrets.token.expose().len(), 64);
    }
}
