//! Credentials as a value.

#[cfg(feature = "client")]
use crate::secret::mask_access_key_id;
use crate::signing::SigningKey;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// One set of credentials. Key and token always come from the same refresh.
///
/// Cheap to clone. The secret and the token are never shown, and are wiped from memory when the
/// last clone is dropped.
#[derive(Clone)]
pub struct Credentials {
    kind: Arc<Kind>,
    expiry: Option<SystemTime>,
    provider: Arc<str>,
    role: Option<Arc<str>>,
}

enum Kind {
    AccessKey {
        key: SigningKey,
        token: Option<Zeroizing<String>>,
    },
    Bearer(Zeroizing<String>),
    Anonymous,
}

impl Credentials {
    /// Creates credentials with a long-term AccessKey pair.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::make(
            Kind::AccessKey {
                key: SigningKey::new(id, secret),
                token: None,
            },
            "static_ak",
        )
    }

    /// Creates temporary credentials from the Security Token Service (STS).
    pub fn sts(id: impl Into<String>, secret: impl Into<String>, token: impl Into<String>) -> Self {
        let token = Some(Zeroizing::new(token.into()));
        Self::make(
            Kind::AccessKey {
                key: SigningKey::new(id, secret),
                token,
            },
            "static_sts",
        )
    }

    /// Creates credentials with a bearer token. Requests are not signed.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::make(Kind::Bearer(Zeroizing::new(token.into())), "bearer")
    }

    /// Creates credentials without an identity. Requests are not signed.
    pub fn anonymous() -> Self {
        Self::make(Kind::Anonymous, "anonymous")
    }

    fn make(kind: Kind, provider: &str) -> Self {
        Self {
            kind: Arc::new(kind),
            expiry: None,
            provider: provider.into(),
            role: None,
        }
    }

    /// Sets when the credentials expire.
    #[must_use]
    pub fn with_expiry(mut self, expiry: SystemTime) -> Self {
        self.expiry = Some(expiry);
        self
    }

    /// Sets the name of their source; see [`Credentials::provider`].
    #[must_use]
    pub fn with_provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = provider.into().into();
        self
    }

    /// Sets the role that they represent; see [`Credentials::role`].
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into().into());
        self
    }

    /// Returns the AccessKey ID, or `None` for bearer tokens and anonymous credentials.
    pub fn access_key_id(&self) -> Option<&str> {
        self.signing_key().map(SigningKey::access_key_id)
    }

    /// Returns the credentials as a text for people, without secrets:
    /// `AccessKey ID LTAI****0001 from default/env`.
    #[cfg(feature = "client")]
    pub(crate) fn shown(&self) -> String {
        let key = match &*self.kind {
            Kind::AccessKey { key, .. } => {
                format!("AccessKey ID {}", mask_access_key_id(key.access_key_id()))
            }
            Kind::Bearer(_) => "a bearer token".to_owned(),
            Kind::Anonymous => "no credentials".to_owned(),
        };
        format!("{key} from {}", self.provider)
    }

    /// Returns the AccessKey secret, or `None` for bearer tokens and anonymous credentials.
    pub fn access_key_secret(&self) -> Option<&str> {
        self.signing_key().map(SigningKey::secret)
    }

    /// Returns the AccessKey pair as a signing key, or `None` for bearer tokens and anonymous
    /// credentials.
    pub fn signing_key(&self) -> Option<&SigningKey> {
        match &*self.kind {
            Kind::AccessKey { key, .. } => Some(key),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// Returns the STS token, or `None` unless the credentials are temporary.
    pub fn security_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::AccessKey { token, .. } => token.as_deref().map(String::as_str),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// Returns the bearer token, or `None` for other credentials.
    pub fn bearer_token(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Bearer(token) => Some(token),
            Kind::AccessKey { .. } | Kind::Anonymous => None,
        }
    }

    /// Returns when the credentials expire, or `None` if they never do or the source does not
    /// report it.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.expiry
    }

    /// Returns their source, named as in the official clients: `static_ak`, `default/env`,
    /// `cli_profile/ram_role_arn/static_sts`.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Returns the role that they represent, if the provider knows it: an ARN, or the name of the
    /// role of an ECS instance.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// Returns whether both are clones of one value, that is, from the same refresh. Compares
    /// pointers, not secrets.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kind, &other.kind)
    }

    /// Prepends `prefix/` to the provider's name, as every provider with another source does.
    #[cfg(feature = "client")]
    pub(crate) fn within(self, prefix: &str) -> Self {
        let provider = format!("{prefix}/{}", self.provider);
        self.with_provider(provider)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("provider", &self.provider)
            .field("access_key_id", &self.access_key_id())
            .field("expiry", &self.expiry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!(
            "{:?} {:?}",
            Credentials::sts("id", "the-secret", "the-token"),
            Credentials::bearer("the-bearer")
        );
        assert!(shown.contains("\"id\""));
        assert!(!shown.contains("the-"), "{shown}");
    }

    #[test]
    fn renaming_keeps_the_value_and_its_identity() {
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(7);
        let first = Credentials::sts("id", "secret", "token").with_expiry(expiry);
        let renamed = first.clone().with_provider("a/b").with_role("r");
        assert!(renamed.is_same(&first));
        assert_eq!(renamed.provider(), "a/b");
        assert_eq!(renamed.expiry(), Some(expiry));
        assert_eq!(renamed.role(), Some("r"));
        assert!(!first.is_same(&Credentials::sts("id", "secret", "token")));
    }
}
