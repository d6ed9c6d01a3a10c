//! Where calls go: to the emulator of this program, or to the cloud.

use crate::reply::ApiError;
use alibabacloud_core::credentials::{
    CachedProvider, Credentials, CredentialsError, ProvideCredentials, ProviderContext,
};
use alibabacloud_core::endpoint::EndpointEnv;
use alibabacloud_core::http::HttpClient;
use alibabacloud_core::time::{BoxFuture, Time, TokioTime};
use alibabacloud_core::transport::HyperClient;
use alibabacloud_core::{CallOptions, Config};
use alibabacloud_emulator::{DEFAULT_REGION, Emulator};
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Where a call goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// To the emulator that is part of the program. It keeps its state in memory and needs no
    /// account.
    #[default]
    Emulator,
    /// To Alibaba Cloud, with the credentials of this machine.
    Cloud,
}

impl Target {
    /// Returns the name: `emulator` or `cloud`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Cloud => "cloud",
        }
    }
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "emulator" => Ok(Self::Emulator),
            "cloud" => Ok(Self::Cloud),
            _ => Err("expected emulator or cloud"),
        }
    }
}

/// The emulator, which starts in the background: `None` until it runs.
pub(crate) type EmulatorState = Option<Result<Arc<Emulator>, String>>;

/// The targets of calls.
#[derive(Debug)]
pub(crate) struct Targets {
    emulator: watch::Receiver<EmulatorState>,
    cloud: Arc<CloudCredentials>,
    settings: Settings,
    http: Arc<dyn HttpClient>,
    time: Arc<dyn Time>,
}

/// What the program was started with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) target: Target,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) allow_writes: bool,
    pub(crate) deny: Vec<String>,
}

