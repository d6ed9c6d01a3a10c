//! For tests of programs that use the SDK, and of the SDK itself.
//!
//! - [`MockClient`] answers instead of the network: by operation and parameters with typed outputs, or in order from a script.
//! - [`Recorder`] writes down what a real service answers, without secrets, and [`Replay`] gives it again.
//! - [`ManualTime`] is a clock on which waits take no time.
//!
//! All of them go into the [`Config`](crate::Config), so that code under test needs no trait of its own: it takes a client as always.
//! Signing, retries, pagination and decoding are the real ones.

mod cassette;
mod manual_time;
mod mock;
mod recorder;
mod redaction;
mod replay;
mod response;
mod sent;

pub use cassette::Cassette;
pub use manual_time::ManualTime;
pub use mock::{MockClient, When};
pub use recorder::Recorder;
pub use replay::Replay;
pub use response::MockResponse;
pub use sent::SentRequest;

use std::sync::{Mutex, MutexGuard, PoisonError};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
