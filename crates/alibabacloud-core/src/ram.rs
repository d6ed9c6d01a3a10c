//! What a caller must be allowed to do, and the policy that allows it.
//!
//! The generated crates say for each operation which actions of Resource Access Management (RAM) it needs, on which
//! resources. [`Policy`] turns a list of operations into the smallest policy document that allows them.
//!
//! ```
//! use alibabacloud_core::ram::{Action, Permission, Policy, Resource};
//!
//! // A generated crate has this ready: `alibabacloud_oos::ram::PERMISSIONS`.
//! static PERMISSIONS: &[Permission] = &[Permission {
//!     operation: "GetTemplate",
//!     derived: false,
//!     actions: &[Action {
//!         action: "oos:GetTemplate",
//!         access: "get",
//!         resources: &[Resource {
//!             kind: "Template",
//!             mandatory: true,
//!             arn: "acs:oos:{#regionId}:{#accountId}:template/{#templateName}",
//!         }],
//!         conditions: &[],
//!         dependents: &[],
//!     }],
//! }];
//!
//! # fn main() -> Result<(), alibabacloud_core::ram::UnknownOperation> {
//! let policy = Policy::new()
//!     .allow_operations(PERMISSIONS, ["GetTemplate"])?
//!     .region("cn-hangzhou")
//!     .fill("templateName", "patch-*");
//! assert!(policy.to_json().contains("acs:oos:cn-hangzhou:*:template/patch-*"));
//! # Ok(())
//! # }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

/// What one operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The operation: `ListTemplates`.
    pub operation: &'static str,
    /// `true` when no page says so and the action follows from the rule `<product>:<operation>`.
    pub derived: bool,
    /// The actions; the first is the operation's own. Empty when the operation is called without credentials.
    pub actions: &'static [Action],
}

impl Permission {
    /// The permission of an operation by its name (`ListTemplates`) in a table that is sorted by name; `None` when it is not there.
    pub fn find<'a>(table: &'a [Self], operation: &str) -> Option<&'a Self> {
        let index = table
            .binary_search_by_key(&operation, |permission| permission.operation)
            .ok()?;
        table.get(index)
    }
}

/// One RAM action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// `oos:ListTemplates`.
    pub action: &'static str,
    /// `create`, `list`, `get`, `update` or `delete`.
    pub access: &'static str,
    /// Resources it applies to; empty for all resources.
    pub resources: &'static [Resource],
    /// Condition keys that policies can use with it.
    pub conditions: &'static [&'static str],
    /// Further actions that the caller needs, often of other products.
    pub dependents: &'static [&'static str],
}

/// A resource type of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `Template`.
    pub kind: &'static str,
    /// Whether permission on the resource is mandatory.
    pub mandatory: bool,
    /// `acs:oos:{#regionId}:{#accountId}:template/{#templateName}`.
    pub arn: &'static str,
}

/// A policy that allows a list of operations and nothing else.
///
/// What is not filled in stands as `*` in the document. The order of calls does not matter: a region that is given before the
/// operations is the same as one that is given after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Placeholders in lower case, since pages write `{#TemplateName}` and `{#templateName}` for the same.
    values: BTreeMap<String, String>,
    /// Resource templates by action.
    actions: BTreeMap<String, BTreeSet<String>>,
}

