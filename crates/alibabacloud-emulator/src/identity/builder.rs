//! Settings of the server.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

type TimeSource = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Settings of an [`IdentityServer`](super::IdentityServer), from
/// [`IdentityServer::builder`](super::IdentityServer::builder).
#[must_use = "a server runs only after `start`"]
pub struct IdentityServerBuilder {
    pub(super) clock: TimeSource,
    pub(super) lifetime: Duration,
    pub(super) keys: BTreeMap<String, String>,
    pub(super) role: Option<String>,
    pub(super) region: String,
    pub(super) external_id: Option<String>,
    pub(super) oidc_token: String,
    pub(super) session_tokens: SessionTokens,
}

/// How the metadata service handles session tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionTokens {
    /// IMDSv2 and IMDSv1.
    Accepted,
    /// IMDSv2 only.
    Required,
    /// IMDSv1 only.
    Unsupported,
}

impl Default for IdentityServerBuilder {
    fn default() -> Self {
        Self {
            clock: Box::new(SystemTime::now),
            lifetime: Duration::from_secs(3600),
            keys: BTreeMap::from([("testid".to_owned(), "testsecret".to_owned())]),
            role: Some("emulated-role".to_owned()),
            region: "cn-hangzhou".to_owned(),
            external_id: None,
            oidc_token: "emulated-oidc-token".to_owned(),
            session_tokens: SessionTokens::Accepted,
        }
    }
}

impl IdentityServerBuilder {
    /// Sets the clock of the services, which the header `date` of responses shows too. The default
    /// is the system's clock.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets how long credentials are valid when the request does not say. The default is one hour.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Adds an AccessKey that may assume roles, in addition to `testid` with `testsecret`.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.insert(id.into(), secret.into());
        self
    }

    /// Sets the RAM role of the instance. The default is `emulated-role`.
    pub fn instance_role(mut self, role: Option<&str>) -> Self {
        self.role = role.map(str::to_owned);
        self
    }

    /// Sets the region of the instance. The default is `cn-hangzhou`.
    pub fn instance_region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets the external ID that roles require. The default is none.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Sets the OpenID Connect token that roles trust. The default is `emulated-oidc-token`.
    pub fn oidc_token(mut self, token: impl Into<String>) -> Self {
        self.oidc_token = token.into();
        self
    }

    /// Refuses metadata requests without a session token (IMDSv2 only).
    pub fn require_session_token(mut self) -> Self {
        self.session_tokens = SessionTokens::Required;
        self
    }

    /// Does not support session tokens (IMDSv1 only).
    pub fn without_session_tokens(mut self) -> Self {
        self.session_tokens = SessionTokens::Unsupported;
        self
    }
}

impl fmt::Debug for IdentityServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityServerBuilder")
            .field("lifetime", &self.lifetime)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
