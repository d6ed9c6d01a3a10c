//! Waiters: methods of the client that poll an operation.

use super::problem::Problems;
use crate::ir::{Operation, Type, Waiter};
use crate::markdown::{code, markdown};
use crate::names;
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
    let index = |name: &String| {
        let found = input.fields.iter().position(|field| field.wire == *name);
        found.ok_or_else(|| format!("`{polled}` has no parameter `{name}`"))
    };
    let parameters: Vec<usize> = waiter
        .parameters
        .iter()
        .map(index)
        .collect::<Result<_, _>>()?;
    let fixed = waiter
        .fixed
        .iter()
        .map(|(name, value)| Ok((index(name)?, value.clone())))
        .collect::<Result<_, String>>()?;
    let ids = parameters.iter().copied().find(|&parameter| {
        let field = &input.fields[parameter];
        waiter.identity.contains_key(&field.wire) && matches!(field.ty, Type::List(_))
    });
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
        docs: documentation(waiter, &operations[operation], ids.is_some()),
        operation,
        parameters,
        ids,
        fixed,
        state: waiter.state.clone(),
        identity: waiter.identity.clone().into_iter().collect(),
        message: waiter.message.clone(),
        paged: operations[operation].pagination.is_some() && waiter.state.contains("[]"),
        success: waiter.success.clone(),
        failure: waiter.failure.clone(),
        attention: waiter.attention.clone(),
        success_errors: waiter.success_errors.clone(),
        success_if_absent: waiter.success_if_absent,
    })
}

/// Joins alternatives: `a`, `b` or `c`.
fn alternatives(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn documentation(waiter: &spec::Waiter, operation: &Operation, takes_several: bool) -> Vec<String> {
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
    if waiter.success_if_absent {
        text.push_str(" Succeeds when the resource is not listed.");
    }
    for (outcome, states) in outcomes {
        if !states.is_empty() {
            let states: Vec<String> = states.iter().map(|state| code(state)).collect();
            text.push_str(&format!(" {outcome} {}.", alternatives(&states)));
        }
    }
    if takes_several {
        text.push_str(" With several IDs, waits for all of them.");
    }
    lines.extend([String::new(), text]);
    lines
}
