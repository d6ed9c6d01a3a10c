//! Requests: from an operation and its input to an HTTP request.
//!
//! A [`PreparedRequest`] is built once per call and holds everything that is the same for all
//! attempts; [`PreparedRequest::sign`] returns the HTTP request of one attempt, with its own time,
//! nonce and signature. Neither uses a clock, randomness or I/O.
//!
//! Parameters of an RPC POST are sent in the form if the request line would have more than 8,000
//! bytes. Other requests that are too long are rejected before they are sent.

mod build;
mod common;
mod error;
mod header;
#[cfg(feature = "client")]
mod late_region;
#[cfg(feature = "client")]
mod needs;
mod pairs;
mod path;
mod prepared;
#[cfg(test)]
mod properties;
mod redact;
mod sign;
mod size;
#[cfg(test)]
mod tests;

pub use error::RequestError;
#[doc(hidden)]
pub use pairs::Pairs;
#[doc(hidden)]
pub use prepared::{PreparedRequest, RequestDefaults};
#[doc(hidden)]
pub use sign::Attempt;
pub use sign::SignatureVersion;
