//! Credentials as a value.

use super::CredentialsError;
#[cfg(feature = "client")]
use super::settings::InstanceMetadata;
use super::settings::ProfileSettings;
#[cfg(feature = "client")]
use crate::secret::mask_access_key_id;
use crate::signing::SigningKey;
use crate::text::trimmed;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// One set of credentials. Key and token always come from the same refresh.
///
/// Whitespace, byte order marks and zero-width spaces around a value are removed, as in variables
/// and profiles. Values that are empty or have other characters than printable ASCII cannot be
/// sent; providers and calls reject them with an error that names the field.
///
/// Cheap to clone. The secret and the token are never shown, and are wiped from memory when the
/// last clone is dropped.
#[derive(Clone)]
pub struct Credentials {
    value: Arc<Value>,
    expiry: Option<SystemTime>,
    provider: Arc<str>,
    role: Option<Arc<str>>,
    origin: Option<Arc<Origin>>,
}

struct Value {
    kind: Kind,
    flaw: Option<Flaw>,
}

/// What a client can read where the credentials come from.
#[derive(Clone, Default)]
struct Origin {
    settings: Option<ProfileSettings>,
    #[cfg(feature = "client")]
    metadata: Option<InstanceMetadata>,
}

/// A field of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CredentialsField {
    AccessKeyId,
    AccessKeySecret,
    SecurityToken,
    BearerToken,
}

/// Why credentials cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) field: CredentialsField,
    /// The problem, to be appended to the name of the field: `is empty`.
    pub(super) problem: &'static str,
}

impl CredentialsField {
    fn name(self) -> &'static str {
        match self {
            Self::AccessKeyId => "AccessKey ID",
            Self::AccessKeySecret => "AccessKey secret",
            Self::SecurityToken => "security token",
            Self::BearerToken => "bearer token",
        }
    }

    /// Returns the value without surrounding whitespace, and why it cannot be sent.
    fn read(self, value: String) -> (Zeroizing<String>, Option<Flaw>) {
        let given = Zeroizing::new(value);
        let text = trimmed(&given);
        let flaw = problem(text).map(|problem| Flaw {
            field: self,
            problem,
        });
        if text.len() == given.len() {
            return (given, flaw);
        }
        (Zeroizing::new(text.to_owned()), flaw)
    }
}

