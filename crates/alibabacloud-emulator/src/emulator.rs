//! A running emulator: its start, and the methods that control and inspect it.

use crate::builder::{Builder, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, DEFAULT_ACCOUNT};
use crate::clock::Clock;
use crate::error::Error;
use crate::faults::Fault;
use crate::ids::Ids;
use crate::keys::{Key, Keys};
use crate::nonces::Nonces;
use crate::outcomes::Outcome;
use crate::ram::file::RamFile;
use crate::ram::recorder::Recorder;
use crate::ram::{Ram, RamMode};
use crate::rate_limits::RateLimits;
use crate::region::Region;
use crate::request_log::{Counters, LoggedRequest};
use crate::seed::Seed;
use crate::server::access::ControlAccess;
use crate::server::connections::Server;
use crate::server::cors::AllowedOrigins;
use crate::server::stream;
use crate::services::LazyService;
use crate::shared::{Shared, lock, read, write};
use crate::specs;
use crate::store::Store;
use crate::store::file::DataFile;
use crate::store::persistence::{self, Persistence};
use crate::timestamp;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// A running emulator. It stops when it is dropped.
///
/// ```
/// # async fn example() -> Result<(), alibabacloud_emulator::Error> {
/// use alibabacloud_emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start().await?;
/// emulator.inject(Fault::throttle(None).operation("ListExecutions").times(1))?;
/// println!("call {} as {}", emulator.url(), emulator.access_key_id());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the emulator stops when it is dropped"]
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// The first key, which clients of this emulator use.
    key: Key,
    certificate: Option<String>,
    is_control_closed: bool,
    /// Whether the emulator started with the example data.
    has_example: bool,
    /// The seeds of the start, in order.
    seeds: Vec<String>,
    /// Ends the server.
    task: AbortHandle,
}

