//! Decisions that new facts have made invalid.

use super::context::spec_path;
use crate::diff::{Change, ChangeCode};
use crate::import::report::{Report, Rule};
use alibabacloud_spec::{Kind, Operation, Pagination, Service, Waiter};
use serde_json::Value;

/// Removes what no longer fits and reports it. With it, the specification would be invalid.
pub(super) fn drop_unfit(service: &mut Service, report: &mut Report, changes: &mut Vec<Change>) {
    let mut operations = std::mem::take(&mut service.operations);
    for operation in &mut operations {
        for what in unfit(service, operation) {
            spec_path(
                report,
                Rule::DecisionDropped,
                &operation.name,
                &format!("{what} no longer fits the metadata"),
            );
            changes.push(dropped_decision(&operation.name, what));
        }
    }
    service.operations = operations;
    if let Some(name) = service.showcase.take() {
        let operation = service.operation(&name);
        if operation.is_some_and(|operation| operation.unsupported.is_none()) {
            service.showcase = Some(name);
        } else {
            let message = "the showcase no longer fits the metadata";
            spec_path(report, Rule::DecisionDropped, &name, message);
        }
    }
    let waiters = std::mem::take(&mut service.waiters);
    for mut waiter in waiters {
        let mut dropped = |what: &str| {
            spec_path(
                report,
                Rule::DecisionDropped,
                &waiter.operation,
                &format!("the {what} {} no longer fits the metadata", waiter.name),
            );
            changes.push(dropped_decision(&format!("waiter {}", waiter.name), what));
        };
        if !waiter_fits(service, &waiter) {
            dropped("waiter");
            continue;
        }
        if !message_fits(service, &waiter) {
            dropped("message of the waiter");
            waiter.message = None;
        }
        for state in update_pending(service, &mut waiter) {
            let message = format!(
                "the waiter {} continues in the new state {state}: check that it should",
                waiter.name
            );
            spec_path(report, Rule::WaiterStateAdded, &waiter.operation, &message);
        }
        service.waiters.push(waiter);
    }
}

fn dropped_decision(at: &str, what: &str) -> Change {
    Change::between(
        at,
        ChangeCode::DecisionDropped,
        what,
        serde_json::Value::Null,
    )
}

/// Removes decisions that do not fit from an operation and returns their names.
fn unfit(service: &Service, operation: &mut Operation) -> Vec<&'static str> {
    let mut dropped = Vec::new();
    let has = |name: &String| operation.parameter(name).is_some();
    let arguments_fit = operation.arguments.iter().all(has);
    let idempotency_fits = operation
        .idempotency
        .iter()
        .all(|name| takes(service, operation, name, |kind| *kind == Kind::String));
    let pagination_fits = operation
        .pagination
        .as_ref()
        .is_none_or(|pagination| pagination_fits(service, operation, pagination));
    let success_fits = operation.success_field.as_ref().is_none_or(|field| {
        leads_to(service, operation, field, |kind| {
            match operation.success_value {
                Some(_) => kind.is_text_or_integer(),
                None => *kind == Kind::Boolean,
            }
        })
    });
    let parameters: Vec<String> = operation
        .parameters
        .iter()
        .map(|p| p.name.clone())
        .collect();
    if !arguments_fit {
        operation.arguments.retain(|name| parameters.contains(name));
        dropped.push("an argument");
    }
    if !idempotency_fits {
        operation.idempotency = None;
        dropped.push("the idempotency token");
    }
    if !pagination_fits {
        operation.pagination = None;
        dropped.push("the pagination");
    }
    if !success_fits {
        operation.success_field = None;
        operation.success_value = None;
        dropped.push("the success field");
    }
    if let Some(Value::Object(request)) = operation.example.as_mut().map(|e| &mut e.request) {
        let before = request.len();
        request.retain(|name, _| parameters.contains(name));
        if request.len() < before {
            dropped.push("a parameter of the example");
        }
    }
    dropped
}

