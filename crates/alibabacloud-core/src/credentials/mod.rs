//! Who calls: credentials, the providers that find them, and the cache that keeps them fresh.
//!
//! Most programs need none of this: `Config::from_env` asks [`DefaultChain`], which looks where Alibaba Cloud's own clients look, in
//! their order. Everything else implements [`ProvideCredentials`], and so can you.

#[cfg(feature = "client")]
mod cache;
#[cfg(feature = "client")]
mod chain;
#[cfg(feature = "client")]
mod env;
mod environment;
mod error;
#[cfg(feature = "client")]
mod explain;
mod provide;
#[cfg(feature = "client")]
mod race;
mod value;
#[cfg(feature = "client")]
mod variables;

#[cfg(feature = "client")]
pub use cache::CachedProvider;
#[cfg(feature = "client")]
pub use chain::{DefaultChain, ProviderChain};
#[cfg(feature = "client")]
pub use env::EnvProvider;
#[cfg(feature = "test-util")]
pub use environment::MemoryEnvironment;
#[cfg(feature = "client")]
pub use environment::SystemEnvironment;
pub use environment::{CommandOutput, Environment, FileLock};
pub use error::{CredentialsError, CredentialsErrorKind};
#[cfg(feature = "client")]
pub use explain::{Explanation, Identity, Outcome, Step};
pub use provide::{ProvideCredentials, ProviderContext};
pub use value::Credentials;
