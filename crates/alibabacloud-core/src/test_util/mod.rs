//! For tests of programs that use the SDK, and of the SDK itself: a clock without waiting and an HTTP client without a network.

mod manual_time;
mod mock;

pub use manual_time::ManualTime;
pub use mock::{MockAnswer, MockClient};