fn pagination_fits(service: &Service, operation: &Operation, pagination: &Pagination) -> bool {
    let takes = |name: &String| takes(service, operation, name, Kind::is_text_or_integer);
    let returns = |path: &String| leads_to(service, operation, path, Kind::is_text_or_integer);
    let list = |path: &String| {
        leads_to(service, operation, path, |kind| {
            matches!(kind, Kind::Array(_))
        })
    };
    let has = |name: &String| operation.parameter(name).is_some();
    if !pagination.first().keys().all(has) {
        return false;
    }
    match pagination {
        Pagination::Token {
            input,
            output,
            limit,
            total,
            items,
            numbered,
            ..
        } => {
            takes(input)
                && returns(output)
                && limit.iter().all(takes)
                && numbered.iter().all(|numbered| {
                    takes(&numbered.page)
                        && numbered.limit.iter().all(takes)
                        && numbered.number.iter().all(returns)
                })
                && total.iter().all(returns)
                && list(items)
        }
        Pagination::PageNumber {
            page,
            limit,
            number,
            total,
            items,
            ..
        } => {
            takes(page)
                && limit.iter().all(takes)
                && number.iter().all(returns)
                && total.iter().all(returns)
                && list(items)
        }
    }
}

/// Returns whether a waiter can still poll its operation, and its states still exist.
fn waiter_fits(service: &Service, waiter: &Waiter) -> bool {
    let Some(operation) = service.operation(&waiter.operation) else {
        return false;
    };
    let states = || {
        waiter
            .success
            .iter()
            .chain(&waiter.failure)
            .chain(&waiter.attention)
    };
    let tells_states = |kind: &Kind| match kind {
        Kind::Enum(values) => {
            states().all(|state| values.iter().any(|value| value.value == *state))
        }
        kind => kind.is_waiter_state(),
    };
    waiter
        .parameters
        .iter()
        .all(|name| takes(service, operation, name, Kind::is_waiter_argument))
        && waiter
            .fixed
            .keys()
            .all(|name| takes(service, operation, name, Kind::is_waiter_constant))
        && waiter.missing_parameter(operation).is_none()
        && leads_to(service, operation, &waiter.state, tells_states)
        && waiter.identity.values().all(|field| {
            waiter.list().is_some_and(|(list, _)| {
                let path = format!("{list}[].{field}");
                leads_to(service, operation, &path, Kind::is_text_or_integer)
            })
        })
}

/// Removes states that no longer exist from those in which a waiter continues, and adds those that
/// no list of the waiter has. Returns the added states.
fn update_pending(service: &Service, waiter: &mut Waiter) -> Vec<String> {
    let values = service
        .operation(&waiter.operation)
        .and_then(|operation| operation.response.schema())
        .and_then(|root| service.walk(root, &waiter.state).ok())
        .map(|schema| &schema.kind);
    let Some(Kind::Enum(values)) = values else {
        return Vec::new();
    };
    let is_value = |state: &String| values.iter().any(|value| value.value == *state);
    waiter.pending.retain(is_value);
    let added: Vec<String> = values
        .iter()
        .map(|value| value.value.clone())
        .filter(|state| {
            ![
                &waiter.success,
                &waiter.failure,
                &waiter.attention,
                &waiter.pending,
            ]
            .iter()
            .any(|states| states.contains(state))
        })
        .collect();
    waiter.pending.extend(added.iter().cloned());
    added
}

/// Returns whether the failure message of a waiter still exists.
fn message_fits(service: &Service, waiter: &Waiter) -> bool {
    let Some(operation) = service.operation(&waiter.operation) else {
        return false;
    };
    waiter
        .message
        .iter()
        .all(|path| leads_to(service, operation, path, |kind| *kind == Kind::String))
}

/// Returns whether an operation has a parameter of this name and of a type that fits.
fn takes(
    service: &Service,
    operation: &Operation,
    name: &str,
    fits: impl Fn(&Kind) -> bool,
) -> bool {
    operation
        .parameter(name)
        .is_some_and(|parameter| fits(&service.resolve(&parameter.schema).kind))
}

/// Returns whether a path leads to a field of the response of a type that fits.
fn leads_to(
    service: &Service,
    operation: &Operation,
    path: &str,
    fits: impl Fn(&Kind) -> bool,
) -> bool {
    operation
        .response
        .schema()
        .and_then(|root| service.walk(root, path).ok())
        .is_some_and(|schema| fits(&schema.kind))
}
