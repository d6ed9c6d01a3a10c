//! A service whose specification is loaded at run time.

use crate::description;
use alibabacloud_core::plumbing::{Operation, Product};
use alibabacloud_core::{Error, Result};
use alibabacloud_spec::{self as spec, Errors, Loader, ValueError, did_you_mean};
use serde_json::{Map, Value};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A service whose specification was loaded at run time. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<LoadedService>);

struct LoadedService {
    spec: Arc<spec::Service>,
    product: &'static Product,
    /// The operations of the specification in the form of the core, described when they are called
    /// first.
    operations: Vec<OnceLock<&'static Operation>>,
}

/// An operation of a service.
#[derive(Clone)]
pub(crate) struct OperationHandle {
    service: Service,
    index: usize,
}

impl Service {
    /// Loads a specification from a directory with `openapi.yaml` and the operation files that it
    /// lists: `api-specs/oos/2019-06-01`.
    ///
    /// # Errors
    /// All errors of the specification at once, including files that cannot be read.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self, Errors> {
        spec::Service::load(dir.as_ref()).map(Self::new)
    }

    /// Loads a specification from one JSON text, as [`spec::Service::bundle`] writes it.
    ///
    /// # Errors
    /// All errors of the specification at once.
    pub fn from_bundle(text: &str) -> Result<Self, Errors> {
        spec::Service::from_bundle(text).map(Self::new)
    }

    /// Loads a specification from one YAML text that contains its operations; errors use `name` as
    /// the file name.
    ///
    /// # Errors
    /// All errors of the specification at once.
    pub fn from_yaml(name: &str, text: &str) -> Result<Self, Errors> {
        Loader::new().from_yaml(name, text).map(Self::new)
    }

    /// Creates a service from a specification that was loaded before, which it can share.
    pub fn new(spec: impl Into<Arc<spec::Service>>) -> Self {
        let spec = spec.into();
        Self(Arc::new(LoadedService {
            product: description::product(&spec),
            operations: spec.operations.iter().map(|_| OnceLock::new()).collect(),
            spec,
        }))
    }

    /// Returns the specification.
    pub fn spec(&self) -> &spec::Service {
        &self.0.spec
    }

    /// Checks the parameters of an operation as the service does: names and types, required
    /// parameters, enum values and limits. Sends nothing.
    ///
    /// # Errors
    /// If there is no such operation, or the parameters are not an object.
    pub fn check(&self, operation: &str, parameters: &Value) -> Result<Vec<ValueError>> {
        let operation = self.operation(operation)?;
        let parameters = object(parameters.clone())?;
        Ok(self.spec().check_parameters(operation.spec(), &parameters))
    }

    /// Replaces the sensitive parameters of a call by the text `REDACTED`, so that a program can
    /// show and keep the others.
    ///
    /// # Errors
    /// If there is no such operation, or the parameters are not an object.
    pub fn redact_parameters(&self, operation: &str, parameters: Value) -> Result<Value> {
        let operation = self.operation(operation)?;
        let mut parameters = object(parameters)?;
        self.spec()
            .redact_parameters(operation.spec(), &mut parameters);
        Ok(Value::Object(parameters))
    }

    /// Replaces the sensitive fields of an output, or of an event, by the text `REDACTED`, so that
    /// a program can show and keep it. Fields that the specification does not have stay.
    ///
    /// # Errors
    /// If there is no such operation.
    pub fn redact_output(&self, operation: &str, mut output: Value) -> Result<Value> {
        let operation = self.operation(operation)?;
        if let Some(schema) = operation.spec().response.schema() {
            self.spec().redact(schema, &mut output);
        }
        Ok(output)
    }

    pub(crate) fn product(&self) -> &'static Product {
        self.0.product
    }

    /// Returns an operation.
    ///
    /// # Errors
    /// If the specification does not have it; the error names a similar one.
    pub(crate) fn operation(&self, name: &str) -> Result<OperationHandle> {
        let operations = &self.spec().operations;
        match operations
            .iter()
            .position(|operation| operation.name == name)
        {
            Some(index) => Ok(OperationHandle {
                service: self.clone(),
                index,
            }),
            None => {
                let known = operations.iter().map(|operation| operation.name.as_str());
                let mut message = format!("{self} has no operation {name:?}");
                if let Some(hint) = did_you_mean(name, known) {
                    message.push_str(&format!(": {hint}"));
                }
                Err(Error::invalid_input(message))
            }
        }
    }
}

/// Returns the parameters of a call; a null has none.
///
/// # Errors
/// If they are not an object.
pub(crate) fn object(parameters: Value) -> Result<Map<String, Value>> {
    match parameters {
        Value::Object(parameters) => Ok(parameters),
        Value::Null => Ok(Map::new()),
        _ => Err(Error::invalid_input(
            "the parameters of a call must be a JSON object: {\"RegionId\": \"cn-hangzhou\"}",
        )),
    }
}

impl OperationHandle {
    pub(crate) fn service(&self) -> &spec::Service {
        self.service.spec()
    }

    pub(crate) fn spec(&self) -> &spec::Operation {
        &self.service.spec().operations[self.index]
    }

    /// Returns the operation in the form of the core.
    ///
    /// # Errors
    /// If a client cannot send it.
    pub(crate) fn description(&self) -> Result<&'static Operation> {
        let (loaded, operation) = (&self.service.0, self.spec());
        if let Some(reason) = &operation.unsupported {
            return Err(self.cannot_be_called(reason));
        }
        let place = &loaded.operations[self.index];
        if let Some(known) = place.get() {
            return Ok(known);
        }
        match description::operation(loaded.product, &loaded.spec, operation) {
            Some(description) => Ok(place.get_or_init(|| description)),
            None => {
                let reason = format!("unknown HTTP method {}", operation.method);
                Err(self.cannot_be_called(&reason))
            }
        }
    }

    fn cannot_be_called(&self, reason: &str) -> Error {
        let (service, operation) = (&self.service, self.spec());
        let message = format!(
            "the client cannot call {} of {service}: {reason}",
            operation.name
        );
        Error::invalid_input(message)
    }
}

/// Shows product and version: `oos 2019-06-01`.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.spec().code, self.spec().version)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({self})")
    }
}