impl Targets {
    pub(crate) fn new(
        emulator: watch::Receiver<EmulatorState>,
        credentials: Arc<dyn ProvideCredentials>,
        settings: Settings,
    ) -> Self {
        let http: Arc<dyn HttpClient> = Arc::new(HyperClient::default());
        let time: Arc<dyn Time> = Arc::new(TokioTime::new());
        Self {
            emulator,
            cloud: Arc::new(CloudCredentials {
                provider: CachedProvider::shared(credentials),
                context: ProviderContext::new(http.clone(), time.clone()),
                known: Mutex::default(),
            }),
            settings,
            http,
            time,
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the transport and the clock of all calls.
    pub(crate) fn machine(&self) -> (Arc<dyn HttpClient>, Arc<dyn Time>) {
        (self.http.clone(), self.time.clone())
    }

    /// Returns the emulator; waits until it has started.
    ///
    /// # Errors
    ///
    /// Says why it cannot start.
    pub(crate) async fn emulator(&self) -> Result<Arc<Emulator>, ApiError> {
        let failed = |why: String| ApiError::new(503, "emulator", why);
        let mut receiver = self.emulator.clone();
        let state = receiver.wait_for(Option::is_some).await;
        match state.map(|state| state.clone()) {
            Ok(Some(Ok(emulator))) => Ok(emulator),
            Ok(Some(Err(why))) => Err(failed(why)),
            Ok(None) | Err(_) => Err(failed("the emulator has stopped".to_owned())),
        }
    }

    /// Returns the configuration of clients for a target, without the limits of
    /// [`guarded`](Self::guarded).
    ///
    /// # Errors
    ///
    /// Says why the emulator cannot start.
    pub(crate) async fn config(&self, target: Target) -> Result<Config, ApiError> {
        match target {
            Target::Emulator => Ok(self.emulator().await?.config()),
            Target::Cloud => {
                let mut config = Config::from_env().credentials(self.cloud.clone());
                if let Some(region) = &self.settings.region {
                    config = config.region(region.as_str());
                }
                if let Some(endpoint) = &self.settings.endpoint {
                    config = config.endpoint(endpoint.as_str());
                }
                Ok(config)
            }
        }
    }

    /// Adds the limits of the program to a configuration: deny patterns, and in the cloud only
    /// reads unless writes are allowed.
    pub(crate) fn guarded(&self, mut config: Config, target: Target) -> Config {
        for pattern in &self.settings.deny {
            config = config.deny(pattern.as_str());
        }
        match target {
            Target::Cloud if !self.settings.allow_writes => config.read_only(),
            _ => config,
        }
    }

    /// Returns the credentials for a preview: those of the emulator, and for the cloud placeholders
    /// of the same kind, because a valid signature lets others send the request.
    ///
    /// # Errors
    ///
    /// Says why there are no credentials.
    pub(crate) async fn preview_credentials(
        &self,
        target: Target,
    ) -> Result<Credentials, ApiError> {
        if target == Target::Emulator {
            let emulator = self.emulator().await?;
            let (id, secret) = (emulator.access_key_id(), emulator.access_key_secret());
            return Ok(Credentials::access_key(id, secret));
        }
        let found = self.cloud.find().await;
        let found = found.map_err(|error| ApiError::new(502, "credentials", error.to_string()))?;
        let placeholder = match (found.masked_access_key_id(), found.security_token()) {
            (Some(id), Some(_)) => Credentials::sts(id, "SECRET", "SECURITY_TOKEN"),
            (Some(id), None) => Credentials::access_key(id, "SECRET"),
            (None, _) if found.bearer_token().is_some() => Credentials::bearer("BEARER_TOKEN"),
            (None, _) => Credentials::anonymous(),
        };
        Ok(match found.settings() {
            Some(settings) => placeholder.with_settings(settings.clone()),
            None => placeholder,
        })
    }

    /// Returns a text of the cloud with the AccessKey ID masked.
    pub(crate) fn mask_key(&self, text: &str) -> String {
        match self.cloud.known() {
            Some(Ok(Identity {
                key: Some(id),
                key_id: Some(masked),
                ..
            })) => text.replace(&id, &masked),
            _ => text.to_owned(),
        }
    }

    /// Describes the targets. Does not ask for credentials.
    pub(crate) fn describe(&self) -> Value {
        let emulator = match &*self.emulator.borrow() {
            None => json!({"region": self.emulator_region(), "url": null, "ready": false}),
            Some(Ok(emulator)) => {
                json!({"region": emulator.region(), "url": emulator.url(), "ready": true})
            }
            Some(Err(why)) => {
                json!({"region": self.emulator_region(), "url": null, "ready": false, "problem": why})
            }
        };
        json!({"emulator": emulator, "cloud": self.describe_cloud()})
    }

    /// Returns the region of the emulator for calls that do not name one.
    pub(crate) fn emulator_region(&self) -> &str {
        self.settings.region.as_deref().unwrap_or(DEFAULT_REGION)
    }

    /// Asks for the credentials of the cloud if that has not been done, and describes them.
    pub(crate) async fn ask_cloud(&self) -> Value {
        // The description has the error.
        let _ = self.cloud.find().await;
        self.describe_cloud()
    }

    fn describe_cloud(&self) -> Value {
        let known = self.cloud.known();
        let identity = known.as_ref().and_then(|known| known.as_ref().ok());
        let problem = known.as_ref().and_then(|known| known.as_ref().err());
        let environment = EndpointEnv::read(|name| std::env::var(name).ok()).ok();
        let region = self.settings.region.clone();
        let region = region.or_else(|| environment?.region);
        let region = region.or_else(|| identity?.region.clone());
        json!({
            "available": problem.is_none(),
            "asked": known.is_some(),
            "region": region,
            "provider": identity.map(|identity| identity.provider.as_str()),
            "keyId": identity.and_then(|identity| identity.key_id.as_deref()),
            "allowWrites": self.settings.allow_writes,
            "problem": problem,
        })
    }
}

/// Returns the options of a call in a region.
pub(crate) fn options(region: Option<&str>) -> CallOptions {
    match region.filter(|region| !region.is_empty()) {
        Some(region) => CallOptions::new().region(region),
        None => CallOptions::new(),
    }
}

/// The credentials of this machine, which are asked for when a call to the cloud needs them. They
/// have a transport of their own, so that their requests do not count as attempts of the call.
#[derive(Debug)]
struct CloudCredentials {
    provider: CachedProvider,
    context: ProviderContext,
    known: Mutex<Option<Result<Identity, String>>>,
}

/// What is known of credentials.
#[derive(Clone)]
struct Identity {
    provider: String,
    /// The AccessKey ID, which the page must not see.
    key: Option<String>,
    /// The same, masked.
    key_id: Option<String>,
    region: Option<String>,
}

/// Omits the AccessKey ID.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("provider", &self.provider)
            .field("key_id", &self.key_id)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl CloudCredentials {
    async fn find(&self) -> Result<Credentials, CredentialsError> {
        let found = self.provider.provide(&self.context).await;
        let known = match &found {
            Ok(credentials) => Ok(Identity {
                provider: credentials.provider().to_owned(),
                key: credentials.access_key_id().map(str::to_owned),
                key_id: credentials.masked_access_key_id(),
                region: credentials
                    .settings()
                    .and_then(|settings| settings.region.clone()),
            }),
            Err(error) => Err(error.to_string()),
        };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        found
    }

    fn known(&self) -> Option<Result<Identity, String>> {
        let known = self.known.lock();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ProvideCredentials for CloudCredentials {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.find())
    }

    fn validate(&self) -> Result<(), CredentialsError> {
        self.provider.validate()
    }

    fn invalidate(&self, used: &Credentials) {
        self.provider.invalidate(used);
    }

    fn can_renew(&self) -> bool {
        self.provider.can_renew()
    }
}