impl Emulator {
    /// Starts an emulator with default settings: a free port of the loopback address, OOS with
    /// example data, one key.
    ///
    /// # Errors
    ///
    /// Fails when the address cannot be bound.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns settings to change before the start.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the address that the emulator listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL for clients on this machine, without a trailing slash, such as
    /// `http://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // All addresses of this machine are served; clients need one.
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("{scheme}://{address}")
    }

    /// Returns the region of calls that do not name one.
    pub fn region(&self) -> &str {
        &self.shared.region
    }

    /// Returns whether the control API is closed: the emulator listens on an address that is not a
    /// loopback address, and has no [token](Builder::control_token).
    pub fn is_control_closed(&self) -> bool {
        self.is_control_closed
    }

    /// Returns the ID of the first key of the settings, else of the default key.
    pub fn access_key_id(&self) -> &str {
        &self.key.access_key_id
    }

    /// Returns the secret of [`Emulator::access_key_id`].
    pub fn access_key_secret(&self) -> &str {
        &self.key.access_key_secret
    }

    /// Returns what a client of the SDK needs to call the emulator: URL, region and key.
    ///
    /// A client of an HTTPS emulator must also trust [`Emulator::certificate`].
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

    /// Returns the certificate of an HTTPS emulator in PEM, for the client's trusted roots.
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

    /// Adds a fault for future requests, after the faults that are already set.
    ///
    /// # Errors
    ///
    /// Fails when the fault can never apply: its pattern matches no operation that is served, its
    /// probability is not from 0 to 1, or its status not from 200 to 599.
    pub fn inject(&self, fault: Fault) -> Result<(), Error> {
        let added = self.shared.add_fault(fault);
        added.map_err(|why| Error::new("cannot inject the fault", why))
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// Applies the limits of requests that specifications have, or ignores them.
    ///
    /// They are ignored by default. When they apply, a request that exceeds the limit of its
    /// operation fails with `Throttling.User`; periods follow the clock of the services, so that
    /// [`advance`](Self::advance) ends them.
    pub fn set_rate_limits(&self, enabled: bool) {
        self.shared.rate_limits.set_enabled(enabled);
    }

    /// Adds users, groups, roles and policies, as [`Builder::ram`] does at start.
    ///
    /// # Errors
    ///
    /// Fails when the text is invalid, a policy is invalid, or a name does not exist; then nothing
    /// changes.
    pub fn add_ram(&self, yaml: &str) -> Result<(), Error> {
        self.shared.apply_ram(RamFile::from_yaml(yaml)?)
    }

    /// Returns whether permissions of callers are recorded or enforced.
    pub fn ram_mode(&self) -> RamMode {
        read(&self.shared.ram).mode
    }

    /// Changes whether permissions of callers are recorded or enforced.
    pub fn set_ram_mode(&self, mode: RamMode) {
        write(&self.shared.ram).mode = mode;
    }

    /// Returns the smallest policy that allows the operations that were called in the mode
    /// [`RamMode::Record`], as JSON. It is the policy that `ram::policy` of the generated crates
    /// creates for these operations.
    pub fn needed_policy(&self) -> String {
        read(&self.shared.ram).recorder.policy()
    }

    /// Returns the policy that allows exactly the calls of the mode [`RamMode::Record`]: as
    /// [`needed_policy`](Self::needed_policy), with the regions, accounts and names of the
    /// requests instead of `*`.
    pub fn needed_policy_for_resources(&self) -> String {
        read(&self.shared.ram).recorder.policy_for_resources()
    }

    /// Forgets which permissions were needed.
    pub fn clear_needed_policy(&self) {
        write(&self.shared.ram).recorder = Recorder::default();
    }

    /// Scripts how tasks of future executions end.
    pub fn script(&self, outcome: Outcome) {
        lock(&self.shared.outcomes).add(outcome);
    }

    /// Removes all scripted outcomes.
    pub fn clear_outcomes(&self) {
        lock(&self.shared.outcomes).clear();
    }

    /// Moves the clock of the services forward: executions proceed, resources advance through their
    /// states, temporary keys expire.
    ///
    /// The clock that signatures are checked against does not change.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Sets how many milliseconds the clock that signatures are checked against is ahead of the
    /// system's clock; negative values put it behind.
    pub fn set_gateway_offset(&self, millis: i64) {
        self.shared.clock.set_gateway_offset(millis);
    }

    /// Applies a seed, as [`Builder::seed`] does at start.
    ///
    /// # Errors
    ///
    /// Fails at the first entry that cannot be applied; earlier entries stay in effect. Fails as
    /// well when the [data file](Builder::data_file) cannot be written; then no call of the seed
    /// takes effect.
    pub fn seed(&self, yaml: &str) -> Result<(), Error> {
        Seed::from_yaml(yaml)?.apply(&self.shared)?;
        let unsaved = lock(&self.shared.store).changes.unsaved();
        match (unsaved, &self.shared.persistence) {
            (Some(change), Some(persistence)) => persistence
                .flush_blocking(change)
                .map_err(|why| Error::new("cannot write the data file", why)),
            _ => Ok(()),
        }
    }

    /// Returns all state as JSON: resources by account, region and kind, and executions. For people
    /// who want to see what calls changed; the form can change in any release. It shows what the
    /// data file has, including secrets that callers have sent.
    pub fn state(&self) -> serde_json::Value {
        // All keys of the store are texts, which is the only thing that cannot be written.
        serde_json::to_value(&*lock(&self.shared.store)).unwrap_or_default()
    }

    /// Returns to the state of the start: removes all resources, faults, scripted outcomes and
    /// logged requests, and applies the seeds of the [`Builder`] again. Keys, users and policies of
    /// RAM, and the clocks stay as they are.
    ///
    /// # Errors
    ///
    /// As for [`seed`](Self::seed).
    pub fn reset(&self) -> Result<(), Error> {
        self.clear_faults();
        self.clear_outcomes();
        self.clear_requests();
        {
            let mut store = lock(&self.shared.store);
            let mut changes = std::mem::take(&mut store.changes);
            changes.add();
            *store = Store::default();
            store.changes = changes;
        }
        if self.has_example {
            self.shared.add_example();
        }
        // A start without seeds writes the data file as well.
        std::iter::once("")
            .chain(self.seeds.iter().map(String::as_str))
            .try_for_each(|seed| self.seed(seed))
    }

    /// Returns the faults that are still to apply.
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.shared.faults)
            .list()
            .into_iter()
            .cloned()
            .collect()
    }

    /// Returns the latest requests, at most 10,000, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        lock(&self.shared.log).requests().collect()
    }

    /// Returns how many requests have arrived.
    pub fn counters(&self) -> Counters {
        lock(&self.shared.log).counters().clone()
    }

    /// Clears the request log and the counters.
    pub fn clear_requests(&self) {
        lock(&self.shared.log).clear();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(persistence) = &self.shared.persistence {
            // Another emulator can use the file at once.
            persistence.close();
        }
    }
}

/// A store, whether it is new, and what writes it.
type LoadedStore = (Arc<Mutex<Store<Region>>>, bool, Option<Persistence>);

