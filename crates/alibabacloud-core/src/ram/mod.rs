//! RAM permissions of operations, and policies that grant them.
//!
//! The generated crates list, for each operation, the actions of Resource Access Management (RAM)
//! that it needs, on which resources, and whether the service documents them. [`Policy`] turns a
//! list of operations into the smallest policy document that allows them.
//!
//! ```
//! use alibabacloud_core::ram::{Action, Permission, PermissionStatus, Policy, Resource};
//!
//! // A generated crate provides this table: `alibabacloud_oos::ram::PERMISSIONS`.
//! static PERMISSIONS: &[Permission] = &[Permission {
//!     operation: "GetTemplate",
//!     status: PermissionStatus::Documented,
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

mod arn;
pub(crate) mod request;

use crate::text::fits;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// The permission that an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The operation: `ListTemplates`.
    pub operation: &'static str,
    /// Whether the permission is documented, not needed, or unknown.
    pub status: PermissionStatus,
    /// The actions; the first is that of the operation itself. Empty if the operation needs no
    /// permission. If the permission is unknown, the action that services usually use,
    /// `<product>:<operation>`, on all resources.
    pub actions: &'static [Action],
}

/// What is known about the permission that an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PermissionStatus {
    /// The service documents the actions.
    Documented,
    /// The service documents that a caller needs no permission, or the operation is called without
    /// credentials.
    NotNeeded,
    /// No documentation is known. The actions are a guess by the usual rule; the service can check
    /// others, or none.
    Unknown,
}

impl Permission {
    /// Finds the permission of an operation (`ListTemplates`) in a table that is sorted by name.
    pub fn find<'a>(table: &'a [Self], operation: &str) -> Option<&'a Self> {
        let index = table
            .binary_search_by_key(&operation, |permission| permission.operation)
            .ok()?;
        table.get(index)
    }
}

/// A RAM action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The name: `oos:ListTemplates`.
    pub action: &'static str,
    /// `create`, `list`, `get`, `update` or `delete`; empty if it is not documented.
    pub access: &'static str,
    /// The resources that it applies to; empty for all resources.
    pub resources: &'static [Resource],
    /// The condition keys that policies can use with it.
    pub conditions: &'static [&'static str],
    /// Further actions that the caller needs, often of other products.
    pub dependents: &'static [&'static str],
}

/// A resource type of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The type: `Template`.
    pub kind: &'static str,
    /// Whether permission on the resource is mandatory.
    pub mandatory: bool,
    /// The ARN: `acs:oos:{#regionId}:{#accountId}:template/{#templateName}`.
    pub arn: &'static str,
}

/// A policy that allows a list of operations and nothing else.
///
/// Placeholders without a value become `*` in the document. Actions that no documentation is known
/// for come last, in statements of their own, and [`undocumented`](Self::undocumented) names them.
/// The order of method calls does not matter: a region can be set before or after the operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a policy has no effect until it is written"]
pub struct Policy {
    /// Values by placeholder in lower case: `{#TemplateName}` and `{#templateName}` are the same.
    values: BTreeMap<String, String>,
    /// ARNs that take the place of wider ones.
    resources: BTreeSet<String>,
    /// ARN templates by documented action.
    actions: BTreeMap<String, BTreeSet<String>>,
    /// The same of actions without documentation.
    undocumented: BTreeMap<String, BTreeSet<String>>,
}

/// A statement of a [`Policy`]: actions that are allowed on the same resources.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// The resources as ARNs without placeholders, sorted; `*` alone for all resources.
    pub resources: Vec<String>,
    /// Whether the actions are documented. If not, they follow from the names of operations.
    pub documented: bool,
}

