//! The policy of several calls.

use crate::call::Call;
use alibabacloud_core::ram::Policy;
use alibabacloud_spec::values::text;
use alibabacloud_spec::{RamAction, RamResource, RamStatus};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The name of the policy in RAM.
const NAME: &str = "explorer";
/// How many resources are written at most for one of an action.
const MOST: usize = 50;

/// Returns the smallest policy that allows calls, on the resources that they name.
pub(crate) fn policy(calls: &[Call], account: Option<&str>, region: Option<&str>) -> Value {
    let mut policy = Policy::new();
    let mut rows = String::new();
    let mut unknown = Vec::new();
    for call in calls {
        let (spec, operation) = (call.loaded.spec(), call.operation());
        let permissions = spec.permissions(operation);
        let name = format!("{}:{}", spec.code, operation.name);
        if permissions.status == RamStatus::Unknown {
            for action in &permissions.actions {
                policy = policy.allow_undocumented_action(&action.action);
            }
            unknown.push(name.clone());
        }
        if permissions.actions.is_empty() {
            let _ = writeln!(
                rows,
                "| `{name}` | none | | {} |",
                permissions.status.name()
            );
        }
        for action in &permissions.actions {
            let arns = arns(call, action, account, region);
            if permissions.status != RamStatus::Unknown {
                policy = policy.allow_action(&action.action, arns.iter().map(String::as_str));
                for dependent in &action.dependents {
                    policy = policy.allow_action(dependent, []);
                }
            }
            let shown: Vec<String> = match arns.is_empty() {
                true => vec!["`*`".to_owned()],
                false => arns.iter().map(|arn| format!("`{arn}`")).collect(),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                rows,
                "| `{name}` | `{}` | {} | {} |",
                action.action,
                shown.join(", "),
                permissions.status.name()
            );
        }
    }
    unknown.sort();
    unknown.dedup();
    let document = policy.to_json();
    let markdown = format!(
        "# Permissions\n\n| Operation | Action | Resources | Source |\n|---|---|---|---|\n{rows}\n\
         ## Policy\n\n```json\n{document}\n```\n"
    );
    json!({
        "json": document,
        "terraform": policy.to_terraform(NAME),
        "markdown": markdown,
        "unknown": unknown,
    })
}

/// Returns the resources of an action, with what the call and the caller know in place of
/// placeholders. A list of names is a resource each.
fn arns(
    call: &Call,
    action: &RamAction,
    account: Option<&str>,
    region: Option<&str>,
) -> Vec<String> {
    let region = call.region.as_deref().or(region);
    let values = |resource: &RamResource, placeholder: &str| {
        let known: Vec<String> = match placeholder.to_ascii_lowercase().as_str() {
            "regionid" => region.map(str::to_owned).into_iter().collect(),
            "accountid" => account.map(str::to_owned).into_iter().collect(),
            name => {
                // The name of a parameter is `{#parameterName}`.
                let mut parameters = call.parameters.iter();
                let found = parameters.find(|(known, _)| {
                    let of_resource = format!("{}{known}", resource.kind);
                    [known, &of_resource]
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(name))
                });
                match found {
                    Some((_, Value::Array(items))) => items.iter().map(text).collect(),
                    Some((_, value)) => vec![text(value)],
                    None => Vec::new(),
                }
            }
        };
        match known.iter().all(|value| is_plain(value)) {
            true => known,
            false => Vec::new(),
        }
    };
    let resources = action.resources.iter();
    resources
        .flat_map(|resource| filled(&resource.arn, |name| values(resource, name)))
        .collect()
}

/// Returns whether a value can be a part of an ARN as it is: nothing that widens it.
fn is_plain(value: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "-_.@/+=, ".contains(c);
    !value.is_empty() && value.chars().all(fits)
}

/// Returns an ARN for each value of its placeholders, `{#name}`. A placeholder stays if its value
/// is not known, or if there would be too many.
fn filled(arn: &str, values: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let mut all = vec![String::new()];
    let append = |all: &mut Vec<String>, text: &str| all.iter_mut().for_each(|arn| *arn += text);
    let mut rest = arn;
    while let Some((before, after)) = rest.split_once("{#") {
        append(&mut all, before);
        let Some((name, after)) = after.split_once('}') else {
            append(&mut all, "{#");
            rest = after;
            continue;
        };
        let values = values(name);
        if values.is_empty() || all.len() * values.len() > MOST {
            append(&mut all, &format!("{{#{name}}}"));
        } else {
            let with_values = |arn: &String| -> Vec<String> {
                values.iter().map(|value| format!("{arn}{value}")).collect()
            };
            all = all.iter().flat_map(with_values).collect();
        }
        rest = after;
    }
    append(&mut all, rest);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_placeholders_are_filled_and_others_stay() {
        let values = |name: &str| match name {
            "a" => vec!["x".to_owned()],
            "list" => vec!["y".to_owned(), "z".to_owned()],
            "long" => vec!["v".to_owned(); MOST + 1],
            _ => Vec::new(),
        };
        assert_eq!(filled("acs:{#a}:{#b}/{#a}", values), ["acs:x:{#b}/x"]);
        assert_eq!(filled("acs:*", values), ["acs:*"]);
        assert_eq!(filled("acs:{#a", values), ["acs:{#a"]);
        assert_eq!(filled("{#a}/{#list}", values), ["x/y", "x/z"]);
        assert_eq!(
            filled("{#list}/{#long}", values),
            ["y/{#long}", "z/{#long}"]
        );
    }

    #[test]
    fn a_value_cannot_widen_a_resource() {
        assert!(is_plain("web-1") && is_plain("模板"));
        for value in ["", "*", "a*", "a?", "a:b", "${b}", "a\nb"] {
            assert!(!is_plain(value), "{value}");
        }
    }
}
