//! Settings of an emulator.

use crate::keys::Key;
use crate::ram::RamMode;
use crate::server::access::ControlToken;
use alibabacloud_spec::Service;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// The AccessKey ID that an emulator accepts when no key is set.
pub const DEFAULT_ACCESS_KEY_ID: &str = "test";
/// The secret of [`DEFAULT_ACCESS_KEY_ID`].
pub const DEFAULT_ACCESS_KEY_SECRET: &str = "secret";
/// The account of keys that do not name one.
pub const DEFAULT_ACCOUNT: &str = "1000000000000001";
/// The region of calls that do not name one.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// Settings of an [`Emulator`](crate::Emulator), from
/// [`Emulator::builder`](crate::Emulator::builder).
///
/// ```
/// # async fn example() -> Result<(), alibabacloud_emulator::Error> {
/// use alibabacloud_emulator::{Emulator, Key};
///
/// let emulator = Emulator::builder()
///     .key(Key::new("id", "secret"))
///     .region("cn-shanghai")
///     .without_example_data()
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an emulator runs only after `start`"]
pub struct Builder {
    pub(crate) listen: String,
    pub(crate) keys: Vec<Key>,
    pub(crate) region: String,
    pub(crate) services: Vec<String>,
    pub(crate) specs: Vec<PathBuf>,
    pub(crate) specifications: Vec<Arc<Service>>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) seeds: Vec<String>,
    pub(crate) example_data: bool,
    pub(crate) frozen: Option<SystemTime>,
    pub(crate) rate_limits: bool,
    pub(crate) ram: Vec<String>,
    pub(crate) ram_mode: Option<RamMode>,
    pub(crate) control_token: Option<ControlToken>,
    pub(crate) control_hosts: Vec<String>,
    pub(crate) allowed_origins: Vec<String>,
    #[cfg(feature = "tls")]
    pub(crate) tls: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            keys: Vec::new(),
            region: DEFAULT_REGION.to_owned(),
            services: Vec::new(),
            specs: Vec::new(),
            specifications: Vec::new(),
            data: None,
            seeds: Vec::new(),
            example_data: true,
            frozen: None,
            rate_limits: false,
            ram: Vec::new(),
            ram_mode: None,
            control_token: None,
            control_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            #[cfg(feature = "tls")]
            tls: false,
        }
    }
}

