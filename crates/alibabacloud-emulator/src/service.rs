//! The services that the emulator serves, indexed for routing.

use crate::oos::{self, Handler};
use crate::path;
use crate::refusal::Refusal;
use crate::request::Request;
use alibabacloud_spec::{ApiStyle, Kind, Operation, Schema, Service};
use std::collections::{HashMap, HashSet};

/// A specification and what is derived from it once.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) service: Service,
    pub(crate) operations: Vec<ServedOperation>,
    by_name: HashMap<String, usize>,
}

/// An operation and what is derived from it once.
#[derive(Debug)]
pub(crate) struct ServedOperation {
    /// Code that keeps state; without one the answer is made up from the schema.
    pub(crate) handler: Option<Handler>,
    /// Parameters whose values must not be shown.
    pub(crate) secret: HashSet<String>,
}

/// An operation of a service, found for a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) served: &'a Served,
    index: usize,
}

impl<'a> Target<'a> {
    pub(crate) fn service(self) -> &'a Service {
        &self.served.service
    }

    pub(crate) fn operation(self) -> &'a Operation {
        &self.served.service.operations[self.index]
    }

    pub(crate) fn extra(self) -> &'a ServedOperation {
        &self.served.operations[self.index]
    }
}

impl Served {
    pub(crate) fn new(service: Service) -> Self {
        let operations = service
            .operations
            .iter()
            .map(|operation| ServedOperation {
                handler: oos::handler(&service, &operation.name),
                secret: operation
                    .parameters
                    .iter()
                    .filter(|parameter| holds_secret(&service, &parameter.schema, 0))
                    .map(|parameter| parameter.name.clone())
                    .collect(),
            })
            .collect();
        let by_name = service
            .operations
            .iter()
            .enumerate()
            .map(|(index, operation)| (operation.name.clone(), index))
            .collect();
        Self {
            service,
            operations,
            by_name,
        }
    }

    /// The operation of this name.
    pub(crate) fn operation(&self, name: &str) -> Option<Target<'_>> {
        self.by_name.get(name).map(|&index| Target {
            served: self,
            index,
        })
    }

    /// The operation of this method and path, the one with the most literal segments first.
    fn route(&self, method: &str, path: &str) -> Option<Target<'_>> {
        let candidates = self.service.operations.iter().enumerate();
        candidates
            .filter(|(_, operation)| operation.methods.iter().any(|m| m == method))
            .filter_map(|(index, operation)| Some((path::fit(operation, path)?.literals, index)))
            .max_by_key(|(literals, index)| (*literals, std::cmp::Reverse(*index)))
            .map(|(_, index)| Target {
                served: self,
                index,
            })
    }

    fn has_path(&self, path: &str) -> bool {
        let mut operations = self.service.operations.iter();
        operations.any(|operation| path::fit(operation, path).is_some())
    }
}

/// Whether a value of this type holds something that must not be shown. Recursive types are followed a few levels.
fn holds_secret(service: &Service, schema: &Schema, depth: usize) -> bool {
    if schema.sensitive || depth > 8 {
        return schema.sensitive;
    }
    match &schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => holds_secret(service, inner, depth + 1),
        Kind::Object(properties) => properties
            .values()
            .any(|property| holds_secret(service, &property.schema, depth + 1)),
        Kind::Ref(name) => service
            .schemas
            .get(name)
            .is_some_and(|schema| holds_secret(service, schema, depth + 1)),
        _ => false,
    }
}

/// Finds the operation that a request is for.
///
/// The product is told by the first label of the host (`oos.cn-hangzhou.aliyuncs.com`). A client that calls a loopback address tells only version and
/// operation; of two products that have both, the one that was loaded first answers.
pub(crate) fn find<'a>(services: &'a [Served], request: &Request) -> Result<Target<'a>, Refusal> {
    let common = |header, parameter| {
        let in_header = request.headers.get(header);
        in_header
            .or_else(|| request.anywhere(parameter))
            .filter(|value| !value.is_empty())
    };
    let version = common("x-acs-version", "Version").ok_or_else(|| Refusal::missing("Version"))?;
    let candidates = candidates(services, request, version)?;
    match common("x-acs-action", "Action") {
        Some(action) => by_action(&candidates, request, action, version),
        None => by_path(&candidates, request),
    }
}

fn candidates<'a>(
    services: &'a [Served],
    request: &Request,
    version: &str,
) -> Result<Vec<&'a Served>, Refusal> {
    let host = request.host();
    let label = host.split('.').next().unwrap_or_default();
    let is_product = |served: &&Served| {
        let code = &served.service.code;
        host.ends_with(".aliyuncs.com")
            && (label == code
                || label
                    .strip_prefix(code.as_str())
                    .is_some_and(|rest| rest.starts_with('-')))
    };
    let named: Vec<&Served> = services.iter().filter(is_product).collect();
    if named.is_empty() && host.ends_with(".aliyuncs.com") {
        return Err(Refusal::new(
            404,
            "InvalidProduct.NotFound",
            format!("No product is served at {host}."),
        ));
    }
    let pool: Vec<&Served> = if named.is_empty() {
        services.iter().collect()
    } else {
        named
    };
    let fitting: Vec<&Served> = pool
        .into_iter()
        .filter(|served| served.service.version == version)
        .collect();
    if fitting.is_empty() {
        return Err(Refusal::new(
            400,
            "InvalidVersion",
            format!("No product of version {version} is served here."),
        ));
    }
    Ok(fitting)
}

fn by_action<'a>(
    candidates: &[&'a Served],
    request: &Request,
    action: &str,
    version: &str,
) -> Result<Target<'a>, Refusal> {
    let target = candidates
        .iter()
        .find_map(|served| served.operation(action))
        .ok_or_else(|| Refusal::no_such_operation(&format!("{action} of version {version}")))?;
    let operation = target.operation();
    if !operation.methods.contains(&request.method) {
        return Err(unsupported_method(&request.method, &operation.methods));
    }
    let fits = match target.service().style {
        ApiStyle::Rpc => request.path == "/",
        ApiStyle::Roa => path::fit(operation, &request.path).is_some(),
    };
    if !fits {
        return Err(Refusal::no_such_operation(&format!(
            "{action} at the path {}",
            request.path
        )));
    }
    Ok(target)
}

fn by_path<'a>(candidates: &[&'a Served], request: &Request) -> Result<Target<'a>, Refusal> {
    let roa = || {
        candidates
            .iter()
            .filter(|served| served.service.style == ApiStyle::Roa)
    };
    if roa().next().is_none() {
        return Err(Refusal::missing("Action"));
    }
    if let Some(target) = roa().find_map(|served| served.route(&request.method, &request.path)) {
        return Ok(target);
    }
    if roa().any(|served| served.has_path(&request.path)) {
        return Err(unsupported_method(&request.method, &[]));
    }
    Err(Refusal::no_such_operation(&format!(
        "{} {}",
        request.method, request.path
    )))
}

fn unsupported_method(method: &str, supported: &[String]) -> Refusal {
    let mut message = format!("The HTTP method {method} is not supported here");
    if !supported.is_empty() {
        message.push_str(&format!("; use {}", supported.join(" or ")));
    }
    message.push('.');
    Refusal::new(405, "UnsupportedHTTPMethod", message)
}
