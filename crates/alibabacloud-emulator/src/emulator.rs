//! Starting, steering and stopping an emulator.

use crate::clock::Clock;
use crate::faults::Fault;
use crate::ids::Ids;
use crate::keys::{Key, Keys};
use crate::log::{Counters, LoggedRequest};
use crate::nonces::Nonces;
use crate::outcomes::Outcome;
use crate::saver::{self, Saver};
use crate::seed;
use crate::server;
use crate::service::Served;
use crate::shared::{Shared, lock};
use crate::specs;
use crate::world::World;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// The AccessKey id that an emulator accepts when it is given no key.
pub const DEFAULT_ACCESS_KEY_ID: &str = "test";
/// The secret of [`DEFAULT_ACCESS_KEY_ID`].
pub const DEFAULT_ACCESS_KEY_SECRET: &str = "secret";
/// The account that keys belong to when nothing else is said.
pub const DEFAULT_ACCOUNT: &str = "1000000000000001";
/// The region of calls that name none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

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
    shared: Arc<Shared>,
    address: SocketAddr,
    key: Key,
    certificate: Option<String>,
    task: AbortHandle,
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

/// Settings of an [`Emulator`].
#[derive(Clone, Debug)]
pub struct Builder {
    listen: String,
    keys: Vec<Key>,
    region: String,
    specs: Vec<PathBuf>,
    data: Option<PathBuf>,
    seeds: Vec<String>,
    example_data: bool,
    frozen: Option<SystemTime>,
    #[cfg(feature = "tls")]
    tls: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            keys: Vec::new(),
            region: DEFAULT_REGION.to_owned(),
            specs: Vec::new(),
            data: None,
            seeds: Vec::new(),
            example_data: true,
            frozen: None,
            #[cfg(feature = "tls")]
            tls: false,
        }
    }
}

impl Builder {
    /// Where to listen, as `127.0.0.1:8080`. The default is a free port of the loopback address; port 0 picks a free one.
    #[must_use]
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self
    }

    /// A key to accept. Without any, [`DEFAULT_ACCESS_KEY_ID`] is accepted.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    /// The region of calls that name none; `cn-hangzhou` by default.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// A directory of specifications to serve besides OOS: one specification, or `<product>/<version>` directories of them.
    #[must_use]
    pub fn specs(mut self, directory: impl Into<PathBuf>) -> Self {
        self.specs.push(directory.into());
        self
    }

    /// A file to keep all state in. It is read at the start when it exists, and written before a change is acknowledged.
    #[must_use]
    pub fn data_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// What is there at the start, as YAML: `keys`, `bearer_tokens`, `faults`, `outcomes`, and `calls`, a list of operations with their parameters that
    /// are executed in order. `accounts` holds calls of other accounts or regions.
    ///
    /// ```yaml
    /// calls:
    ///   - CreateParameter: {Name: greeting, Type: String, Value: hello}
    /// ```
    #[must_use]
    pub fn seed(mut self, yaml: impl Into<String>) -> Self {
        self.seeds.push(yaml.into());
        self
    }

    /// Leaves out the example data: the instance `i-emulator0000000001` with seven packages.
    #[must_use]
    pub fn without_example_data(mut self) -> Self {
        self.example_data = false;
        self
    }

    /// Stops the clock of the services at a moment; from there only [`Emulator::advance`] moves it.
    #[must_use]
    pub fn frozen_at(mut self, moment: SystemTime) -> Self {
        self.frozen = Some(moment);
        self
    }

    /// Serves https, with a certificate that is made at the start: [`Emulator::certificate`].
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// When a specification, the data file or a seed cannot be read, or the address cannot be bound.
    pub async fn start(self) -> Result<Emulator, Error> {
        let mut services = vec![specs::built_in()?];
        for directory in &self.specs {
            services.extend(specs::load(directory)?);
        }
        let (world, is_new) = self.world()?;
        let world = Arc::new(Mutex::new(world));
        let saver = self.saver(&world)?;
        let key = self
            .keys
            .first()
            .cloned()
            .unwrap_or_else(|| Key::new(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET));
        let shared = Arc::new(Shared {
            services: services.into_iter().map(Served::new).collect(),
            clock: self.clock(),
            keys: RwLock::new(self.known_keys(&key)),
            region: self.region,
            ids: Ids::default(),
            nonces: Nonces::default(),
            faults: Mutex::default(),
            outcomes: Mutex::default(),
            log: Mutex::default(),
            world,
            saver,
        });
        if self.example_data && is_new {
            seed::apply(&shared, seed::EXAMPLE)?;
        }
        for text in &self.seeds {
            seed::apply(&shared, text)?;
        }
        if let Some(saver) = &shared.saver {
            saver
                .saved()
                .await
                .map_err(|why| Error::new("the data file cannot be written", why))?;
        }
        let cannot_listen = |error| Error::new(format!("cannot listen on {}", self.listen), error);
        let listener = TcpListener::bind(&self.listen)
            .await
            .map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        #[cfg(feature = "tls")]
        let (accept, certificate) = if self.tls {
            let (accept, certificate) = crate::tls::accept()?;
            (accept, Some(certificate))
        } else {
            (server::plain(), None)
        };
        #[cfg(not(feature = "tls"))]
        let (accept, certificate) = (server::plain(), None);
        let task = tokio::spawn(server::serve(listener, accept, shared.clone())).abort_handle();
        Ok(Emulator {
            shared,
            address,
            key,
            certificate,
            task,
        })
    }

    /// What a former run has kept, and whether there was none.
    fn world(&self) -> Result<(World, bool), Error> {
        let Some(path) = &self.data else {
            return Ok((World::default(), true));
        };
        let is_new = !path.exists();
        let world = saver::load(path).map_err(|why| {
            Error::new(
                format!("the data file {} cannot be used", path.display()),
                why,
            )
        })?;
        Ok((world, is_new))
    }

    fn saver(&self, world: &Arc<Mutex<World>>) -> Result<Option<Saver>, Error> {
        let start = |path: &PathBuf| Saver::start(path.clone(), world.clone());
        let saver = self.data.as_ref().map(start).transpose();
        saver.map_err(|error| Error::new("cannot start the thread that saves", error))
    }

    fn clock(&self) -> Clock {
        match self.frozen {
            Some(moment) => {
                let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
                Clock::frozen(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
            }
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

/// Why an emulator cannot start, or a seed cannot be made.
#[derive(Debug)]
pub struct Error {
    message: String,
}

impl Error {
    pub(crate) fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self {
            message: format!("{what}: {why}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
