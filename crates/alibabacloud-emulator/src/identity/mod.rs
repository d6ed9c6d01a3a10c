//! Emulated services that issue credentials: instance metadata, the Security Token Service, a
//! credentials URI, CloudSSO and OAuth.
//!
//! One [`IdentityServer`] on the loopback address serves all of them, by path:
//!
//! | service | requests |
//! |---|---|
//! | instance metadata | `PUT /latest/api/token`, `GET /latest/meta-data/ram/security-credentials/` and `.../<role>`, `GET /latest/meta-data/region-id` |
//! | Security Token Service | `POST /` or `GET /` with `Action=AssumeRole` or `AssumeRoleWithOIDC` |
//! | credentials URI | `GET /credentials` |
//! | CloudSSO | `POST /cloud-credentials` |
//! | OAuth | `POST /v1/token`, `POST /v1/exchange` |
//!
//! The services check signatures, tokens and their lifetimes, and issue new credentials in every
//! response. [`IdentityServer::inject`] adds an [`IdentityFault`], such as an outage.
//!
//! ```
//! use alibabacloud_core::credentials::{ProvideCredentials, ProviderContext, UriProvider};
//! use alibabacloud_core::time::TokioTime;
//! use alibabacloud_core::transport::{HyperClient, TransportConfig};
//! use alibabacloud_emulator::identity::IdentityServer;
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = IdentityServer::start().await?;
//! let http = HyperClient::new(TransportConfig::new())?;
//! let context = ProviderContext::new(Arc::new(http), Arc::new(TokioTime::new()));
//!
//! let provider = UriProvider::new().uri(server.credentials_uri());
//! let credentials = provider.provide(&context).await?;
//! assert_eq!(credentials.provider(), "credential_uri");
//! assert_eq!(server.requests().len(), 1);
//! # Ok(())
//! # }
//! ```

mod builder;
mod fault;
mod federation;
mod metadata;
mod request;
mod response;
mod server;
mod state;
mod sts;

pub use builder::IdentityServerBuilder;
pub use fault::IdentityFault;
pub use request::{IdentityRequest, IdentityService};
pub use server::IdentityServer;
pub use state::Login;