impl Policy {
    /// Creates a policy that allows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Restricts the policy to a region: `cn-hangzhou`.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.fill("regionId", region)
    }

    /// Restricts the policy to resources of an account, by its numeric ID.
    pub fn account(self, account: impl Into<String>) -> Self {
        self.fill("accountId", account)
    }

    /// Sets the value of the placeholder `{#<placeholder>}` in ARNs. The value can contain `*`.
    pub fn fill(mut self, placeholder: &str, value: impl Into<String>) -> Self {
        self.values.insert(placeholder.to_lowercase(), value.into());
        self
    }

    /// Restricts the policy to a resource, by an ARN that can contain `*`. Of each resource that
    /// contains it, the policy allows this one instead: `acs:oos:*:*:template/patch-*` takes the
    /// place of `acs:oos:*:*:template/*`. Actions on all resources (`*`) stay as they are, because
    /// services do not check a resource for them.
    ///
    /// Can be called more than once.
    pub fn resource(mut self, arn: impl Into<String>) -> Self {
        self.resources.insert(arn.into());
        self
    }

    /// Allows the actions of a permission.
    pub fn allow(mut self, permission: &Permission) -> Self {
        if permission.status == PermissionStatus::Unknown {
            for action in permission.actions {
                self = self.allow_undocumented_action(action.action);
            }
            return self;
        }
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

    /// Allows operations by name (`ListTemplates`). The table is the `PERMISSIONS` of a generated
    /// crate; it is sorted by name. For a program that uses several products, call this once per
    /// product.
    ///
    /// # Errors
    /// If the table does not have an operation; the error has all such names.
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

    /// Allows an action on resources by ARN, which can contain placeholders; on all resources if
    /// there are none.
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

    /// Allows an action on all resources that no documentation is known for.
    pub fn allow_undocumented_action(mut self, action: &str) -> Self {
        let templates = self.undocumented.entry(action.to_owned()).or_default();
        templates.insert("*".to_owned());
        self
    }

    /// Returns the actions of the policy that no documentation is known for, sorted. The service
    /// can check others instead, or none.
    pub fn undocumented(&self) -> impl Iterator<Item = &str> {
        self.undocumented.keys().map(String::as_str)
    }

    /// Returns the statements: the documented actions sorted, then the others.
    pub fn statements(&self) -> Vec<Statement> {
        let mut statements = self.grouped(&self.actions, true);
        statements.extend(self.grouped(&self.undocumented, false));
        statements
    }

    /// Returns the policy document for the RAM console: indented JSON, with the
    /// [statements](Self::statements).
    pub fn to_json(&self) -> String {
        let statements: Vec<Value> = self
            .statements()
            .into_iter()
            .map(|statement| {
                json!({
                    "Effect": "Allow",
                    "Action": statement.actions,
                    "Resource": statement.resources,
                })
            })
            .collect();
        format!("{:#}", json!({ "Version": "1", "Statement": statements }))
    }

    /// Returns the policy for Terraform: a data source and a resource of the provider `alicloud`.
    /// `name` is that of the policy in RAM.
    pub fn to_terraform(&self, name: &str) -> String {
        let label: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let mut text =
            format!("data \"alicloud_ram_policy_document\" \"{label}\" {{\n  version = \"1\"\n");
        for statement in self.statements() {
            let Statement {
                actions,
                resources,
                documented,
            } = statement;
            text.push('\n');
            if !documented {
                text.push_str(
                    "  # Not documented: these actions follow from names of operations.\n",
                );
            }
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "  statement {{\n    effect   = \"Allow\"\n    action   = {}\n    resource = {}\n  }}",
                terraform_list(&actions),
                terraform_list(&resources)
            );
        }
        let _ = write!(
            text,
            "}}\n\n\
             resource \"alicloud_ram_policy\" \"{label}\" {{\n  \
               policy_name     = {}\n  \
               policy_document = data.alicloud_ram_policy_document.{label}.document\n\
             }}\n",
            terraform_text(name)
        );
        text
    }

    /// Returns statements in which actions on the same resources are together.
    fn grouped(
        &self,
        actions: &BTreeMap<String, BTreeSet<String>>,
        documented: bool,
    ) -> Vec<Statement> {
        let mut by_resources: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for (action, templates) in actions {
            let mut resources: BTreeSet<String> = templates
                .iter()
                .flat_map(|arn| self.narrowed(self.fill_in(arn)))
                .collect();
            if resources.contains("*") {
                resources = BTreeSet::from(["*".to_owned()]);
            }
            let resources = resources.into_iter().collect();
            by_resources
                .entry(resources)
                .or_default()
                .push(action.clone());
        }
        let mut statements: Vec<Statement> = by_resources
            .into_iter()
            .map(|(resources, actions)| Statement {
                actions,
                resources,
                documented,
            })
            .collect();
        statements.sort_by(|a, b| (&a.actions, &a.resources).cmp(&(&b.actions, &b.resources)));
        statements
    }

    /// Returns the ARNs that take the place of this one.
    fn narrowed(&self, arn: String) -> Vec<String> {
        let narrower = |narrow: &&String| arn != "*" && contains(&arn, narrow);
        let found: Vec<String> = self.resources.iter().filter(narrower).cloned().collect();
        if found.is_empty() { vec![arn] } else { found }
    }

    /// Replaces the placeholders of an ARN: `{#name}`, `${name}` or `$name`.
    fn fill_in(&self, arn: &str) -> String {
        arn::fill_in(arn, |name| {
            let value = self.values.get(&name.to_lowercase());
            value.map_or_else(|| "*".to_owned(), String::clone)
        })
    }
}

/// Writes a list of texts for Terraform: on one line if there is one.
fn terraform_list(texts: &[String]) -> String {
    match texts {
        [one] => format!("[{}]", terraform_text(one)),
        _ => {
            let lines = texts
                .iter()
                .map(|text| format!("\n      {},", terraform_text(text)));
            format!("[{}\n    ]", lines.collect::<String>())
        }
    }
}

