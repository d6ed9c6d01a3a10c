//! The services that the emulator serves.

use crate::api_error::ApiError;
use crate::call::Handler;
use crate::oos;
use crate::resources::{self, Model};
use crate::specs::SpecCopy;
use crate::sts;
use alibabacloud_spec::{Operation, Response, Service};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// A service, whose specification is read when it is first needed.
#[derive(Debug)]
pub(crate) struct LazyService {
    source: Source,
    served: OnceLock<Result<ServedService, String>>,
}

#[derive(Debug)]
enum Source {
    /// A specification that was read before the start.
    Loaded(Arc<Service>),
    /// A built-in copy.
    Copy(SpecCopy),
}

impl From<Arc<Service>> for LazyService {
    fn from(service: Arc<Service>) -> Self {
        Self {
            source: Source::Loaded(service),
            served: OnceLock::new(),
        }
    }
}

impl From<SpecCopy> for LazyService {
    fn from(copy: SpecCopy) -> Self {
        Self {
            source: Source::Copy(copy),
            served: OnceLock::new(),
        }
    }
}

impl LazyService {
    pub(crate) fn product(&self) -> &str {
        match &self.source {
            Source::Loaded(service) => &service.code,
            Source::Copy(copy) => copy.product,
        }
    }

    pub(crate) fn version(&self) -> &str {
        match &self.source {
            Source::Loaded(service) => &service.version,
            Source::Copy(copy) => copy.version,
        }
    }

    /// Returns the names of the operations, without reading a built-in copy.
    pub(crate) fn operations(&self) -> Vec<&str> {
        match &self.source {
            Source::Loaded(service) => {
                let operations = service.operations.iter();
                operations
                    .map(|operation| operation.name.as_str())
                    .collect()
            }
            Source::Copy(copy) => copy.operations().collect(),
        }
    }

    /// Returns the service, and reads its specification if that has not been done.
    ///
    /// # Errors
    ///
    /// Returns an internal error if a built-in copy is invalid.
    pub(crate) fn get(&self) -> Result<&ServedService, ApiError> {
        let served = self.served.get_or_init(|| match &self.source {
            Source::Loaded(service) => ServedService::new(service.clone()),
            Source::Copy(copy) => copy.read().and_then(ServedService::new),
        });
        let served = served.as_ref();
        served.map_err(|why| ApiError::new(500, "InternalError", why.clone()))
    }

    /// Returns the operation of this name. Reads a built-in copy only if it has one.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub(crate) fn operation(&self, name: &str) -> Result<Option<Target<'_>>, ApiError> {
        let is_read = self.served.get().is_some();
        if !is_read && !self.operations().contains(&name) {
            return Ok(None);
        }
        Ok(self.get()?.operation(name))
    }
}

/// A specification, and what is derived from it once.
#[derive(Debug)]
pub(crate) struct ServedService {
    pub(crate) service: Arc<Service>,
    operations: Vec<ServedOperation>,
    by_name: HashMap<String, usize>,
}

/// Counts the operations that are served.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// What is derived once from an operation.
#[derive(Debug)]
pub(crate) struct ServedOperation {
    /// No other operation of the process has it.
    pub(crate) number: usize,
    pub(crate) responder: Responder,
    /// Parameters whose values must not be logged.
    pub(crate) secret: HashSet<String>,
    /// The fields of the response that hold the request ID.
    pub(crate) request_ids: Vec<&'static str>,
}

/// What returns the response of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Responder {
    /// Code, for operations that keep state.
    Handler(Handler),
    /// The resources of the service, once the caller has created one of the kind.
    Resources(&'static Model),
    /// The schema of the response, for operations that keep no state.
    Synthetic,
}

/// The operation of a service that a request is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    served: &'a ServedService,
    index: usize,
}

impl<'a> Target<'a> {
    pub(crate) fn service(self) -> &'a Service {
        &self.served.service
    }

    pub(crate) fn operation(self) -> &'a Operation {
        &self.served.service.operations[self.index]
    }

    /// Returns the service and the index of the operation in it, for longer than the request lasts.
    pub(crate) fn shared(self) -> (Arc<Service>, usize) {
        (self.served.service.clone(), self.index)
    }

    pub(crate) fn served(self) -> &'a ServedOperation {
        &self.served.operations[self.index]
    }
}

impl ServedService {
    /// Derives what is needed of a specification.
    ///
    /// # Errors
    ///
    /// Fails when the resource file of the service is invalid, which a test excludes.
    fn new(service: Arc<Service>) -> Result<Self, String> {
        let model = resources::model_of(&service)?;
        let operations = service
            .operations
            .iter()
            .map(|operation| ServedOperation {
                number: COUNT.fetch_add(1, Ordering::Relaxed),
                responder: responder(&service, model, &operation.name),
                secret: operation
                    .parameters
                    .iter()
                    .filter(|parameter| service.holds_secret(&parameter.schema))
                    .map(|parameter| parameter.name.clone())
                    .collect(),
                request_ids: request_ids(&service, operation),
            })
            .collect();
        let by_name = service
            .operations
            .iter()
            .enumerate()
            .map(|(index, operation)| (operation.name.clone(), index))
            .collect();
        Ok(Self {
            service,
            operations,
            by_name,
        })
    }

    /// Returns the operation of this name.
    fn operation(&self, name: &str) -> Option<Target<'_>> {
        self.by_name.get(name).map(|&index| self.target(index))
    }

    /// Returns the operation at an index of the specification.
    pub(crate) fn target(&self, index: usize) -> Target<'_> {
        Target {
            served: self,
            index,
        }
    }
}

/// Returns the fields of the response of an operation that hold the request ID.
fn request_ids(service: &Service, operation: &Operation) -> Vec<&'static str> {
    let Response::Json(schema) = &operation.response else {
        return Vec::new();
    };
    let known = service.resolve(schema).kind.properties();
    let names = ["RequestId", "requestId", "request_id", "RequestID"].into_iter();
    names
        .filter(|name| known.is_some_and(|known| known.contains_key(*name)))
        .collect()
}

/// Returns what returns the response of an operation.
fn responder(service: &Service, model: Option<&'static Model>, operation: &str) -> Responder {
    let handler = oos::handler(service, operation).or_else(|| sts::handler(service, operation));
    match (handler, model) {
        (Some(handler), _) => Responder::Handler(handler),
        (None, Some(model)) if resources::has(model, operation) => Responder::Resources(model),
        _ => Responder::Synthetic,
    }
}

#[cfg(all(test, feature = "oos"))]
mod tests {
    use super::*;
    use crate::specs;

    #[test]
    fn a_copy_is_read_when_one_of_its_operations_is_needed() {
        let copy = specs::copies(&["oos".to_owned()]).unwrap().remove(0);
        let service = LazyService::from(copy);
        assert!(service.operations().contains(&"ListExecutions"));
        assert!(service.operation("DescribeInstances").unwrap().is_none());
        assert!(service.served.get().is_none());
        let target = service.operation("ListExecutions").unwrap().unwrap();
        assert_eq!(target.operation().name, "ListExecutions");
        assert!(service.served.get().is_some());
        assert!(service.operation("DescribeInstances").unwrap().is_none());
    }
}
