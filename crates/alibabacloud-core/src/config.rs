//! The configuration of a client.

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use crate::credentials::DefaultChain as DefaultCredentials;
use crate::credentials::{CachedProvider, Environment, ProvideCredentials, SystemEnvironment};
use crate::endpoint::{EndpointEnv, EndpointError, GivenEndpoint, Network};
use crate::guard::Guard;
use crate::http::HttpClient;
use crate::interceptor::{Intercept, Interceptors};
use crate::metrics::Metrics;
use crate::request::SignatureVersion;
use crate::retry::RetryConfig;
use crate::safety::{CliSafetyPolicy, ConfirmHook, Confirmation};
use crate::span::Tracer;
use crate::time::Time;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use crate::time::TokioTime as DefaultTime;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
use crate::wasm::{JsTime as DefaultTime, NoCredentials as DefaultCredentials};
use alibabacloud_types::plumbing::DECODE_LIMIT;
use std::sync::Arc;
use std::time::Duration;

/// The defaults of timeouts.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration of a client.
///
/// Clones share the HTTP client with its connections, the clock, and the credentials with their
/// cache, so create the clients of several services from clones of one `Config`.
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
#[must_use = "a configuration has no effect until a client is created from it"]
pub struct Config {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<GivenEndpoint>,
    pub(crate) network: Option<Network>,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) signature: SignatureVersion,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) operation_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_decoded_bytes: usize,
    pub(crate) clock_skew_correction: bool,
    #[cfg(feature = "checks")]
    pub(crate) check_values: bool,
    pub(crate) user_agent: Option<String>,
    pub(crate) guard: Guard,
    /// The safety policy to follow.
    pub(crate) safety_policy: Option<CliSafetyPolicy>,
    pub(crate) confirm: Option<ConfirmHook>,
    pub(crate) interceptors: Interceptors,
    pub(crate) metrics: Vec<Arc<dyn Metrics>>,
    pub(crate) tracer: Option<Arc<dyn Tracer>>,
    pub(crate) http: Option<Arc<dyn HttpClient>>,
    pub(crate) time: Arc<dyn Time>,
    /// The variables, files and programs that credentials providers use.
    pub(crate) environment: Arc<dyn Environment>,
    /// Created by `from_env`: settings of the profile whose credentials are used apply too.
    pub(crate) from_env: bool,
    /// The error in an environment variable; reported when a client is created.
    pub(crate) environment_error: Option<EndpointError>,
}

impl Config {
    /// Creates the default configuration. It reads nothing from the environment except credentials,
    /// which the first call looks up.
    pub fn new() -> Self {
        Self {
            region: None,
            endpoint: None,
            network: None,
            credentials: Arc::new(CachedProvider::new(DefaultCredentials::new())),
            signature: SignatureVersion::default(),
            retry: None,
            connect_timeout: None,
            attempt_timeout: None,
            operation_timeout: Duration::from_secs(120),
            max_response_bytes: 16 * 1024 * 1024,
            max_decoded_bytes: DECODE_LIMIT,
            clock_skew_correction: true,
            #[cfg(feature = "checks")]
            check_values: false,
            user_agent: None,
            guard: Guard::default(),
            safety_policy: None,
            confirm: None,
            interceptors: Interceptors::default(),
            metrics: Vec::new(),
            tracer: None,
            http: default_http(),
            time: Arc::new(DefaultTime::new()),
            environment: Arc::new(SystemEnvironment),
            from_env: false,
            environment_error: None,
        }
    }

    /// Creates a configuration from the environment: region, endpoint and network from variables
    /// (see [`EndpointEnv`]), the user agent from `ALIBABA_CLOUD_USER_AGENT`, and other settings
    /// from the profile whose credentials are used.
    ///
    /// The first call looks up the settings that neither its options nor the configuration nor a
    /// variable sets, together with the credentials, and the client keeps them:
    ///
    /// - the region of the profile; without one, and with credentials of the instance's RAM role,
    ///   the region that the metadata service returns, if the call needs it
    /// - endpoint, network, connect timeout, attempt timeout and the number of retries of a profile
    ///   of the command line interface (see
    ///   [`ProfileSettings`](crate::credentials::ProfileSettings))
    ///
    /// Never fails: an invalid variable is reported when a client is created, and missing
    /// credentials by the first call, with every provider that was tried.
    pub fn from_env() -> Self {
        Self::from_environment(SystemEnvironment)
    }

