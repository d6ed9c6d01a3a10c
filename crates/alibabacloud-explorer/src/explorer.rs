//! The Explorer: settings, start, serving.

use crate::access::Access;
use crate::act::Recordings;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::routes::State;
use crate::secrets::Secrets;
use crate::server;
use crate::targets::{EmulatorState, Settings, Target, Targets};
use alibabacloud_core::credentials::{DefaultChain, ProvideCredentials};
use alibabacloud_core::endpoint::Endpoint;
use alibabacloud_emulator::{Builder as EmulatorBuilder, Emulator};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// The service that is read first, because the page opens there.
const FIRST: &str = "oos";

/// Settings of an [`Explorer`], from [`Explorer::builder`].
///
/// ```no_run
/// # async fn example() -> Result<(), alibabacloud_explorer::Error> {
/// use alibabacloud_explorer::Explorer;
///
/// let explorer = Explorer::builder().specs("api-specs/ecs").bind().await?;
/// println!("{}", explorer.url());
/// explorer.serve().await
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "the Explorer listens only after `bind`"]
pub struct Builder {
    port: u16,
    specs: Vec<PathBuf>,
    settings: Settings,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    seeds: Vec<String>,
    data: Option<PathBuf>,
}

impl Builder {
    /// Sets the port on the loopback address. The default is a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds specifications: a directory that is one, or that holds them as `<product>/<version>`,
    /// or a file with one as JSON text. One of a built-in service in the same version replaces it.
    ///
    /// They are read in the background; the page shows what is wrong with them.
    pub fn specs(mut self, path: impl Into<PathBuf>) -> Self {
        self.specs.push(path.into());
        self
    }

    /// Sets the target that the page selects at first. The default is the emulator.
    pub fn target(mut self, target: Target) -> Self {
        self.settings.target = target;
        self
    }

    /// Sets the region of calls that do not name one. The default is `cn-hangzhou` in the emulator,
    /// and in the cloud the region of the environment or the profile.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = Some(region.into());
        self
    }

    /// Sets the endpoint of all calls to the cloud, instead of that of each product.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.settings.endpoint = Some(endpoint.into());
        self
    }

    /// Allows calls that change resources in the cloud, each after a confirmation by the name of
    /// the operation. By default the Explorer only reads from the cloud.
    pub fn allow_writes(mut self) -> Self {
        self.settings.allow_writes = true;
        self
    }

    /// Rejects calls that match a pattern, on both targets: `*:Delete*`, `oos:StartExecution`. See
    /// [`Config::deny`](alibabacloud_core::Config::deny).
    pub fn deny(mut self, pattern: impl Into<String>) -> Self {
        self.settings.deny.push(pattern.into());
        self
    }

    /// Sets the credentials of calls to the cloud. The default is
    /// [`DefaultChain`], which the first call to the cloud asks.
    pub fn credentials(mut self, provider: impl ProvideCredentials) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// Adds a seed of the emulator, as YAML:
    /// [`alibabacloud_emulator::Builder::seed`](EmulatorBuilder::seed).
    pub fn seed(mut self, yaml: impl Into<String>) -> Self {
        self.seeds.push(yaml.into());
        self
    }

    /// Sets a file to keep the state of the emulator in. By default it ends with the program.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Listens on the loopback address, and begins to read specifications and to start the
    /// emulator, on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails when the port is in use, the endpoint or a deny pattern is invalid, or the system has
    /// no random numbers.
    pub async fn bind(self) -> Result<Explorer, Error> {
        if let Some(endpoint) = &self.settings.endpoint {
            endpoint
                .parse::<Endpoint>()
                .map_err(|error| Error::new("cannot use the endpoint", error))?;
        }
        check_patterns(&self.settings.deny)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let cannot_listen = |error| Error::new(format!("cannot listen on {address}"), error);
        let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let secrets =
            Secrets::random().map_err(|error| Error::new("cannot create the token", error))?;

        let catalog = Arc::new(Catalog::new());
        let (started, emulator) = watch::channel(None);
        let credentials = self.credentials;
        let credentials = credentials.unwrap_or_else(|| Arc::new(DefaultChain::new()));
        let targets = Targets::new(emulator.clone(), credentials, self.settings);
        let mut builder = Emulator::builder().region(targets.emulator_region());
        for seed in self.seeds {
            builder = builder.seed(seed);
        }
        if let Some(path) = self.data {
            builder = builder.data_file(path);
        }
        let background = Background {
            catalog: catalog.clone(),
            specs: self.specs,
            emulator: builder,
            started,
        };
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || background.run(&runtime));
        Ok(Explorer {
            state: Arc::new(State {
                access: Access::new(address.port(), secrets),
                catalog,
                targets,
                recordings: Recordings::default(),
            }),
            listener,
            address,
            emulator,
        })
    }
}

/// Checks the form of deny patterns; whether one matches an operation is known when the service
/// is.
fn check_patterns(patterns: &[String]) -> Result<(), Error> {
    let config = alibabacloud_core::Config::new();
    let config = patterns
        .iter()
        .fold(config, |config, pattern| config.deny(pattern.as_str()));
    alibabacloud_core::Client::new(config)
        .map(drop)
        .map_err(|error| Error::new("cannot use a deny pattern", error))
}

/// What happens in the background of a start.
struct Background {
    catalog: Arc<Catalog>,
    specs: Vec<PathBuf>,
    emulator: EmulatorBuilder,
    started: watch::Sender<EmulatorState>,
}

impl Background {
    /// Reads directories, starts the emulator, and reads the other services.
    fn run(self, runtime: &Handle) {
        let added = self.catalog.add_directories(&self.specs);
        let emulator = added
            .into_iter()
            .fold(self.emulator, EmulatorBuilder::specification);
        let emulator = runtime.block_on(emulator.start());
        let emulator = emulator.map_err(|error| error.to_string());
        self.started.send_replace(Some(emulator.map(Arc::new)));
        self.catalog.load_all(FIRST);
    }
}

/// An Explorer that listens on the loopback address.
#[must_use = "the Explorer answers only while `serve` runs"]
pub struct Explorer {
    state: Arc<State>,
    listener: TcpListener,
    address: SocketAddr,
    emulator: watch::Receiver<EmulatorState>,
}

impl Explorer {
    /// Returns settings to change before the start.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address to open in a browser, with the token of this start. Whoever has it can
    /// use the Explorer, on this machine and until the program ends.
    pub fn url(&self) -> String {
        let token = self.state.access.secrets.token.expose();
        format!("http://{}/#token={token}", self.address)
    }

    /// Returns an address that works once, for a browser that is started with it: other users of
    /// the machine can see the arguments of programs.
    ///
    /// # Errors
    ///
    /// Fails when the system has no random numbers.
    pub fn url_for_one_browser(&self) -> Result<String, Error> {
        let token = self.state.access.secrets.new_once();
        let token = token.map_err(|error| Error::new("cannot create a token", error))?;
        Ok(format!("http://{}/#token={}", self.address, token.expose()))
    }

    /// Serves the page until the future is dropped.
    ///
    /// # Errors
    ///
    /// Fails when the emulator cannot start: a seed is invalid, or the state file cannot be used.
    pub async fn serve(self) -> Result<(), Error> {
        let mut emulator = self.emulator;
        let failed = async {
            let state = emulator.wait_for(Option::is_some).await;
            match state.map(|state| state.clone()) {
                Ok(Some(Err(why))) => why,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = server::serve(self.listener, self.state) => Ok(()),
            why = failed => Err(Error::new("cannot start the emulator", why)),
        }
    }
}

/// Omits the token.
impl fmt::Debug for Explorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explorer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
