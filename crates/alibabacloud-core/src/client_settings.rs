//! The settings that a client takes from the profile whose credentials it uses, and from the
//! metadata service that issued them.

use crate::config::Config;
use crate::credentials::{
    Credentials, CredentialsError, InstanceMetadata, ProviderContext, instance_region,
};
use crate::endpoint::{Endpoint, Network, REGION_VARIABLES, check_region};
use crate::error::{Error, Result};
use crate::time::{Unfinished, within};
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long a call waits for the request of another one, whose runtime may no longer run.
const STALL_TIMEOUT: Duration = Duration::from_secs(15);

/// The settings that come with credentials, for what the configuration does not set.
#[derive(Debug, Default)]
pub(crate) struct ClientSettings {
    region: Option<String>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) network: Option<Network>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    /// The place that was searched for a region, for messages.
    searched: Option<String>,
    metadata: Option<InstanceMetadata>,
    /// The region that the metadata service returned.
    instance_region: OnceCell<String>,
    /// The metadata service returned no region.
    metadata_failed: AtomicBool,
}

impl ClientSettings {
    /// Returns the settings that come with `credentials`.
    ///
    /// # Errors
    /// If one that the configuration does not set is invalid; the message names the profile.
    pub(crate) fn of(credentials: &Credentials, config: &Config) -> Result<Self> {
        let metadata = credentials.metadata().cloned();
        let Some(profile) = credentials.settings() else {
            let searched = format!(
                "a profile (the credentials of {} come from none)",
                credentials.provider()
            );
            return Ok(Self {
                searched: Some(searched),
                metadata,
                ..Self::default()
            });
        };
        let invalid =
            |error: &dyn fmt::Display| Error::config(format!("{}: {error}", profile.source));
        let region = profile.region.clone().filter(|_| config.region.is_none());
        if let Some(region) = &region {
            check_region(region).map_err(|error| invalid(&error))?;
        }
        let endpoint = profile.endpoint.as_ref();
        let endpoint = endpoint.filter(|_| config.endpoint.is_none());
        let endpoint = endpoint.map(|text| text.parse());
        let endpoint = endpoint.transpose().map_err(|error| invalid(&error))?;
        let network = profile.network.as_ref();
        let network = network.filter(|_| config.network.is_none());
        let network = network.map(|text| text.parse());
        let network = network.transpose().map_err(|error| invalid(&error))?;
        Ok(Self {
            region,
            endpoint,
            network,
            connect_timeout: profile.connect_timeout,
            attempt_timeout: profile.attempt_timeout,
            retries: profile.retries,
            searched: Some(format!("{} (it has no region_id)", profile.source)),
            metadata,
            ..Self::default()
        })
    }

    /// Returns the region, as far as it is known.
    pub(crate) fn region(&self) -> Option<&str> {
        let found = || self.instance_region.get().map(String::as_str);
        self.region.as_deref().or_else(found)
    }

    /// Returns whether the metadata service can be asked for the region. For a call that can do
    /// without one, it is asked only once.
    pub(crate) fn can_ask(&self, is_needed: bool) -> bool {
        self.region().is_none()
            && self.metadata.is_some()
            && (is_needed || !self.metadata_failed.load(Ordering::Relaxed))
    }

    /// Asks the metadata service for the region. Concurrent calls share one request, and the
    /// result is kept.
    pub(crate) async fn ask(
        &self,
        context: &ProviderContext,
    ) -> std::result::Result<(), CredentialsError> {
        let Some(metadata) = &self.metadata else {
            return Ok(());
        };
        let shared = pin!(
            self.instance_region
                .get_or_try_init(|| instance_region(context, metadata))
        );
        let result = match within(&*context.time, STALL_TIMEOUT, shared).await {
            Ok(result) => result.map(|_| ()),
            Err(Unfinished::NoTimer(error)) => Err(error.into()),
            Err(Unfinished::TimedOut) => instance_region(context, metadata).await.map(|region| {
                // Another call may have found it in the meantime.
                let _ = self.instance_region.set(region);
            }),
        };
        if result.is_err() {
            self.metadata_failed.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// Returns where a region was searched for, for the error of a call that needs one.
pub(crate) fn searched(config: &Config, settings: Option<&ClientSettings>) -> String {
    let mut text = "searched: the options of the call, the configuration".to_owned();
    if !config.from_env {
        text.push_str(
            "; a configuration of Config::new does not use variables and profiles, that of \
             Config::from_env does",
        );
        return text;
    }
    for variable in REGION_VARIABLES {
        text.push_str(", ");
        text.push_str(variable);
    }
    match settings.and_then(|settings| settings.searched.as_deref()) {
        Some(searched) => {
            text.push_str(", ");
            text.push_str(searched);
        }
        None => text.push_str("; only a call reads the profile"),
    }
    text
}
