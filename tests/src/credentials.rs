//! Shared helpers of the credentials tests.

use alibabacloud_core::credentials::{Environment, ProviderContext};
use alibabacloud_core::http::{HttpClient, HttpRequest, HttpResponse, TransportError};
use alibabacloud_core::test_util::ManualTime;
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_emulator::identity::{IdentityServer, IdentityServerBuilder, Login};
use serde_json::json;
use std::sync::Arc;

/// Returns a context with this environment and clock only.
pub fn context(
    http: impl HttpClient,
    time: &ManualTime,
    environment: impl Environment,
) -> ProviderContext {
    ProviderContext::new(Arc::new(http), Arc::new(time.clone()))
        .with_environment(Arc::new(environment))
}

/// Starts a server whose clock is `time`.
///
/// # Panics
/// Panics if it cannot start.
pub async fn server(builder: IdentityServerBuilder, time: &ManualTime) -> IdentityServer {
    use alibabacloud_core::time::Time;
    let time = time.clone();
    builder
        .clock(move || time.now())
        .start()
        .await
        .expect("a port on the loopback")
}

/// Returns a file of CLI profiles `sso` and `oauth` with this login.
pub fn logins(login: &Login) -> String {
    let config = json!({ "current": "", "profiles": [
        {
            "name": "sso",
            "mode": "CloudSSO",
            "cloud_sso_sign_in_url": "https://signin.example/start/login",
            "cloud_sso_account_id": "1",
            "cloud_sso_access_config": "ac-1",
            "access_token": login.access_token,
            "cloud_sso_access_token_expire": 4_102_444_800_u64,
        },
        {
            "name": "oauth",
            "mode": "OAuth",
            "oauth_site_type": "INTL",
            "oauth_access_token": login.access_token,
            "oauth_access_token_expire": 4_102_444_800_u64,
            "oauth_refresh_token": login.refresh_token,
        },
    ]});
    config.to_string()
}

/// A transport that sends all requests to one server, whatever their host; the header `host` keeps
/// the original one.
#[derive(Debug)]
pub struct Reroute {
    to: String,
    inner: HyperClient,
}

impl Reroute {
    /// Creates a transport that sends everything to `server`.
    ///
    /// # Panics
    /// Panics if the transport cannot be created.
    pub fn to(server: &IdentityServer) -> Self {
        Self::to_url(&server.url())
    }

    /// Creates a transport that sends everything to a server in another process:
    /// `http://127.0.0.1:8080`.
    ///
    /// # Panics
    /// Panics if the transport cannot be created.
    pub fn to_url(url: &str) -> Self {
        let config = TransportConfig::new().no_proxy();
        Self {
            to: url.to_owned(),
            inner: HyperClient::new(config).expect("a transport"),
        }
    }
}

impl HttpClient for Reroute {
    fn send(
        &self,
        mut request: HttpRequest,
    ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let (_, rest) = request.url.split_once("://").unwrap_or_default();
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        request.url = format!("{}{path}", self.to);
        self.inner.send(request)
    }
}
