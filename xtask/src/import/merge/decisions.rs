//! Decisions that fresh facts have made impossible.

use super::spec_path;
use crate::import::report::{Report, Rule};
use alibabacloud_spec::{Kind, Operation, Pagination, Service};

/// Removes what no longer fits and reports it. A specification with it could not be read.
pub(super) fn drop_unfit(service: &mut Service, report: &mut Report) {
    let mut operations = std::mem::take(&mut service.operations);
    for operation in &mut operations {
        for what in unfit(service, operation) {
            spec_path(
                report,
                Rule::DecisionDropped,
                &operation.name,
                &format!("{what} no longer fits the metadata"),
            );
        }
    }
    service.operations = operations;
    let operations = &service.operations;
    service.waiters.retain(|waiter| {
        let polled = operations.iter().find(|op| op.name == waiter.operation);
        let fits =
            polled.is_some_and(|op| waiter.parameters.iter().all(|p| op.parameter(p).is_some()));
        if !fits {
            spec_path(
                report,
                Rule::DecisionDropped,
                &waiter.operation,
                &format!("the waiter {} no longer fits the metadata", waiter.name),
            );
        }
        fits
    });
}

/// Takes unfit decisions out of an operation and names them.
fn unfit(service: &Service, operation: &mut Operation) -> Vec<&'static str> {
    let mut dropped = Vec::new();
    let has = |name: &String| operation.parameter(name).is_some();
    let arguments_fit = operation.arguments.iter().all(has);
    let idempotency_fits = operation.idempotency.iter().all(has);
    let pagination_fits = operation
        .pagination
        .as_ref()
        .is_none_or(|pagination| fits(service, operation, pagination));
    let success_fits = operation
        .success_field
        .as_ref()
        .is_none_or(|field| leads_to(service, operation, field, |kind| *kind == Kind::Boolean));
    if !arguments_fit {
        let parameters: Vec<String> = operation
            .parameters
            .iter()
            .map(|p| p.name.clone())
            .collect();
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
        dropped.push("the success field");
    }
    dropped
}

fn fits(service: &Service, operation: &Operation, pagination: &Pagination) -> bool {
    let has = |name: &String| operation.parameter(name).is_some();
    let scalar = |path: &String| leads_to(service, operation, path, Kind::is_scalar);
    let list = |path: &String| {
        leads_to(service, operation, path, |kind| {
            matches!(kind, Kind::Array(_))
        })
    };
    match pagination {
        Pagination::Token {
            input,
            output,
            limit,
            items,
        } => has(input) && scalar(output) && limit.iter().all(has) && list(items),
        Pagination::PageNumber {
            page,
            limit,
            total,
            items,
        } => has(page) && limit.iter().all(has) && total.iter().all(scalar) && list(items),
    }
}

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
