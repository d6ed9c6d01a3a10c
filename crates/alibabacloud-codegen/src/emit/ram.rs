//! The module of permissions: the RAM actions that each operation requires, as data.

use crate::ir::{Ram, RamAction, Service};
use crate::render::{Source, array};
use std::fmt::Write;

/// Whether the crate has the module: it needs an operation that a client can call.
pub(super) fn has_module(service: &Service) -> bool {
    service.callable().next().is_some()
}

/// Returns the documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    vec![
        format!(
            "Resource Access Management (RAM) permissions that operations of {} require.",
            service.title
        ),
        String::new(),
        "[`policy`] returns a least-privilege policy for a list of operations. [`PERMISSIONS`] has the \
         permissions of each operation."
            .to_owned(),
    ]
}

/// Returns the source of `ram.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.text(
        "#[doc(inline)]
pub use alibabacloud_core::ram::{
    Action, Permission, PermissionStatus, Policy, Resource, Statement, UnknownOperation,
};
"
        .to_owned(),
    );
    let docs = source.docs.line(&policy_docs(service));
    source.text(format!(
        "{docs}
pub fn policy<N: AsRef<str>>(
    operations: impl IntoIterator<Item = N>,
) -> Result<Policy, UnknownOperation> {{
    Policy::new().allow_operations(PERMISSIONS, operations)
}}
"
    ));
    let docs = source.docs.line(&[
        "Returns the permissions of an operation, given its name, or `None` if there is no such \
         operation."
            .to_owned(),
    ]);
    source.text(format!(
        "{docs}
pub fn permission(operation: &str) -> Option<&'static Permission> {{
    Permission::find(PERMISSIONS, operation)
}}
"
    ));
    source.text(permissions(service));
    source
}

/// Returns the permissions of all operations, as the formatter would write them: most of the file.
fn permissions(service: &Service) -> String {
    let mut text = "/// Permissions of all operations, sorted by name.\n\
                    pub static PERMISSIONS: &[Permission] = &[\n"
        .to_owned();
    // Sorted by name, as the lookup in core requires.
    for operation in service.callable() {
        permission(&operation.name, &operation.ram, &mut text);
    }
    text.push_str("];\n");
    text
}

fn policy_docs(service: &Service) -> Vec<String> {
    let library = service.lib_name();
    let operations = service.callable().take(2);
    let names: Vec<String> = operations.map(|o| format!("{:?}", o.name)).collect();
    let text = format!(
        r#"Returns a policy that allows the named operations and nothing else.

Regions, accounts and resource names that are not filled in are `*`. Actions whose documentation is
not known come last; [`Policy::undocumented`] names them.

# Errors

Returns an error if a name is not that of an operation; the error has all such names.

# Examples

```
# fn main() -> Result<(), {library}::ram::UnknownOperation> {{
let policy = {library}::ram::policy([{names}])?
    .region("cn-hangzhou")
    .account("1234567890123456");
println!("{{}}", policy.to_json());
# Ok(())
# }}
```"#,
        names = names.join(", ")
    );
    text.lines().map(str::to_owned).collect()
}

fn permission(operation: &str, ram: &Ram, text: &mut String) {
    let _ = write!(
        text,
        "    Permission {{\n        operation: {operation:?},\n        \
         status: PermissionStatus::{},\n        actions: &[",
        ram.status
    );
    if !ram.actions.is_empty() {
        text.push('\n');
        for item in &ram.actions {
            action(item, text);
        }
        text.push_str("        ");
    }
    text.push_str("],\n    },\n");
}

fn action(action: &RamAction, text: &mut String) {
    let RamAction {
        action,
        access,
        resources,
        conditions,
        dependents,
    } = action;
    let _ = write!(
        text,
        "            Action {{\n                action: {action:?},\n                \
         access: {access:?},\n                resources: &["
    );
    if !resources.is_empty() {
        text.push('\n');
        for (kind, mandatory, arn) in resources {
            let _ = write!(
                text,
                "                    Resource {{\n                        kind: {kind:?},\n                        \
                 mandatory: {mandatory},\n                        arn: {arn:?},\n                    }},\n"
            );
        }
        text.push_str("                ");
    }
    text.push_str("],\n");
    let quoted = |texts: &[String]| -> Vec<String> {
        texts.iter().map(|text| format!("{text:?}")).collect()
    };
    let (conditions, dependents) = (quoted(conditions), quoted(dependents));
    text.push_str(&array("                conditions: ", &conditions));
    text.push_str(&array("                dependents: ", &dependents));
    text.push_str("            },\n");
}
