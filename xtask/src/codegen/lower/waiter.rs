//! Waiters: methods of the client that poll an operation.

use super::problem::Problems;
use crate::codegen::ir::{Operation, Waiter};
use crate::codegen::markdown::{code, markdown};
use crate::codegen::names;
use alibabacloud_spec as spec;

/// Lowers all waiters of a service. Adds what cannot be lowered to `problems`.
pub(super) fn lower(
    waiters: &[spec::Waiter],
    operations: &[Operation],
    problems: &Problems,
) -> Vec<Waiter> {
    waiters
        .iter()
        .filter_map(|waiter| match one(waiter, operations) {
            Ok(waiter) => Some(waiter),
            Err(message) => {
                problems.add(&format!("x-acs-waiters.{}", waiter.name), message);
                None
            }
        })
        .collect()
}

fn one(waiter: &spec::Waiter, operations: &[Operation]) -> Result<Waiter, String> {
    let polled = &waiter.operation;
    let operation = operations
        .iter()
        .position(|operation| operation.name == *polled && operation.unsupported.is_none())
        .ok_or_else(|| format!("a client cannot call `{polled}`"))?;
    let input = &operations[operation].input;
    let parameters: Vec<usize> = waiter
        .parameters
        .iter()
        .map(|name| {
            let found = input.fields.iter().position(|field| field.wire == *name);
            found.ok_or_else(|| format!("`{polled}` has no parameter `{name}`"))
        })
        .collect::<Result<_, _>>()?;
    if let Some(&argument) = operations[operation]
        .arguments
        .iter()
        .find(|argument| !parameters.contains(argument))
    {
        return Err(format!(
            "`{}` is an argument of `{polled}`, but missing from `parameters`",
            input.fields[argument].wire
        ));
    }
    Ok(Waiter {
        name: waiter.name.clone(),
        method: names::waiter_method(&waiter.name),
        constant: names::screaming(&waiter.name),
        docs: documentation(waiter, &operations[operation]),
        operation,
        parameters,
        state: waiter.state.clone(),
        identity: waiter.identity.clone(),
        message: waiter.message.clone(),
        paged: operations[operation].pagination.is_some() && waiter.state.contains("[]"),
        success: waiter.success.clone(),
        failure: waiter.failure.clone(),
        attention: waiter.attention.clone(),
        success_errors: waiter.success_errors.clone(),
    })
}

/// Joins alternatives: `a`, `b` or `c`.
fn alternatives(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn documentation(waiter: &spec::Waiter, operation: &Operation) -> Vec<String> {
    let mut lines = markdown(&waiter.description);
    let outcomes = [
        ("Succeeds when the state is", &waiter.success),
        (
            "Succeeds when the service returns the error",
            &waiter.success_errors,
        ),
        ("Fails when the state is", &waiter.failure),
        (
            "Requires a manual action while the state is",
            &waiter.attention,
        ),
    ];
    let mut text = format!(
        "Polls [`{}`](Client::{}).",
        operation.name, operation.module
    );
    for (outcome, states) in outcomes {
        if !states.is_empty() {
            let states: Vec<String> = states.iter().map(|state| code(state)).collect();
            text.push_str(&format!(" {outcome} {}.", alternatives(&states)));
        }
    }
    lines.extend([String::new(), text]);
    lines
}