    /// Creates the configuration that [`from_env`](Self::from_env) creates in a process with other
    /// variables, files and programs, for tests.
    pub fn from_environment(environment: impl Environment) -> Self {
        let mut config = Self::new();
        match EndpointEnv::read(|name| environment.variable(name)) {
            Ok(variables) => {
                config.region = variables.region;
                config.endpoint = variables.endpoint.map(|e| GivenEndpoint(e.to_string()));
                config.network = variables.network;
            }
            Err(error) => config.environment_error = Some(error),
        }
        let user_agent = environment.variable("ALIBABA_CLOUD_USER_AGENT");
        config.user_agent = user_agent.filter(|text| !text.is_empty());
        config.environment = Arc::new(environment);
        config.from_env = true;
        config
    }

    /// Sets the region to call, which is also the default of the parameter `RegionId`:
    /// `cn-hangzhou`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the host to call, in place of the one for the region and network:
    /// `oos.cn-hangzhou.aliyuncs.com`, or a URL without a path. The scheme is `https` unless the
    /// endpoint starts with `http://`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(GivenEndpoint(endpoint.into()));
        self
    }

    /// Sets the network that requests go through. The default is the internet.
    pub fn network(mut self, network: Network) -> Self {
        self.network = Some(network);
        self
    }

    /// Sets the credentials provider. It is wrapped in a [`CachedProvider`], which clones of the
    /// configuration share. The default is
    /// [`DefaultChain`](crate::credentials::DefaultChain); in a browser or Node there is none.
    pub fn credentials(mut self, provider: impl ProvideCredentials) -> Self {
        self.credentials = Arc::new(CachedProvider::new(provider));
        self
    }

    /// Sets how requests are signed. The default is V3.
    pub fn signature_version(mut self, version: SignatureVersion) -> Self {
        self.signature = version;
        self
    }

    /// Sets whether and how to retry. The default is [`RetryConfig::standard`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the timeout for establishing a connection. The default is 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Sets the timeout of one attempt, from sending to the last byte of the response. The default
    /// is 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Sets the timeout of a whole call: credentials, all attempts and the delays between them. The
    /// default is 120 s.
    pub fn operation_timeout(mut self, limit: Duration) -> Self {
        self.operation_timeout = limit;
        self
    }

    /// Sets the maximum size of a successful response in bytes; a larger one is an error. The
    /// default is 16 MiB: a page of 100 items that each hold two texts of 64 KiB, the largest that
    /// services document, needs 13 MB.
    ///
    /// In a stream of events it is the maximum size of one event. Of an error response, at most the
    /// first 1 MiB is read, whatever the limit.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Sets how much memory the lists, maps and objects of an output may take, in bytes; an output
    /// that takes more is an error. The default is 24 MiB. Texts do not count: together they take
    /// no more than the response.
    ///
    /// The limit protects against small responses that take much memory: an item of a list takes
    /// up to a kilobyte, but only three bytes in a response if it is empty.
    pub fn max_decoded_bytes(mut self, limit: usize) -> Self {
        self.max_decoded_bytes = limit;
        self
    }

    /// Sets whether to correct the clock skew when the service rejects a timestamp. The default is
    /// `true`.
    pub fn clock_skew_correction(mut self, on: bool) -> Self {
        self.clock_skew_correction = on;
        self
    }

    /// Sets whether to check the values of requests: enum values, limits of numbers, of texts and
    /// of arrays, JSON texts, and required parameters and fields at any depth. The default is
    /// `false`: the service checks them as well, and knows values and limits that are newer than
    /// the crate.
    ///
    /// A call that breaks rules of the specification ends before anything is sent. Its error is of
    /// kind [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) and names all problems with
    /// their paths. Each crate of a service needs its feature `checks`; creating a client of one
    /// without it is an error. Calls by name have no rules.
    #[cfg(feature = "checks")]
    pub fn check_values(mut self, yes: bool) -> Self {
        self.check_values = yes;
        self
    }

    /// Returns whether to check values, and unsets it: for a client that checks them itself.
    #[doc(hidden)]
    pub fn take_check_values(&mut self) -> bool {
        #[cfg(feature = "checks")]
        let yes = std::mem::take(&mut self.check_values);
        #[cfg(not(feature = "checks"))]
        let yes = false;
        yes
    }

    /// Sets the name of the application, which is appended to the user agent: `my-app/1.0`.
    pub fn user_agent(mut self, application: impl Into<String>) -> Self {
        self.user_agent = Some(application.into());
        self
    }

    /// Rejects calls that are not known to be reads, before anything is sent. This guards against
    /// mistakes, not against attackers: only RAM restricts permissions.
    pub fn read_only(mut self) -> Self {
        self.guard.allow_only_reads();
        self
    }

    /// Rejects calls that match a pattern, before anything is sent: `*:Delete*`,
    /// `oos:StartExecution`. A pattern has the form `product:operation`, in which `*` matches any
    /// text; case is ignored.
    ///
    /// An invalid pattern is reported when a client is created, and so is one that names the
    /// product of the client and matches none of its operations. A pattern that may be meant for
    /// another client is a warning (feature `tracing`).
    ///
    /// A raw call can name any product: with an explicit endpoint its operation counts alone, and
    /// `oos-vpc` counts as `oos`. A raw ROA call is identified by its method and path; it is
    /// rejected if a pattern matches its product, whatever the operation.
    pub fn deny(mut self, pattern: impl Into<String>) -> Self {
        self.guard.deny(pattern.into());
        self
    }

    /// Follows the safety policy of the command line interface (CLI), which `aliyun configure
    /// safety-policy` writes to `~/.aliyun/safety-policy.json`: the first rule whose pattern
    /// matches a call allows it, denies it, or requires a confirmation by the hook of
    /// [`confirm`](Self::confirm). All calls are checked before anything is sent, raw calls too.
    ///
    /// A pattern means what it means to the CLI: `ecs:DeleteInstance`, `*:Delete*` or
    /// `ecs:delete-instance` the operation, `cs:DELETE/clusters/*` the method and path of a ROA
    /// operation. `*` matches any text; case is ignored. The variables
    /// `ALIBABA_CLOUD_SAFETY_POLICY_ENABLED`, `ALIBABA_CLOUD_SAFETY_POLICY_RULES` and
    /// `ALIBABA_CLOUD_SAFETY_SKIP_CONFIRM` count as they do there, and
    /// `ALIBABA_CLOUD_CLI_SAFETY_POLICY_FILE` names another file.
    ///
    /// The first call reads the policy, and clients of clones of the configuration keep it. Without
    /// the file there are no rules. A file or variable that cannot be followed exactly is an error
    /// of every call, of kind [`ErrorKind::Config`](crate::ErrorKind::Config); the CLI skips what
    /// it does not understand. This guards against mistakes, not against attackers: only RAM
    /// restricts permissions.
    pub fn safety_policy_from_cli(mut self) -> Self {
        self.safety_policy = Some(CliSafetyPolicy::default());
        self
    }

    /// Sets the function that confirms the calls for which the
    /// [safety policy](Self::safety_policy_from_cli) requires it: it returns whether to send the
    /// call. Without one, such a call is an error of kind
    /// [`ErrorKind::NotConfirmed`](crate::ErrorKind::NotConfirmed).
    ///
    /// It runs once for each call, on a thread where it can wait for a person; no timeout of the
    /// call includes this time. Each page of a list and each poll of a waiter is a call.
    ///
    /// ```
    /// use alibabacloud_core::Config;
    /// use std::io::{IsTerminal, stdin};
    ///
    /// let config = Config::from_env().safety_policy_from_cli().confirm(|call| {
    ///     if !stdin().is_terminal() {
    ///         return false;
    ///     }
    ///     eprintln!("{call}? Type yes to send it:");
    ///     let mut line = String::new();
    ///     stdin().read_line(&mut line).is_ok() && line.trim() == "yes"
    /// });
    /// ```
    pub fn confirm(mut self, hook: impl Fn(&Confirmation) -> bool + Send + Sync + 'static) -> Self {
        self.confirm = Some(ConfirmHook::new(hook));
        self
    }

    /// Adds an interceptor, which runs in every attempt after those added before.
    pub fn interceptor(mut self, interceptor: impl Intercept) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Sets what creates the spans of calls. Each call replaces the previous one.
    pub fn tracer(mut self, tracer: impl Tracer) -> Self {
        self.tracer = Some(Arc::new(tracer));
        self
    }

    /// Adds a receiver of metrics.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics.push(Arc::new(metrics));
        self
    }

    /// Sets the HTTP client. The default is `ReqwestClient` if feature `reqwest` is enabled, else
    /// `HyperClient` if feature `hyper` is, and `fetch` in a browser or Node with feature `wasm`.
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.http = Some(Arc::new(client));
        self
    }

    /// Sets the clock. The default is the system clock with the timer of tokio; in a browser or
    /// Node, their clock and timer.
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

#[cfg(all(
    feature = "wasm",
    not(any(feature = "hyper", feature = "reqwest")),
    target_family = "wasm",
    target_os = "unknown"
))]
fn default_http() -> Option<Arc<dyn HttpClient>> {
    Some(Arc::new(crate::wasm::FetchClient::new()))
}

#[cfg(all(feature = "hyper", not(feature = "reqwest")))]
fn default_http() -> Option<Arc<dyn HttpClient>> {
    Some(Arc::new(crate::transport::HyperClient::default()))
}

#[cfg(not(any(
    feature = "hyper",
    feature = "reqwest",
    all(feature = "wasm", target_family = "wasm", target_os = "unknown")
)))]
fn default_http() -> Option<Arc<dyn HttpClient>> {
    None
}