impl Policy {
    /// A policy that allows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only in this region: `cn-hangzhou`.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.fill("regionId", region)
    }

    /// Only on resources of this account, given by its numeric id.
    pub fn account(self, account: impl Into<String>) -> Self {
        self.fill("accountId", account)
    }

    /// Only on resources of this name, where an ARN has the placeholder `{#<placeholder>}`. The name can hold `*`.
    pub fn fill(mut self, placeholder: &str, value: impl Into<String>) -> Self {
        self.values.insert(placeholder.to_lowercase(), value.into());
        self
    }

    /// Allows what an operation needs.
    pub fn allow(mut self, permission: &Permission) -> Self {
        for action in permission.actions {
            self = self.allow_action(
                action.action,
                action.resources.iter().map(|resource| resource.arn),
            );
            for dependent in action.dependents {
                self = self.allow_action(dependent, []);
            }
        }
        self
    }

    /// Allows operations by their names (`ListTemplates`), which are looked up in a table that is sorted by name: the `PERMISSIONS` of a generated
    /// crate. Called once a product it makes one policy of a program that uses several.
    ///
    /// # Errors
    /// When the table does not have an operation; the error has all such names.
    pub fn allow_operations<N: AsRef<str>>(
        mut self,
        table: &[Permission],
        operations: impl IntoIterator<Item = N>,
    ) -> Result<Self, UnknownOperation> {
        let mut unknown = Vec::new();
        for name in operations {
            let name = name.as_ref();
            match Permission::find(table, name) {
                Some(permission) => self = self.allow(permission),
                None => unknown.push(name.to_owned()),
            }
        }
        if unknown.is_empty() {
            Ok(self)
        } else {
            Err(UnknownOperation { names: unknown })
        }
    }

    /// Allows an action on resources given by ARN, placeholders included; on all resources when there are none.
    pub fn allow_action<'a>(
        mut self,
        action: &str,
        arns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let templates = self.actions.entry(action.to_owned()).or_default();
        let before = templates.len();
        templates.extend(arns.into_iter().map(str::to_owned));
        if templates.len() == before {
            templates.insert("*".to_owned());
        }
        self
    }

    /// The policy document, as the RAM console takes it: indented JSON, actions and resources sorted.
    pub fn to_json(&self) -> String {
        // Actions on the same resources share a statement.
        let mut statements: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for (action, templates) in &self.actions {
            let mut resources: Vec<String> =
                templates.iter().map(|arn| self.fill_in(arn)).collect();
            resources.sort();
            resources.dedup();
            if resources.iter().any(|resource| resource == "*") {
                resources = vec!["*".to_owned()];
            }
            statements.entry(resources).or_default().push(action);
        }
        let mut statements: Vec<(Vec<&str>, Vec<String>)> = statements
            .into_iter()
            .map(|(resources, actions)| (actions, resources))
            .collect();
        statements.sort();
        let statements: Vec<Value> = statements
            .into_iter()
            .map(|(actions, resources)| json!({ "Effect": "Allow", "Action": actions, "Resource": resources }))
            .collect();
        format!("{:#}", json!({ "Version": "1", "Statement": statements }))
    }

    /// An ARN with its placeholders filled in. Pages write them `{#name}`, `${name}` or `$name`.
    fn fill_in(&self, arn: &str) -> String {
        let mut filled = String::with_capacity(arn.len());
        let mut rest = arn;
        while let Some((before, name, after)) = next_placeholder(rest) {
            filled.push_str(before);
            filled.push_str(
                self.values
                    .get(&name.to_lowercase())
                    .map_or("*", String::as_str),
            );
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// Operations that a product does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation {
    names: Vec<String>,
}

impl UnknownOperation {
    /// The names, in the order in which they were given.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no operation {}", self.names.join(", "))
    }
}

impl std::error::Error for UnknownOperation {}

