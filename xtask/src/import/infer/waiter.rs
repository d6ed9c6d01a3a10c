//! Candidates for waiters: operations that start something, and those that report its progress. The
//! metadata does not say which states are a success.

use super::words::{squeezed, words};
use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{Kind, Operation, Schema, Service};
use std::collections::{HashMap, HashSet};

/// Nouns for work that an operation starts.
const STARTED: &[&str] = &[
    "task",
    "job",
    "execution",
    "invoke",
    "workflow",
    "invocation",
    "pipeline",
    "operation",
];

/// Reports the candidates.
pub(super) fn candidates(service: &Service, report: &mut Report) {
    let pollers = pollers(service);
    for operation in service.operations.iter().filter(|op| !op.class.is_read()) {
        let Some(root) = operation.response.schema() else {
            continue;
        };
        for id in started_ids(service, root) {
            if let Some(poller) = pollers.get(&id) {
                report.infer(
                    "waiter",
                    &operation.name,
                    Confidence::Low,
                    format!(
                        "{} can wait for it by {}, state in {}",
                        poller.operation, poller.parameter, poller.state
                    ),
                );
                break;
            }
        }
    }
}

struct Poller<'a> {
    operation: &'a str,
    parameter: &'a str,
    state: String,
}

/// Returns, for each ID, the read operation with the fewest parameters that takes it and returns a
/// state.
fn pollers(service: &Service) -> HashMap<String, Poller<'_>> {
    let mut reads: Vec<&Operation> = service
        .operations
        .iter()
        .filter(|op| op.class.is_read() && op.unsupported.is_none())
        .collect();
    reads.sort_by_key(|op| op.parameters.len());
    let mut pollers = HashMap::new();
    for operation in reads {
        let ids = operation
            .parameters
            .iter()
            .filter(|p| is_started_id(&p.name));
        for parameter in ids {
            let id = squeezed(&parameter.name);
            if pollers.contains_key(&id) {
                continue;
            }
            let state = operation
                .response
                .schema()
                .and_then(|root| find_state(service, root, &mut HashSet::new()));
            if let Some(state) = state {
                let poller = Poller {
                    operation: &operation.name,
                    parameter: &parameter.name,
                    state,
                };
                pollers.insert(id, poller);
            }
        }
    }
    pollers
}

fn is_started_id(name: &str) -> bool {
    match words(name).as_slice() {
        [.., noun, id] => id == "id" && STARTED.contains(&noun.as_str()),
        _ => false,
    }
}

/// Returns the IDs of started work in a response, outermost first, without those in arrays.
fn started_ids(service: &Service, root: &Schema) -> Vec<String> {
    let mut ids = Vec::new();
    let mut seen = HashSet::new();
    collect_ids(service, root, &mut seen, &mut ids);
    ids
}

fn collect_ids<'a>(
    service: &'a Service,
    schema: &'a Schema,
    seen: &mut HashSet<&'a str>,
    ids: &mut Vec<String>,
) {
    if matches!(&schema.kind, Kind::Ref(name) if !seen.insert(name)) {
        return;
    }
    let Some(properties) = service.resolve(schema).kind.properties() else {
        return;
    };
    ids.extend(
        properties
            .keys()
            .filter(|name| is_started_id(name))
            .map(|name| squeezed(name)),
    );
    for property in properties.values() {
        collect_ids(service, &property.schema, seen, ids);
    }
}

/// Returns the path of a status or state, outermost first; `[]` enters arrays.
fn find_state<'a>(
    service: &'a Service,
    schema: &'a Schema,
    seen: &mut HashSet<&'a str>,
) -> Option<String> {
    if matches!(&schema.kind, Kind::Ref(name) if !seen.insert(name)) {
        return None;
    }
    let properties = service.resolve(schema).kind.properties()?;
    let is_state = |name: &str| {
        words(name)
            .last()
            .is_some_and(|last| matches!(last.as_str(), "status" | "state"))
    };
    let direct = properties.iter().find(|(name, property)| {
        is_state(name) && service.resolve(&property.schema).kind.is_scalar()
    });
    if let Some((name, _)) = direct {
        return Some(name.clone());
    }
    properties.iter().find_map(|(name, property)| {
        let (inner, step) = match &service.resolve(&property.schema).kind {
            Kind::Array(items) => (items.as_ref(), "[]"),
            _ => (&property.schema, ""),
        };
        let below = find_state(service, inner, seen)?;
        Some(format!("{name}{step}.{below}"))
    })
}
