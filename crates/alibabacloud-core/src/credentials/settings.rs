//! The settings of clients that come with credentials.

use std::time::Duration;

/// The settings in a profile, for the clients that use its credentials.
///
/// A client created from `Config::from_env` uses those that neither the options of a call, nor its
/// configuration, nor a variable sets. The values are those of the profile: the client checks the
/// ones that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProfileSettings {
    /// Where the settings come from, for messages:
    /// `profile default of /home/me/.aliyun/config.json`.
    pub source: String,
    /// The region: `region_id`.
    pub region: Option<String>,
    /// The host of all calls: `endpoint` of the command line interface (CLI).
    pub endpoint: Option<String>,
    /// The network, `public`, `vpc` or `internal`: `endpoint_type` of the CLI.
    pub network: Option<String>,
    /// The timeout for establishing a connection: `connect_timeout` of the CLI, in seconds.
    pub connect_timeout: Option<Duration>,
    /// The timeout of one attempt: `read_timeout` of the CLI, in seconds, which it also names
    /// `retry_timeout`.
    pub attempt_timeout: Option<Duration>,
    /// The number of attempts after the first: `retry_count` of the CLI.
    pub retries: Option<u32>,
}

impl ProfileSettings {
    /// Creates settings without values.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            ..Self::default()
        }
    }
}

/// The instance metadata service that issued credentials.
#[cfg(feature = "client")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InstanceMetadata {
    /// The URL of the service; `None` for the usual one.
    pub(crate) endpoint: Option<String>,
    /// Requests without a session token are disabled.
    pub(crate) v1_disabled: bool,
}