/// What stands before the next placeholder, its name, and what stands behind it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(['$', '{'])?;
    let before = text.get(..start)?;
    let marked = text.get(start..)?;
    let braced = ["{#", "${"]
        .iter()
        .find_map(|mark| marked.strip_prefix(mark));
    if let Some(inside) = braced {
        let (name, after) = inside.split_once('}')?;
        return Some((before, name, after));
    }
    let inside = marked.strip_prefix('$')?;
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inside.len());
    let (name, after) = inside.split_at_checked(end)?;
    (!name.is_empty()).then_some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "acs:oos:{#regionId}:{#accountId}:template/{#TemplateName}";

    fn document(policy: &Policy) -> Value {
        serde_json::from_str(&policy.to_json()).unwrap()
    }

    #[test]
    fn placeholders_of_every_form_are_filled() {
        let policy = Policy::new()
            .region("cn-beijing")
            .account("1234")
            .fill("templateName", "a");
        let filled = "acs:oos:cn-beijing:1234:template/a";
        assert_eq!(policy.fill_in(TEMPLATE), filled);
        assert_eq!(
            policy.fill_in("acs:oos:$regionid:$accountid:template/${templateName}"),
            filled
        );
        assert_eq!(Policy::new().fill_in(TEMPLATE), "acs:oos:*:*:template/*");
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        for arn in ["*", "acs:oos:*:*:{odd}", "acs:{#open", "a{", "a$", ""] {
            assert_eq!(Policy::new().fill_in(arn), arn);
        }
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement() {
        let policy = Policy::new()
            .allow_action("oos:UpdateTemplate", [TEMPLATE])
            .allow_action("oos:GetTemplate", [TEMPLATE])
            .allow_action("ecs:DescribeInstances", []);
        let expected = json!({
            "Version": "1",
            "Statement": [
                { "Effect": "Allow", "Action": ["ecs:DescribeInstances"], "Resource": ["*"] },
                {
                    "Effect": "Allow",
                    "Action": ["oos:GetTemplate", "oos:UpdateTemplate"],
                    "Resource": ["acs:oos:*:*:template/*"],
                },
            ],
        });
        assert_eq!(document(&policy), expected);
    }

    #[test]
    fn all_resources_swallow_single_ones() {
        let policy = Policy::new()
            .allow_action("a:B", [TEMPLATE])
            .allow_action("a:B", []);
        assert_eq!(document(&policy)["Statement"][0]["Resource"], json!(["*"]));
    }

    static PERMISSIONS: &[Permission] = &[
        Permission {
            operation: "Ask",
            derived: true,
            actions: &[],
        },
        Permission {
            operation: "Start",
            derived: true,
            actions: &[Action {
                action: "oos:Start",
                access: "create",
                resources: &[Resource {
                    kind: "Template",
                    mandatory: true,
                    arn: TEMPLATE,
                }],
                conditions: &[],
                dependents: &["ram:PassRole"],
            }],
        },
    ];

    #[test]
    fn the_order_of_calls_does_not_matter() {
        let before = Policy::new()
            .region("cn-beijing")
            .fill("TemplateName", "a")
            .allow_operations(PERMISSIONS, ["Start", "Ask"]);
        let after = Policy::new()
            .allow_operations(PERMISSIONS, vec!["Ask".to_owned(), "Start".to_owned()])
            .map(|policy| policy.fill("TemplateName", "a").region("cn-beijing"));
        assert_eq!(before, after);
        let arn = &document(&before.unwrap())["Statement"][0]["Resource"][0];
        assert_eq!(arn, "acs:oos:cn-beijing:*:template/a");
    }

    #[test]
    fn all_unknown_operations_are_named() {
        let error = Policy::new()
            .allow_operations(PERMISSIONS, ["Stop", "Start", "start"])
            .unwrap_err();
        assert_eq!(error.names(), ["Stop", "start"]);
        assert_eq!(error.to_string(), "there is no operation Stop, start");
    }

    #[test]
    fn an_operation_without_credentials_needs_nothing() {
        let policy = Policy::new().allow_operations(PERMISSIONS, ["Ask"]);
        assert_eq!(policy.unwrap(), Policy::new());
    }

    #[test]
    fn dependents_are_allowed_too() {
        let policy = Policy::new().allow_operations(PERMISSIONS, ["Start"]);
        let document = document(&policy.unwrap());
        assert_eq!(document["Statement"][0]["Action"], json!(["oos:Start"]));
        assert_eq!(document["Statement"][1]["Action"], json!(["ram:PassRole"]));
    }

    #[test]
    fn nothing_allowed_is_an_empty_document() {
        assert_eq!(
            document(&Policy::new()),
            json!({ "Version": "1", "Statement": [] })
        );
    }
}
