//! Extensions that a specification cannot describe: running a template to its end, following its
//! log, and waiting for packages.

mod follow;
mod logs;
mod packages;

pub use follow::{Follow, WaitingFor};
