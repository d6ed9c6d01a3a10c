//! Settings of an emulator, and its start.

use crate::clock::Clock;
use crate::emulator::Emulator;
use crate::error::Error;
use crate::ids::Ids;
use crate::keys::{Key, Keys};
use crate::nonces::Nonces;
use crate::saver::{self, Saver};
use crate::seed;
use crate::server;
use crate::service::Served;
use crate::shared::Shared;
use crate::specs;
use crate::timestamp;
use crate::world::World;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::SystemTime;
use tokio::net::TcpListener;

/// The AccessKey id that an emulator accepts when it is given no key.
pub const DEFAULT_ACCESS_KEY_ID: &str = "test";
/// The secret of [`DEFAULT_ACCESS_KEY_ID`].
pub const DEFAULT_ACCESS_KEY_SECRET: &str = "secret";
/// The account that keys belong to when nothing else is said.
pub const DEFAULT_ACCOUNT: &str = "1000000000000001";
/// The region of calls that name none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

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
