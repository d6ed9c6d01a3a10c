//! Seeds: the initial state of a test, as YAML.

use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::error::Error;
use crate::faults::Fault;
use crate::gateway::{self, parameters};
use crate::keys::Key;
use crate::outcomes::Outcome;
use crate::shared::{Shared, lock, read};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::PoisonError;

/// The example data, which the emulator starts with by default.
pub(crate) const EXAMPLE: &str = include_str!("../seeds/example.yaml");

/// A seed file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    keys: Vec<Key>,
    bearer_tokens: Vec<SeedBearerToken>,
    faults: Vec<Fault>,
    outcomes: Vec<Outcome>,
    accounts: Vec<SeedAccount>,
    /// Calls of the default account in the default region.
    calls: Vec<Map<String, Value>>,
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
    calls: Vec<Map<String, Value>>,
}

/// Applies all entries of a seed in order.
///
/// # Errors
///
/// Fails at the first entry that cannot be applied. Earlier entries stay in effect.
pub(crate) fn apply(shared: &Shared, text: &str) -> Result<(), Error> {
    let seed: Seed = match text.trim() {
        "" => Seed::default(),
        text => serde_yaml::from_str(text).map_err(|error| Error::new("invalid seed", error))?,
    };
    {
        let mut keys = shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        seed.keys.into_iter().for_each(|key| keys.add(key));
        for bearer in seed.bearer_tokens {
            keys.add_bearer(bearer.token, bearer.account);
        }
    }
    seed.faults
        .into_iter()
        .for_each(|fault| lock(&shared.faults).add(fault));
    seed.outcomes
        .into_iter()
        .for_each(|outcome| lock(&shared.outcomes).add(outcome));
    let default = SeedAccount {
        id: read(&shared.keys).default_account().to_owned(),
        region: None,
        calls: seed.calls,
    };
    for account in std::iter::once(default).chain(seed.accounts) {
        let region = account.region.as_deref().unwrap_or(&shared.region);
        let caller = Caller {
            account: account.id,
            name: "seed".to_owned(),
        };
        for (index, call) in account.calls.iter().enumerate() {
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
    }
    Ok(())
}

fn execute(
    shared: &Shared,
    caller: &Caller,
    region: &str,
    operation: &str,
    parameters: &Value,
) -> Result<(), String> {
    let mut services = shared.services.iter();
    let target = services
        .find_map(|served| served.operation(operation))
        .ok_or("no such operation is served")?;
    let parameters = match parameters {
        Value::Object(parameters) => parameters.clone(),
        Value::Null => Map::new(),
        _ => return Err("the parameters must be a mapping".to_owned()),
    };
    for name in parameters.keys() {
        if target.operation().parameter(name).is_none() {
            return Err(format!("unknown parameter {name}"));
        }
    }
    let refused = |error: ApiError| format!("{}: {}", error.code, error.message);
    parameters::check(target.service(), target.operation(), &parameters).map_err(refused)?;
    gateway::invoke(shared, target, &parameters, caller, region, None).map_err(refused)?;
    Ok(())
}
