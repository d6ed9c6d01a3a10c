//! Seeds: what is there when a test begins, as YAML.

use crate::authentication::Caller;
use crate::error::Error;
use crate::faults::Fault;
use crate::gateway;
use crate::keys::Key;
use crate::outcomes::Outcome;
use crate::parameters;
use crate::shared::{Shared, lock, read};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::PoisonError;

/// The example data that the emulator starts with, unless it is told otherwise.
pub(crate) const EXAMPLE: &str = include_str!("../seeds/example.yaml");

/// A seed file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    keys: Vec<Key>,
    bearer_tokens: Vec<Bearer>,
    faults: Vec<Fault>,
    outcomes: Vec<Outcome>,
    accounts: Vec<Account>,
    /// Calls of the default account in the default region.
    calls: Vec<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bearer {
    token: String,
    #[serde(default)]
    account: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    id: String,
    #[serde(default)]
    region: Option<String>,
    calls: Vec<Map<String, Value>>,
}

/// Makes everything that a seed says, in its order.
///
/// # Errors
/// The first thing that cannot be made; what stands before it has been made by then.
pub(crate) fn apply(shared: &Shared, text: &str) -> Result<(), Error> {
    let seed: Seed = match text.trim() {
        "" => Seed::default(),
        text => serde_yaml::from_str(text)
            .map_err(|error| Error::new("the seed is not as expected", error))?,
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
    let default = Account {
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
        for (number, call) in account.calls.iter().enumerate() {
            for (operation, parameters) in call {
                make(shared, &caller, region, operation, parameters).map_err(|why| {
                    Error::new(format!("call {} of the seed, {operation}", number + 1), why)
                })?;
            }
        }
    }
    Ok(())
}

fn make(
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
        _ => return Err("its parameters must be a mapping".to_owned()),
    };
    for name in parameters.keys() {
        if target.operation().parameter(name).is_none() {
            return Err(format!("it has no parameter {name}"));
        }
    }
    let refused =
        |refusal: crate::refusal::Refusal| format!("{}: {}", refusal.code, refusal.message);
    parameters::check(target.service(), target.operation(), &parameters).map_err(refused)?;
    gateway::invoke(shared, target, &parameters, caller, region).map_err(refused)?;
    Ok(())
}
