//! The services that give out credentials: instance metadata, the Security Token Service, a credentials URI, CloudSSO and OAuth.
//!
//! One [`IdentityServer`] on this machine plays all of them, told apart by path:
//!
//! | service | requests |
//! |---|---|
//! | instance metadata | `PUT /latest/api/token`, `GET /latest/meta-data/ram/security-credentials/` and `.../<role>` |
//! | Security Token Service | `POST /` or `GET /` with `Action=AssumeRole` or `AssumeRoleWithOIDC` |
//! | credentials URI | `GET /credentials` |
//! | CloudSSO | `POST /cloud-credentials` |
//! | OAuth | `POST /v1/token`, `POST /v1/exchange` |
//!
//! Signatures, tokens and their lifetimes are checked, every answer holds new credentials, and [`Disturbance`]s stand in for outages.

mod answer;
mod federation;
mod metadata;
mod server;
mod state;
mod sts;

pub use server::IdentityServer;
pub use state::{Builder, Disturbance, IdentityRequest, Login, Service};