impl Builder {
    /// Sets the address to listen on, such as `127.0.0.1:8080`.
    ///
    /// The default is a free port of the loopback address. Port 0 selects a free port.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self
    }

    /// Sets the token that requests to the control API must have, in the header
    /// `x-emulator-token`.
    ///
    /// Without a token, the control API is open to programs on this machine when the emulator
    /// listens on a loopback address, and closed when it listens on any other.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.control_token = Some(ControlToken::new(token));
        self
    }

    /// Adds a host name that requests to the control API may use for the emulator.
    ///
    /// Loopback names and the address that the emulator listens on are always accepted. All other
    /// names are refused, because a web page can give its own name a loopback address.
    pub fn control_host(mut self, name: impl Into<String>) -> Self {
        self.control_hosts.push(name.into());
        self
    }

    /// Lets web pages of this origin, such as `http://localhost:3000`, call the services from a
    /// browser; `*` stands for every origin.
    ///
    /// By default, no page can read responses. The control API stays closed to pages.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.allowed_origins.push(origin.into());
        self
    }

    /// Adds a key to accept. When no key is set, [`DEFAULT_ACCESS_KEY_ID`] is accepted.
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    /// Sets the region of calls that do not name one. The default is [`DEFAULT_REGION`].
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Serves this built-in service, by its product code such as `oos`, and only those that are
    /// named so. By default, all that this build has are served.
    ///
    /// Each built-in service has a cargo feature of its name; `oos` is a default feature. The
    /// specification of a service is read when a request needs it.
    pub fn service(mut self, product: impl Into<String>) -> Self {
        self.services.push(product.into());
        self
    }

    /// Adds a directory of specifications to serve in addition to the built-in services.
    ///
    /// The directory is a specification itself, or holds specifications as `<product>/<version>`.
    /// A file is a specification as one JSON text, as the emulator has the built-in ones. A
    /// specification of a built-in service, in the same version, replaces the built-in one.
    pub fn specs(mut self, directory: impl Into<PathBuf>) -> Self {
        self.specs.push(directory.into());
        self
    }

    /// Adds a specification that the program has loaded, as [`specs`](Self::specs) adds those of a
    /// directory, which then take precedence.
    pub fn specification(mut self, service: impl Into<Arc<Service>>) -> Self {
        self.specifications.push(service.into());
        self
    }

    /// Sets a file to keep all state in.
    ///
    /// The file is read at start when it exists, and written before a change is acknowledged.
    pub fn data_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Adds a seed to apply at start, as YAML.
    ///
    /// | key | what it holds |
    /// |---|---|
    /// | `keys` | AccessKeys: `access_key_id`, `access_key_secret`, `security_token`, `account`, `expires` |
    /// | `bearer_tokens` | bearer tokens: `token`, `account` |
    /// | `faults` | faults, with the keys of a [`Fault`](crate::Fault) |
    /// | `outcomes` | scripted ends of tasks, with the keys of an [`Outcome`](crate::Outcome) |
    /// | `calls` | operations, such as `CreateUser` or `ram/CreateUser`, with their parameters, executed in order by the default account |
    /// | `resources` | resources with their fields, added or changed after the calls: `kind`, `id`, `fields` |
    /// | `accounts` | those of other accounts or regions: `id`, `region`, `calls`, `resources` |
    ///
    /// ```yaml
    /// calls:
    ///   - CreateParameter: {Name: greeting, Type: String, Value: hello}
    /// resources:
    ///   - {kind: ecs/Disk, id: d-1, fields: {Status: Available, Size: 20}}
    /// ```
    ///
    /// A resource of a seed stays in its state, such as one that no operation of the test leads to.
    /// Services that keep resources have a file in the directory `resources` of this crate, which
    /// names the kinds.
    pub fn seed(mut self, yaml: impl Into<String>) -> Self {
        self.seeds.push(yaml.into());
        self
    }

    /// Omits the example data: the instance `i-emulator0000000001` with seven packages, and
    /// `i-bp1cpoxxxwxxxxxxxxxx` of the documentation with three.
    pub fn without_example_data(mut self) -> Self {
        self.example_data = false;
        self
    }

    /// Stops the clock of the services at a point in time; then only
    /// [`Emulator::advance`](crate::Emulator::advance) moves it.
    pub fn frozen_at(mut self, moment: SystemTime) -> Self {
        self.frozen = Some(moment);
        self
    }

    /// Applies the limits of requests that specifications have:
    /// [`Emulator::set_rate_limits`](crate::Emulator::set_rate_limits).
    pub fn rate_limits(mut self) -> Self {
        self.rate_limits = true;
        self
    }

    /// Adds users, groups, roles and policies of Resource Access Management (RAM), as YAML, and
    /// enforces permissions unless the file or [`ram_mode`](Self::ram_mode) has another mode.
    ///
    /// | key | what it holds |
    /// |---|---|
    /// | `mode` | `off`, `record` or `enforce`; see [`RamMode`] |
    /// | `account` | the account of everything in the file; by default, [`DEFAULT_ACCOUNT`] |
    /// | `policies` | policy documents by name, as YAML or as a JSON text |
    /// | `groups` | `name`, `policies` |
    /// | `users` | `name`, `access_keys`, `groups`, `policies` |
    /// | `roles` | `name`, `policies`, and `trust`, the trust policy; without it, everyone in the account may assume the role |
    ///
    /// An access key is the ID of a key that the emulator accepts, or a new key with
    /// `access_key_id` and `access_key_secret`. Policies are attached by name; every account has
    /// `AdministratorAccess` and `AliyunSTSAssumeRoleAccess`. A key that no user has is that of the
    /// account, which may do everything.
    ///
    /// ```yaml
    /// policies:
    ///   read-templates:
    ///     Version: "1"
    ///     Statement:
    ///       - {Effect: Allow, Action: "oos:Get*", Resource: "acs:oos:*:*:template/*"}
    /// users:
    ///   - {name: deploy, access_keys: [test], policies: [read-templates]}
    /// ```
    pub fn ram(mut self, yaml: impl Into<String>) -> Self {
        self.ram.push(yaml.into());
        self
    }

    /// Sets whether permissions of callers are recorded or enforced.
    pub fn ram_mode(mut self, mode: RamMode) -> Self {
        self.ram_mode = Some(mode);
        self
    }

    /// Serves HTTPS, with a certificate that is created at start:
    /// [`Emulator::certificate`](crate::Emulator::certificate).
    #[cfg(feature = "tls")]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }
}
