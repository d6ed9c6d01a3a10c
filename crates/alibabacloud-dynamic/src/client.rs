//! The client of a service.

use crate::request::Request;
use crate::service::{Service, object};
use alibabacloud_core::{Client as CoreClient, Config, Result};
use serde_json::Value;

/// A client of a service whose specification was loaded at run time; created by
/// [`Service::client`]. Cheap to clone; clones share connections and credentials.
#[derive(Clone, Debug)]
pub struct Client {
    core: CoreClient,
    service: Service,
    checks_values: bool,
}

impl Service {
    /// Creates a client of the service.
    ///
    /// # Errors
    /// If the configuration cannot work: an invalid region or endpoint, or a deny pattern that
    /// matches no operation.
    pub fn client(&self, mut config: Config) -> Result<Client> {
        let operations = self.spec().operations.iter();
        let names: Vec<&str> = operations
            .filter(|operation| operation.unsupported.is_none())
            .map(|operation| operation.name.as_str())
            .collect();
        let checks_values = config.take_check_values();
        Ok(Client {
            core: CoreClient::of(config, self.product(), &names.join(" "))?,
            service: self.clone(),
            checks_values,
        })
    }
}

impl Client {
    /// Creates a request of an operation. `parameters` is a JSON object with values by the names of
    /// the API: `json!({"MaxResults": 10})`. Bytes are Base64 text.
    ///
    /// The region of the client and a new idempotency token are the defaults of their parameters.
    ///
    /// # Errors
    /// If there is no such operation, or a parameter does not exist or has another type.
    pub fn call(&self, operation: &str, parameters: Value) -> Result<Request> {
        let operation = self.service.operation(operation)?;
        Request::new(
            &self.core,
            operation,
            object(parameters)?,
            self.checks_values,
        )
    }

    /// Returns a client that also checks enum values and limits, required fields, and required
    /// parameters when a request is created. By default the service does, which knows more values
    /// than a specification that is older. `Config::check_values` of the core's feature `checks`
    /// sets the same.
    #[must_use]
    pub fn check_values(mut self, yes: bool) -> Self {
        self.checks_values = yes;
        self
    }

    /// Returns a client that makes only calls that read, and rejects all others before anything is
    /// sent, as [`ErrorKind::Guarded`](crate::ErrorKind::Guarded). It shares everything else with
    /// this one.
    #[must_use]
    pub fn read_only(&self) -> Self {
        Self {
            core: self.core.read_only(),
            ..self.clone()
        }
    }

    /// Returns the service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Returns the configuration.
    pub fn config(&self) -> &Config {
        self.core.config()
    }

    /// Returns the region of the configuration, else the one that a call has found.
    pub fn region(&self) -> Option<&str> {
        self.core.region()
    }
}