impl Builder {
    /// Starts the emulator on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails when a specification, the data file or a seed cannot be read, or the address cannot be
    /// bound.
    pub async fn start(self) -> Result<Emulator, Error> {
        let copies = specs::copies(&self.services)?;
        let mut services: Vec<LazyService> = copies.into_iter().map(LazyService::from).collect();
        let mut loaded = self.specifications.clone();
        for directory in &self.specs {
            loaded.extend(specs::load(directory)?.into_iter().map(Arc::new));
        }
        for service in loaded {
            let is_same = |other: &&mut LazyService| {
                (other.product(), other.version()) == (&service.code, &service.version)
            };
            match services.iter_mut().find(is_same) {
                Some(other) => *other = LazyService::from(service),
                None => services.push(LazyService::from(service)),
            }
        }
        if services.is_empty() {
            let why = "this build has no built-in service; build it with the feature of one, such \
                       as `oos`, or serve a directory of specifications";
            return Err(Error::new("there is nothing to serve", why));
        }
        let (store, is_new, persistence) = self.load_store()?;
        let key = self
            .keys
            .first()
            .cloned()
            .unwrap_or_else(|| Key::new(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET));
        let shared = Arc::new(Shared {
            services,
            clock: self.clock(),
            keys: RwLock::new(self.known_keys(&key)),
            region: self.region,
            ids: Ids::default(),
            ram: RwLock::new(Ram::default()),
            nonces: Nonces::default(),
            rate_limits: RateLimits::default(),
            faults: Mutex::default(),
            outcomes: Mutex::default(),
            log: Mutex::default(),
            store,
            persistence,
        });
        shared.rate_limits.set_enabled(self.rate_limits);
        let has_oos = shared
            .services
            .iter()
            .any(|service| service.product() == "oos");
        shared.restore_ram();
        let has_example = self.example_data && has_oos;
        if has_example && is_new {
            shared.add_example();
        }
        for text in &self.seeds {
            Seed::from_yaml(text)?.apply(&shared)?;
        }
        for text in &self.ram {
            shared.apply_ram(RamFile::from_yaml(text)?)?;
        }
        // What an earlier run has attached to the users of a file.
        shared.restore_ram();
        if let Some(mode) = self.ram_mode {
            write(&shared.ram).mode = mode;
        }
        // Nothing is written if the file has everything, so that a full disk prevents no start.
        let unsaved = lock(&shared.store).changes.unsaved();
        if let (Some(change), Some(persistence)) = (unsaved, &shared.persistence) {
            let flushed = persistence.flush(change).await;
            flushed.map_err(|why| Error::new("cannot write the data file", why))?;
        }
        let cannot_listen = |error| Error::new(format!("cannot listen on {}", self.listen), error);
        let listener = TcpListener::bind(&self.listen)
            .await
            .map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        #[cfg(feature = "tls")]
        let (accept, certificate) = if self.tls {
            let (accept, certificate) = crate::server::tls::accept()?;
            (accept, Some(certificate))
        } else {
            (stream::plain(), None)
        };
        #[cfg(not(feature = "tls"))]
        let (accept, certificate) = (stream::plain(), None);
        let access = ControlAccess::new(address, self.control_hosts, self.control_token)?;
        let is_control_closed = access.is_closed();
        let origins = AllowedOrigins::new(self.allowed_origins)?;
        let is_secure = certificate.is_some();
        let server = Server::new(accept, is_secure, access, origins, shared.clone());
        let task = tokio::spawn(server.serve(listener)).abort_handle();
        Ok(Emulator {
            shared,
            address,
            key,
            certificate,
            is_control_closed,
            has_example,
            seeds: self.seeds,
            task,
        })
    }

    /// Loads the state of a previous run, reports whether there was none, and starts to write it.
    fn load_store(&self) -> Result<LoadedStore, Error> {
        let Some(path) = &self.data else {
            return Ok((Arc::default(), true, None));
        };
        let unusable = |why: &dyn std::fmt::Display| {
            Error::new(format!("cannot use the data file {}", path.display()), why)
        };
        let file = DataFile::lock(path).map_err(|error| unusable(&error))?;
        let loaded = persistence::load(&file).map_err(|why| unusable(&why))?;
        let is_new = loaded.is_none();
        let mut store: Store<Region> = loaded.unwrap_or_default();
        if is_new {
            // The file is written even if there is nothing to keep yet.
            store.changes.add();
        }
        let store = Arc::new(Mutex::new(store));
        let persistence =
            Persistence::start(file, store.clone()).map_err(|error| unusable(&error))?;
        Ok((store, is_new, Some(persistence)))
    }

    fn clock(&self) -> Clock {
        match self.frozen {
            Some(moment) => Clock::frozen(timestamp::from_system(moment)),
            None => Clock::default(),
        }
    }

    fn known_keys(&self, first: &Key) -> Keys {
        let mut keys = Keys::new(DEFAULT_ACCOUNT.to_owned());
        keys.add(first.clone());
        self.keys
            .iter()
            .skip(1)
            .for_each(|key| keys.add(key.clone()));
        keys
    }
}
