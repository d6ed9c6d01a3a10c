//! The policy of several calls.

use crate::call::Call;
use alibabacloud_core::ram::Policy;
use alibabacloud_spec::values::text;
use alibabacloud_spec::{RamAction, RamStatus};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The name of the policy in RAM.
const NAME: &str = "explorer";

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
/// placeholders.
fn arns(
    call: &Call,
    action: &RamAction,
    account: Option<&str>,
    region: Option<&str>,
) -> Vec<String> {
    let region = call.region.as_deref().or(region);
    let value = |placeholder: &str| {
        let known = match placeholder.to_ascii_lowercase().as_str() {
            "regionid" => region.map(str::to_owned),
            "accountid" => account.map(str::to_owned),
            name => {
                let mut parameters = call.parameters.iter();
                let found = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| text(value))
            }
        };
        known.filter(|value| is_plain(value))
    };
    let resources = action.resources.iter();
    resources
        .map(|resource| filled(&resource.arn, value))
        .collect()
}

/// Returns whether a value can be a part of an ARN as it is: nothing that widens it.
fn is_plain(value: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "-_.@/+=, ".contains(c);
    !value.is_empty() && value.chars().all(fits)
}

/// Replaces the placeholders of an ARN, `{#name}`, whose value is known.
fn filled(arn: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = arn;
    while let Some((before, after)) = rest.split_once("{#") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push_str("{#");
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) => filled.push_str(&value),
            None => {
                let _ = write!(filled, "{{#{name}}}");
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_placeholders_are_filled_and_others_stay() {
        let value = |name: &str| (name == "a").then(|| "x".to_owned());
        assert_eq!(filled("acs:{#a}:{#b}/{#a}", value), "acs:x:{#b}/x");
        assert_eq!(filled("acs:*", value), "acs:*");
        assert_eq!(filled("acs:{#a", value), "acs:{#a");
    }

    #[test]
    fn a_value_cannot_widen_a_resource() {
        assert!(is_plain("web-1") && is_plain("模板"));
        for value in ["", "*", "a*", "a?", "a:b", "${b}", "a\nb"] {
            assert!(!is_plain(value), "{value}");
        }
    }
}
