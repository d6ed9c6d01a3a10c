//! A running emulator, steered and looked at.

use crate::builder::Builder;
use crate::error::Error;
use crate::faults::Fault;
use crate::keys::Key;
use crate::log::{Counters, LoggedRequest};
use crate::outcomes::Outcome;
use crate::seed;
use crate::shared::{Shared, lock};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;

/// A running emulator. It stops when it is dropped.
///
/// ```
/// # async fn example() -> Result<(), alibabacloud_emulator::Error> {
/// use alibabacloud_emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start().await?;
/// emulator.inject(Fault::throttle(None).operation("ListExecutions").times(1));
/// println!("call {} as {}", emulator.url(), emulator.access_key_id());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Emulator {
    pub(crate) shared: Arc<Shared>,
    pub(crate) address: SocketAddr,
    /// The first key, which clients of this emulator use.
    pub(crate) key: Key,
    pub(crate) certificate: Option<String>,
    /// Ends the server.
    pub(crate) task: AbortHandle,
}

impl Emulator {
    /// Starts one with default settings: a free port of the loopback address, OOS with example data, one key.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Settings for one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end: `http://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// The id of the first key that it was given, or of the default one.
    pub fn access_key_id(&self) -> &str {
        &self.key.access_key_id
    }

    /// The secret that belongs to [`Emulator::access_key_id`].
    pub fn access_key_secret(&self) -> &str {
        &self.key.access_key_secret
    }

    /// What a client of the SDK needs to call it: URL, region and key.
    ///
    /// A client of an https emulator must also be told to trust [`Emulator::certificate`].
    #[cfg(feature = "client")]
    pub fn config(&self) -> alibabacloud_core::Config {
        let (id, secret) = (self.access_key_id(), self.access_key_secret());
        alibabacloud_core::Config::new()
            .region(self.shared.region.as_str())
            .endpoint(self.url())
            .credentials(alibabacloud_core::credentials::Credentials::access_key(
                id, secret,
            ))
    }

    /// The certificate of an https emulator in PEM, for the client's list of trusted roots.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Accepts another key from now on.
    pub fn add_key(&self, key: Key) {
        let mut keys = self
            .shared
            .keys
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        keys.add(key);
    }

    /// Accepts a bearer token of an account from now on.
    pub fn add_bearer_token(&self, token: impl Into<String>, account: impl Into<String>) {
        let mut keys = self
            .shared
            .keys
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        keys.add_bearer(token.into(), Some(account.into()));
    }

    /// Sets a fault for requests to come, after those that are set already.
    pub fn inject(&self, fault: Fault) {
        lock(&self.shared.faults).add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// Scripts the end of tasks of executions that start from now on.
    pub fn script(&self, outcome: Outcome) {
        lock(&self.shared.outcomes).add(outcome);
    }

    /// Removes all scripted outcomes.
    pub fn clear_outcomes(&self) {
        lock(&self.shared.outcomes).clear();
    }

    /// Moves the clock of the services on: executions proceed, temporary keys expire. The clock that signatures are checked against stays.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Sets the clock that signatures are checked against this many milliseconds ahead of the system's, or behind for a negative number.
    pub fn set_gateway_offset(&self, millis: i64) {
        self.shared.clock.set_skew(millis);
    }

    /// Makes things from a seed, as [`Builder::seed`].
    ///
    /// # Errors
    /// The first thing that cannot be made; what stands before it is there.
    pub fn seed(&self, yaml: &str) -> Result<(), Error> {
        seed::apply(&self.shared, yaml)
    }

    /// The latest requests, at most 10,000, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        lock(&self.shared.log).requests().cloned().collect()
    }

    /// How many requests there were.
    pub fn counters(&self) -> Counters {
        lock(&self.shared.log).counters().clone()
    }

    /// Forgets the requests and counters.
    pub fn clear_requests(&self) {
        lock(&self.shared.log).clear();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}
