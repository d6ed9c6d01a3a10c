//! Calls from programs without an async runtime.
//!
//! The same futures run on a thread of the SDK with a tokio runtime, which all blocking calls of
//! the process share; the calling thread waits for the result. That thread may itself be inside a
//! runtime, but then it blocks the tasks of that runtime: use `send` with `await` there, or
//! `spawn_blocking`.

mod events;
mod executor;
mod pages;

pub use events::BlockingEvents;
#[doc(hidden)]
pub use executor::run;
pub use pages::{BlockingItems, BlockingPages};
