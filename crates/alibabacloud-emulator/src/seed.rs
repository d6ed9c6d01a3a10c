//! Seeds: the initial state of a test, as YAML.

use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::error::Error;
use crate::explain;
use crate::faults::Fault;
use crate::gateway::{self, parameters};
use crate::keys::Key;
use crate::nesting;
use crate::outcomes::Outcome;
use crate::resources;
use crate::shared::{Shared, lock, read};
use alibabacloud_spec::did_you_mean;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt::Display;
use std::sync::PoisonError;

/// A seed: a file, or the body of a request to the control API.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Seed {
    keys: Vec<Key>,
    bearer_tokens: Vec<SeedBearerToken>,
    faults: Vec<Fault>,
    outcomes: Vec<Outcome>,
    accounts: Vec<SeedAccount>,
    /// Calls of the default account in the default region.
    calls: Vec<Map<String, Value>>,
    /// Resources of the default account in the default region.
    resources: Vec<SeedResource>,
}

/// Fields of a resource, which is added if it does not exist.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedResource {
    /// The product and the kind: `ecs/Disk`.
    kind: String,
    id: String,
    #[serde(default)]
    fields: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedBearerToken {
    token: String,
    #[serde(default)]
    account: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedAccount {
    id: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    calls: Vec<Map<String, Value>>,
    #[serde(default)]
    resources: Vec<SeedResource>,
}

impl Seed {
    /// Reads a seed file.
    ///
    /// # Errors
    ///
    /// Fails when the text is not a seed.
    pub(crate) fn from_yaml(text: &str) -> Result<Self, Error> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // Values whose nesting is checked have no lines, which messages need.
        nesting::yaml(text).map_err(invalid)?;
        serde_yaml::from_str(text).map_err(invalid)
    }

    /// Reads a seed from JSON.
    ///
    /// # Errors
    ///
    /// Fails when the text is not a seed.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        nesting::check_json(text).map_err(invalid)?;
        serde_json::from_str(text).map_err(invalid)
    }

    /// Applies all entries in order.
    ///
    /// # Errors
    ///
    /// Fails at the first entry that cannot be applied. Earlier entries stay in effect.
    pub(crate) fn apply(self, shared: &Shared) -> Result<(), Error> {
        {
            let mut keys = shared.keys.write().unwrap_or_else(PoisonError::into_inner);
            self.keys.into_iter().for_each(|key| keys.add(key));
            for bearer in self.bearer_tokens {
                keys.add_bearer(bearer.token, bearer.account);
            }
        }
        for fault in self.faults {
            let added = shared.add_fault(fault);
            added.map_err(|why| Error::new("cannot apply a fault of the seed", why))?;
        }
        self.outcomes
            .into_iter()
            .for_each(|outcome| lock(&shared.outcomes).add(outcome));
        let default = SeedAccount {
            id: read(&shared.keys).default_account().to_owned(),
            region: None,
            calls: self.calls,
            resources: self.resources,
        };
        let applied = std::iter::once(default)
            .chain(self.accounts)
            .try_for_each(|account| account.apply(shared));
        // Resources can be users and their keys.
        shared.restore_ram();
        applied
    }
}

impl SeedAccount {
    fn apply(self, shared: &Shared) -> Result<(), Error> {
        let region = self.region.as_deref().unwrap_or(&shared.region);
        let caller = Caller {
            account: self.id,
            name: "seed".to_owned(),
            principal: None,
        };
        for (index, call) in self.calls.iter().enumerate() {
            for (operation, parameters) in call {
                execute(shared, &caller, region, operation, parameters).map_err(|why| {
                    let number = index + 1;
                    Error::new(
                        format!("cannot apply call {number} of the seed, {operation}"),
                        why,
                    )
                })?;
            }
        }
        for resource in &self.resources {
            let SeedResource { kind, id, fields } = resource;
            let mut store = lock(&shared.store);
            resources::put(&mut store, &caller.account, region, kind, id, fields)
                .map_err(|why| Error::new(format!("cannot set {kind} {id} of the seed"), why))?;
        }
        Ok(())
    }
}

fn invalid(why: impl Display) -> Error {
    Error::new("invalid seed", explain::with_suggestion(&why.to_string()))
}

fn execute(
    shared: &Shared,
    caller: &Caller,
    region: &str,
    operation: &str,
    parameters: &Value,
) -> Result<(), String> {
    let refused = |error: ApiError| format!("{}: {}", error.code, error.message);
    // Several services may have an operation of this name; the first is called unless one is named.
    let (product, operation) = match operation.split_once('/') {
        Some((product, operation)) => (Some(product), operation),
        None => (None, operation),
    };
    let services = shared.services.iter();
    let target = services
        .filter(|service| product.is_none_or(|product| service.product() == product))
        .filter_map(|service| service.operation(operation).transpose())
        .next()
        .ok_or_else(|| explain::no_such_operation(operation, &shared.operations()))?
        .map_err(refused)?;
    let parameters = match parameters {
        Value::Object(parameters) => parameters.clone(),
        Value::Null => Map::new(),
        _ => return Err("the parameters must be a mapping".to_owned()),
    };
    for name in parameters.keys() {
        if target.operation().parameter(name).is_none() {
            let known = target.operation().parameters.iter();
            let meant = did_you_mean(name, known.map(|parameter| parameter.name.as_str()));
            let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
            return Err(format!("unknown parameter {name}{meant}"));
        }
    }
    parameters::check(target.service(), target.operation(), &parameters).map_err(refused)?;
    let (result, _) = gateway::invoke(shared, target, &parameters, caller, region, None);
    let body = result.map_err(refused)?;
    gateway::follow_ram(shared, target, caller, &parameters, &body.value);
    Ok(())
}
