//! Credentials, the providers that find them, and the cache that refreshes them.
//!
//! Most programs need none of this: `Config::from_env` uses [`DefaultChain`], which searches the
//! same sources in the same order as Alibaba Cloud's official clients. All providers implement
//! [`ProvideCredentials`]; programs can implement it too.

#[cfg(feature = "client")]
mod assume_role;
#[cfg(feature = "client")]
mod cache;
#[cfg(feature = "client")]
mod chain;
#[cfg(feature = "client")]
mod command_line;
#[cfg(feature = "client")]
mod ecs;
#[cfg(feature = "client")]
mod env;
mod environment;
mod error;
#[cfg(feature = "client")]
mod explain;
#[cfg(feature = "client")]
mod fetch;
#[cfg(feature = "client")]
mod fields;
#[cfg(feature = "client")]
mod json_text;
#[cfg(feature = "client")]
mod oidc;
#[cfg(feature = "client")]
mod process;
#[cfg(feature = "client")]
mod profile;
mod provide;
#[cfg(feature = "client")]
mod region;
mod settings;
#[cfg(feature = "client")]
mod sts;
#[cfg(feature = "client")]
mod timestamp;
#[cfg(feature = "client")]
mod uri;
mod value;
#[cfg(feature = "client")]
mod variables;

#[cfg(feature = "client")]
pub use assume_role::AssumeRoleProvider;
#[cfg(feature = "client")]
pub use cache::CachedProvider;
#[cfg(feature = "client")]
pub use chain::{DefaultChain, ProviderChain};
#[cfg(feature = "client")]
pub use ecs::EcsRamRoleProvider;
#[cfg(feature = "client")]
pub(crate) use ecs::instance_region;
#[cfg(feature = "client")]
pub use env::EnvProvider;
#[cfg(feature = "test-util")]
pub use environment::MemoryEnvironment;
#[cfg(feature = "client")]
pub use environment::SystemEnvironment;
pub use environment::{CommandOutput, Environment, FileLock};
pub use error::{CredentialsError, CredentialsErrorKind};
#[cfg(feature = "client")]
pub use explain::{CallerIdentity, Explanation, ProviderOutcome, ProviderStep};
#[cfg(feature = "client")]
pub use oidc::OidcProvider;
#[cfg(feature = "client")]
pub use process::ProcessProvider;
#[cfg(feature = "client")]
pub use profile::{CliProfileProvider, IniProfileProvider};
pub use provide::{ProvideCredentials, ProviderContext};
#[cfg(feature = "client")]
pub use region::RegionExplanation;
#[cfg(feature = "client")]
pub(crate) use settings::InstanceMetadata;
pub use settings::ProfileSettings;
#[cfg(feature = "client")]
pub use uri::UriProvider;
pub use value::Credentials;
#[cfg(feature = "client")]
pub(crate) use variables::{home, non_empty};
