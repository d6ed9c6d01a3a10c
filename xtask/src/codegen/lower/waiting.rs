//! Waiters: methods of the client that poll an operation.

use super::Problems;
use crate::codegen::ir::{Operation, Waiter};
use crate::codegen::{docs, names};
use alibabacloud_spec as spec;

/// Lowers all waiters of a service; what cannot be goes to `problems`.
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
        .ok_or_else(|| format!("no client can call `{polled}`"))?;
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
            "`{}` is an argument of `{polled}` and missing in `parameters`",
            input.fields[argument].wire
        ));
    }
    Ok(Waiter {
        name: waiter.name.clone(),
        method: format!("wait_until_{}", names::snake(&waiter.name)),
        constant: names::screaming(&waiter.name),
        docs: documentation(waiter, &operations[operation]),
        operation,
        parameters,
        state: waiter.state.clone(),
        message: waiter.message.clone(),
        paged: operations[operation].pagination.is_some() && waiter.state.contains("[]"),
        success: waiter.success.clone(),
        failure: waiter.failure.clone(),
        attention: waiter.attention.clone(),
        success_errors: waiter.success_errors.clone(),
    })
}

/// `a`, `b` or `c`.
fn alternatives(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn documentation(waiter: &spec::Waiter, operation: &Operation) -> Vec<String> {
    let mut lines = docs::markdown(&waiter.description);
    let ends = [
        ("Ends well", "as", &waiter.success),
        ("Ends badly", "as", &waiter.failure),
        ("Needs somebody while", "it is", &waiter.attention),
        ("Ends well", "with the error", &waiter.success_errors),
    ];
    let mut text = format!(
        "Polls [`{}`](Client::{}).",
        operation.name, operation.module
    );
    for (what, how, states) in ends {
        if !states.is_empty() {
            let states: Vec<String> = states.iter().map(|state| docs::code(state)).collect();
            text.push_str(&format!(" {what} {how} {}.", alternatives(&states)));
        }
    }
    lines.push(String::new());
    lines.extend(docs::paragraph(&text));
    lines
}
