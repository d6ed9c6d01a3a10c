//! Who calls: credentials and the providers that find them.

use crate::http::HttpClient;
use crate::time::{BoxFuture, Time};
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// One set of credentials, handed out whole so that a key and a token of two refreshes can never mix.
///
/// Cheap to clone. The secret and the token are never shown and are wiped from memory when the last clone is dropped.
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    kind: Kind,
    expiry: Option<SystemTime>,
    provider: String,
}

enum Kind {
    AccessKey {
        id: String,
        secret: Zeroizing<String>,
        token: Option<Zeroizing<String>>,
    },
    Bearer(Zeroizing<String>),
    Anonymous,
}

impl Credentials {
    /// A long-term AccessKey pair.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::make(
            Kind::AccessKey {
                id: id.into(),
                secret: Zeroizing::new(secret.into()),
                token: None,
            },
            "static_ak",
        )
    }

    /// Temporary credentials from the Security Token Service.
    pub fn sts(id: impl Into<String>, secret: impl Into<String>, token: impl Into<String>) -> Self {
        let token = Some(Zeroizing::new(token.into()));
        Self::make(
            Kind::AccessKey {
                id: id.into(),
                secret: Zeroizing::new(secret.into()),
                token,
            },
            "static_sts",
        )
    }

    /// A bearer token; requests are not signed.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::make(Kind::Bearer(Zeroizing::new(token.into())), "bearer")
    }

    /// No identity; requests are not signed.
    pub fn anonymous() -> Self {
        Self::make(Kind::Anonymous, "anonymous")
    }

    fn make(kind: Kind, provider: &str) -> Self {
        Self(Arc::new(Inner {
            kind,
            expiry: None,
            provider: provider.to_owned(),
        }))
    }

    /// The AccessKey id; `None` for bearer tokens and anonymous calls.
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::AccessKey { id, .. } => Some(id),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// The AccessKey secret.
    pub fn access_key_secret(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::AccessKey { secret, .. } => Some(secret),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// The STS token of temporary credentials.
    pub fn security_token(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::AccessKey { token, .. } => token.as_deref().map(String::as_str),
            Kind::Bearer(_) | Kind::Anonymous => None,
        }
    }

    /// The bearer token.
    pub fn bearer_token(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Bearer(token) => Some(token),
            Kind::AccessKey { .. } | Kind::Anonymous => None,
        }
    }

    /// When they stop being valid; `None` for never.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expiry
    }

    /// Where they come from, in the names of the official clients: `static_ak`, `default/env`, `cli_profile/ram_role_arn/static_sts`.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("provider", &self.0.provider)
            .field("access_key_id", &self.access_key_id())
            .field("expiry", &self.0.expiry)
            .finish_non_exhaustive()
    }
}

/// What a provider works with: transport and clock of the client that asks.
#[derive(Clone, Debug)]
pub struct ProviderContext {
    /// Sends requests to the metadata service, STS and others.
    pub http: Arc<dyn HttpClient>,
    /// Tells expiry and waits.
    pub time: Arc<dyn Time>,
}

/// A source of credentials.
///
/// Wrap one in a cache unless it is cheap and never expires; `Config::credentials` does that for you.
pub trait ProvideCredentials: Send + Sync + fmt::Debug + 'static {
    /// Its name as in [`Credentials::provider`].
    fn name(&self) -> &str;

    /// Finds credentials.
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>>;
}

/// Why a provider had no credentials. Never holds a secret.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    message: String,
}

impl CredentialsError {
    /// An error with a message for people: what failed, where, what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {}

impl ProvideCredentials for Credentials {
    fn name(&self) -> &str {
        self.provider()
    }

    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.clone()) })
    }
}