/// Returns why a value cannot be sent.
fn problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    let bad = text.chars().find(|c| !c.is_ascii_graphic())?;
    Some(match bad {
        '\r' | '\n' => "contains a line break",
        c if c.is_whitespace() => "contains whitespace",
        c if c.is_control() => "contains a control character",
        _ => "contains a character that is not ASCII",
    })
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
        let (key, flaw) = signing_key(id.into(), secret.into());
        Self::make(Kind::AccessKey { key, token: None }, "static_ak", flaw)
    }

    /// Creates temporary credentials from the Security Token Service (STS).
    pub fn sts(id: impl Into<String>, secret: impl Into<String>, token: impl Into<String>) -> Self {
        let (key, flaw) = signing_key(id.into(), secret.into());
        let (token, token_flaw) = CredentialsField::SecurityToken.read(token.into());
        let token = Some(token);
        let kind = Kind::AccessKey { key, token };
        Self::make(kind, "static_sts", flaw.or(token_flaw))
    }

    /// Creates credentials with a bearer token. Requests are not signed.
    pub fn bearer(token: impl Into<String>) -> Self {
        let (token, flaw) = CredentialsField::BearerToken.read(token.into());
        Self::make(Kind::Bearer(token), "bearer", flaw)
    }

    /// Creates credentials without an identity. Requests are not signed.
    pub fn anonymous() -> Self {
        Self::make(Kind::Anonymous, "anonymous", None)
    }

    fn make(kind: Kind, provider: &str, flaw: Option<Flaw>) -> Self {
        Self {
            value: Arc::new(Value { kind, flaw }),
            expiry: None,
            provider: provider.into(),
            role: None,
            origin: None,
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

    /// Sets the settings of the profile that they come from; see [`Credentials::settings`].
    #[must_use]
    pub fn with_settings(mut self, settings: ProfileSettings) -> Self {
        self.origin_mut().settings = Some(settings);
        self
    }

    /// Sets the metadata service that issued them.
    #[cfg(feature = "client")]
    pub(super) fn with_metadata(mut self, metadata: InstanceMetadata) -> Self {
        self.origin_mut().metadata = Some(metadata);
        self
    }

    /// Takes over the settings of the credentials that these were issued for.
    #[cfg(feature = "client")]
    pub(super) fn with_settings_of(mut self, source: &Self) -> Self {
        self.origin.clone_from(&source.origin);
        self
    }

    fn origin_mut(&mut self) -> &mut Origin {
        Arc::make_mut(self.origin.get_or_insert_default())
    }

    /// Returns the AccessKey ID, or `None` for bearer tokens and anonymous credentials.
    pub fn access_key_id(&self) -> Option<&str> {
        self.signing_key().map(SigningKey::access_key_id)
    }

    /// Returns enough of the AccessKey ID to recognize it, `LTAI****0001`; `None` for bearer tokens
    /// and anonymous credentials.
    #[cfg(feature = "client")]
    pub fn masked_access_key_id(&self) -> Option<String> {
        self.access_key_id().map(mask_access_key_id)
    }

    /// Returns the credentials as a text for people, without secrets:
    /// `AccessKey ID LTAI****0001 from default/env`.
    #[cfg(feature = "client")]
    pub(crate) fn shown(&self) -> String {
        let key = match &self.value.kind {
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
        match &self.value.kind {
            Kind::AccessKey { key, .. } => Some(key),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// Returns the STS token, or `None` unless the credentials are temporary.
    pub fn security_token(&self) -> Option<&str> {
        match &self.value.kind {
            Kind::AccessKey { token, .. } => token.as_deref().map(String::as_str),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// Returns the bearer token, or `None` for other credentials.
    pub fn bearer_token(&self) -> Option<&str> {
        match &self.value.kind {
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

    /// Returns the settings of the profile that they come from, or `None` if they come from no
    /// profile.
    pub fn settings(&self) -> Option<&ProfileSettings> {
        self.origin.as_ref()?.settings.as_ref()
    }

    /// Returns the metadata service that issued them, or the credentials that they were issued for.
    #[cfg(feature = "client")]
    pub(crate) fn metadata(&self) -> Option<&InstanceMetadata> {
        self.origin.as_ref()?.metadata.as_ref()
    }

    /// Checks that every field can be sent: it is not empty and consists of printable ASCII
    /// characters without blanks.
    ///
    /// # Errors
    /// Names the provider and the first invalid field, without its value.
    pub fn check(&self) -> Result<(), CredentialsError> {
        match self.value.flaw {
            None => Ok(()),
            Some(flaw) => Err(CredentialsError::new(format!(
                "invalid credentials of {}: the {} {}",
                self.provider,
                flaw.field.name(),
                flaw.problem
            ))),
        }
    }

    /// Returns why they cannot be sent.
    #[cfg(feature = "client")]
    pub(super) fn flaw(&self) -> Option<Flaw> {
        self.value.flaw
    }

    /// Returns whether both are clones of one value, that is, from the same refresh. Compares
    /// pointers, not secrets.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }

    /// Prepends `prefix/` to the provider's name, as every provider with another source does.
    #[cfg(feature = "client")]
    pub(crate) fn within(self, prefix: &str) -> Self {
        let provider = format!("{prefix}/{}", self.provider);
        self.with_provider(provider)
    }
}

/// Returns the key of an AccessKey pair, and why it cannot be used.
fn signing_key(id: String, secret: String) -> (SigningKey, Option<Flaw>) {
    let (id, id_flaw) = CredentialsField::AccessKeyId.read(id);
    let (mut secret, secret_flaw) = CredentialsField::AccessKeySecret.read(secret);
    // The key takes over the memory and wipes it.
    let secret = std::mem::take(&mut *secret);
    (
        SigningKey::new(id.as_str(), secret),
        id_flaw.or(secret_flaw),
    )
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
    fn values_are_trimmed_and_what_cannot_be_sent_is_named() {
        let credentials = Credentials::sts(" id\n", "\u{feff}secret\r\n", "\u{3000}token\t");
        assert_eq!(credentials.access_key_id(), Some("id"));
        assert_eq!(credentials.access_key_secret(), Some("secret"));
        assert_eq!(credentials.security_token(), Some("token"));
        assert_eq!(Credentials::bearer(" b\n").bearer_token(), Some("b"));
        assert!(credentials.check().is_ok() && Credentials::anonymous().check().is_ok());

        for (credentials, expected) in [
            (
                Credentials::access_key("", "s"),
                "the AccessKey ID is empty",
            ),
            (
                Credentials::access_key("i", " \n"),
                "the AccessKey secret is empty",
            ),
            (
                Credentials::access_key("LTAI\u{3000}x", "s"),
                "the AccessKey ID contains whitespace",
            ),
            (
                Credentials::access_key("i", "se\r\ncret"),
                "the AccessKey secret contains a line break",
            ),
            (
                Credentials::sts("i", "s", "to\0ken"),
                "the security token contains a control character",
            ),
            (
                Credentials::sts("i", "s", "to\u{fffd}ken"),
                "the security token contains a character that is not ASCII",
            ),
            (
                Credentials::sts("i", "s", ""),
                "the security token is empty",
            ),
            (
                Credentials::bearer("a b"),
                "the bearer token contains whitespace",
            ),
        ] {
            let error = credentials.check().unwrap_err().to_string();
            let provider = credentials.provider();
            assert_eq!(
                error,
                format!("invalid credentials of {provider}: {expected}")
            );
        }
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