/// Writes a text of Terraform, in which `${` and `%{` have a meaning.
fn terraform_text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let escaped = escaped.replace("${", "$${").replace("%{", "%%{");
    format!("\"{escaped}\"")
}

/// The error of operations that a product does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation {
    names: Vec<String>,
}

impl UnknownOperation {
    /// Returns the names, in the order in which they were passed.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.names.len() == 1 { "" } else { "s" };
        write!(f, "unknown operation{plural} {}", self.names.join(", "))
    }
}

impl std::error::Error for UnknownOperation {}

/// Returns whether every text that fits `narrow` fits `wide`. In both, `*` is any text.
fn contains(wide: &str, narrow: &str) -> bool {
    // A `*` of `narrow` is a character that only a `*` of `wide` matches.
    fits(wide, narrow)
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
    fn other_text_is_unchanged() {
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
    fn all_resources_include_single_ones() {
        let policy = Policy::new()
            .allow_action("a:B", [TEMPLATE])
            .allow_action("a:B", []);
        assert_eq!(document(&policy)["Statement"][0]["Resource"], json!(["*"]));
    }

    static PERMISSIONS: &[Permission] = &[
        Permission {
            operation: "Ask",
            status: PermissionStatus::NotNeeded,
            actions: &[],
        },
        Permission {
            operation: "Guess",
            status: PermissionStatus::Unknown,
            actions: &[Action {
                action: "oos:Guess",
                access: "get",
                resources: &[],
                conditions: &[],
                dependents: &[],
            }],
        },
        Permission {
            operation: "Start",
            status: PermissionStatus::Documented,
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
        assert_eq!(error.to_string(), "unknown operations Stop, start");
    }

    #[test]
    fn an_operation_without_credentials_needs_no_permission() {
        let policy = Policy::new().allow_operations(PERMISSIONS, ["Ask"]);
        assert_eq!(policy.unwrap(), Policy::new());
    }

    #[test]
    fn unknown_permissions_come_last_and_are_named() {
        let policy = Policy::new()
            .allow_operations(PERMISSIONS, ["Guess", "Start"])
            .unwrap()
            .allow_action("oss:List", []);
        let documented: Vec<bool> = policy.statements().iter().map(|s| s.documented).collect();
        assert_eq!(documented, [true, true, false]);
        assert_eq!(policy.undocumented().collect::<Vec<_>>(), ["oos:Guess"]);
        let statement = json!({ "Effect": "Allow", "Action": ["oos:Guess"], "Resource": ["*"] });
        assert_eq!(document(&policy)["Statement"][2], statement);
    }

    #[test]
    fn a_resource_takes_the_place_of_wider_ones() {
        let resources = |policy: &Policy| policy.statements()[0].resources.clone();
        let policy = Policy::new().allow_action("oos:GetTemplate", [TEMPLATE]);
        let narrow = "acs:oos:cn-beijing:*:template/a-*";
        assert_eq!(resources(&policy.clone().resource(narrow)), [narrow]);
        let two = policy
            .clone()
            .resource(narrow)
            .resource("acs:oos:*:*:template/b");
        assert_eq!(resources(&two), ["acs:oos:*:*:template/b", narrow]);
        for other in ["*", "acs:oos:*:*:execution/a", "acs:oos:*:*:templat*"] {
            let policy = policy.clone().resource(other);
            assert_eq!(resources(&policy), ["acs:oos:*:*:template/*"], "{other}");
        }
        let all = Policy::new().allow_action("a:B", []).resource(narrow);
        assert_eq!(resources(&all), ["*"]);
    }

    #[test]
    fn what_a_pattern_contains() {
        for (wide, narrow) in [
            ("*", "a*b"),
            ("a*", "a"),
            ("a*c*", "abc*"),
            ("a*b", "a*b"),
            ("*a*a", "aXa"),
        ] {
            assert!(contains(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [("a", "*"), ("a*b", "a*"), ("a*a", "a"), ("a*b*", "ac*")] {
            assert!(!contains(wide, narrow), "{wide} {narrow}");
        }
    }

    #[test]
    fn dependent_actions_are_allowed() {
        let policy = Policy::new().allow_operations(PERMISSIONS, ["Start"]);
        let document = document(&policy.unwrap());
        assert_eq!(document["Statement"][0]["Action"], json!(["oos:Start"]));
        assert_eq!(document["Statement"][1]["Action"], json!(["ram:PassRole"]));
    }

    #[test]
    fn a_policy_without_actions_is_an_empty_document() {
        assert_eq!(
            document(&Policy::new()),
            json!({ "Version": "1", "Statement": [] })
        );
    }
}
