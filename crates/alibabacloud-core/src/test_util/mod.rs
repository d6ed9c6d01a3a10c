//! Test support, for programs that use the SDK and for the SDK itself.
//!
//! - [`MockClient`] responds instead of the network: by operation and parameters with typed
//!   outputs, or in order from a script.
//! - [`Recorder`] records the responses of a real service, without secrets, and [`Replay`] replays
//!   them.
//! - [`ManualTime`] is a clock on which waits take no time.
//! - [`build!`] builds outputs in one expression.
//!
//! Pass them to the [`Config`](crate::Config): the code under test takes a client as usual and
//! needs no trait for it. Signing, retries, pagination and decoding run unchanged.

mod build;
mod cassette;
mod lock;
mod manual_time;
mod mock;
mod recorder;
mod redaction;
mod replay;
mod response;
mod sensitive_fields;
mod sent;

#[doc(inline)]
pub use crate::build;
#[doc(hidden)]
pub use build::{FieldBuilder, PlainField};
pub use cassette::Cassette;
pub use manual_time::ManualTime;
pub use mock::{MockClient, When};
pub use recorder::Recorder;
pub use replay::Replay;
pub use response::MockResponse;
pub use sent::SentRequest;
