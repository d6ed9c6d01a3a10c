//! Everything a client is made from.

use crate::credentials::{CachedProvider, DefaultChain, ProvideCredentials};
use crate::endpoint::{EndpointEnv, EndpointError, GivenEndpoint, Network};
use crate::guard::Guard;
use crate::http::HttpClient;
use crate::interceptor::{Intercept, Interceptors};
use crate::metrics::Metrics;
use crate::request::SignatureVersion;
use crate::retry::RetryConfig;
use crate::time::{Time, TokioTime};
use std::sync::Arc;
use std::time::Duration;

/// What a client is made from. Clones share the HTTP client with its connections, the clock and the credentials with their cache, so
/// clients of several services are best made from clones of one `Config`.
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_core::credentials::Credentials;
/// use std::time::Duration;
///
/// let config = Config::new()
///     .region("cn-hangzhou")
///     .credentials(Credentials::access_key("id", "secret"))
///     .attempt_timeout(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<GivenEndpoint>,
    pub(crate) network: Network,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) signature: SignatureVersion,
    pub(crate) retry: RetryConfig,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) clock_skew_correction: bool,
    pub(crate) user_agent: Option<String>,
    pub(crate) guard: Guard,
    pub(crate) interceptors: Interceptors,
    pub(crate) metrics: Vec<Arc<dyn Metrics>>,
    pub(crate) http: Option<Arc<dyn HttpClient>>,
    pub(crate) time: Arc<dyn Time>,
    /// What is wrong with the environment; reported when a client is made.
    pub(crate) environment: Option<EndpointError>,
}

impl Config {
    /// The defaults, and nothing from the environment but the credentials, which are looked for at the first call.
    pub fn new() -> Self {
        Self {
            region: None,
            endpoint: None,
            network: Network::default(),
            credentials: Arc::new(CachedProvider::new(DefaultChain::new())),
            signature: SignatureVersion::default(),
            retry: RetryConfig::default(),
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(120),
            max_response_bytes: 64 * 1024 * 1024,
            clock_skew_correction: true,
            user_agent: None,
            guard: Guard::default(),
            interceptors: Interceptors::default(),
            metrics: Vec::new(),
            http: default_http(),
            time: Arc::new(TokioTime::new()),
            environment: None,
        }
    }

    /// Region, endpoint and network from the environment (see [`EndpointEnv`]), and `ALIBABA_CLOUD_USER_AGENT`.
    ///
    /// Never fails: a malformed variable is reported when a client is made, and missing credentials by the first call, with all that was
    /// tried to find them.
    pub fn from_env() -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let mut config = Self::new();
        match EndpointEnv::read(variable) {
            Ok(environment) => {
                config.region = environment.region;
                config.endpoint = environment.endpoint.map(|e| GivenEndpoint(e.to_string()));
                config.network = environment.network.unwrap_or_default();
            }
            Err(error) => config.environment = Some(error),
        }
        config.user_agent = variable("ALIBABA_CLOUD_USER_AGENT").filter(|text| !text.is_empty());
        config
    }

    /// The region that is called, and that fills in the parameter `RegionId`: `cn-hangzhou`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The host that is called, instead of the one that region and network lead to: `oos.cn-hangzhou.aliyuncs.com`, or a URL without
    /// path. `https` unless it says `http://`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(GivenEndpoint(endpoint.into()));
        self
    }

    /// The network that requests go through. Default: the internet.
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Who calls. Kept in a [`CachedProvider`], which clones of the configuration share. Default: [`DefaultChain`].
    pub fn credentials(mut self, provider: impl ProvideCredentials) -> Self {
        self.credentials = Arc::new(CachedProvider::new(provider));
        self
    }

    /// How requests are signed. Default: V3.
    pub fn signature_version(mut self, version: SignatureVersion) -> Self {
        self.signature = version;
        self
    }

    /// Whether and how to retry. Default: [`RetryConfig::standard`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// How long to wait for a connection. Default 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one attempt may take, from sending to the last byte of the answer. Default 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How long a whole call may take: credentials, all attempts and the waits between them. Default 120 s.
    pub fn operation_timeout(mut self, limit: Duration) -> Self {
        self.operation_timeout = limit;
        self
    }

    /// The size in bytes beyond which an answer is refused. Default 64 MiB.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Whether to learn the clock of the service when it refuses ours. Default `true`.
    pub fn clock_skew_correction(mut self, on: bool) -> Self {
        self.clock_skew_correction = on;
        self
    }

    /// What the user agent says about the program, behind what it says about the SDK: `my-app/1.0`.
    pub fn user_agent(mut self, application: impl Into<String>) -> Self {
        self.user_agent = Some(application.into());
        self
    }

    /// Refuses calls that are not known to only read, before anything is sent. A guard against mistakes, not against attackers: permissions
    /// are what RAM grants.
    pub fn read_only(mut self) -> Self {
        self.guard.allow_only_reads();
        self
    }

    /// Refuses calls that match a pattern before anything is sent: `*:Delete*`, `oos:StartExecution`. Of the form `product:operation`, where
    /// `*` stands for any text; case does not count. A malformed pattern is reported when a client is made.
    pub fn deny(mut self, pattern: impl Into<String>) -> Self {
        self.guard.deny(pattern.into());
        self
    }

    /// Code that runs in every attempt, behind that given before.
    pub fn interceptor(mut self, interceptor: impl Intercept) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// What counts and measures calls, beside that given before.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics.push(Arc::new(metrics));
        self
    }

    /// What sends requests. Default: reqwest, where its feature is on.
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.http = Some(Arc::new(client));
        self
    }

    /// What tells the time and waits. Default: the system's clock and the timer of tokio.
    pub fn time(mut self, time: impl Time) -> Self {
        self.time = Arc::new(time);
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "reqwest")]
fn default_http() -> Option<Arc<dyn HttpClient>> {
    Some(Arc::new(crate::transport::ReqwestClient::default()))
}

#[cfg(not(feature = "reqwest"))]
fn default_http() -> Option<Arc<dyn HttpClient>> {
    None
}
