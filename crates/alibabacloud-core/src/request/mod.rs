//! Requests: from an operation and its input to an HTTP request.
//!
//! A [`PreparedRequest`] is built once per call and holds everything that is the same for all
//! attempts; [`PreparedRequest::sign`] returns the HTTP request of one attempt, with its own time,
//! nonce and signature. Neither uses a clock, randomness or I/O.

mod build;
mod error;
mod header;
mod pairs;
mod path;
mod prepared;
#[cfg(test)]
mod properties;
mod redact;
mod sign;
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
