//! The class of an operation, from its verb. The published tags contradict each other and the name.

use super::words::words;
use crate::import::report::Confidence;
use alibabacloud_spec::{Operation, OperationClass};

const LIST: &[&str] = &["list", "search"];
const GET: &[&str] = &[
    "get", "describe", "query", "check", "count", "validate", "preview", "estimate", "lookup",
    "find", "inquiry", "inquire", "show", "view", "read",
];
const CREATE: &[&str] = &[
    "create", "add", "insert", "allocate", "register", "import", "copy", "clone", "new",
    "generate", "purchase", "apply",
];
const UPDATE: &[&str] = &[
    "update",
    "modify",
    "set",
    "put",
    "change",
    "edit",
    "rename",
    "save",
    "configure",
    "config",
    "upsert",
    "replace",
    "attach",
    "detach",
    "bind",
    "unbind",
    "associate",
    "disassociate",
    "unassociate",
    "dissociate",
    "enable",
    "disable",
    "tag",
    "untag",
    "grant",
    "revoke",
    "authorize",
    "move",
    "join",
    "leave",
    "assign",
    "unassign",
    "lock",
    "unlock",
    "patch",
    "append",
];
const DELETE: &[&str] = &[
    "delete",
    "remove",
    "release",
    "drop",
    "destroy",
    "deregister",
    "unregister",
    "clear",
    "purge",
    "clean",
];
/// Words before the verb.
const PREFIXES: &[&str] = &["batch", "multi", "async", "bulk"];

/// Returns the class, and how certain it is.
pub(super) fn of(operation: &Operation) -> (OperationClass, Confidence) {
    let words = words(&operation.name);
    let verb = words
        .iter()
        .find(|word| !PREFIXES.contains(&word.as_str()))
        .map_or("", String::as_str);
    let table = [
        (LIST, OperationClass::List),
        (GET, OperationClass::Get),
        (CREATE, OperationClass::Create),
        (UPDATE, OperationClass::Update),
        (DELETE, OperationClass::Delete),
    ];
    if let Some((_, class)) = table.iter().find(|(verbs, _)| verbs.contains(&verb)) {
        return (*class, Confidence::High);
    }
    if operation.path != "/" && operation.methods == ["GET"] {
        return (OperationClass::Get, Confidence::Medium);
    }
    (OperationClass::Action, Confidence::Medium)
}

/// Returns the name of a class in a specification.
pub(crate) fn class_name(class: OperationClass) -> &'static str {
    match class {
        OperationClass::Get => "get",
        OperationClass::List => "list",
        OperationClass::Create => "create",
        OperationClass::Update => "update",
        OperationClass::Delete => "delete",
        OperationClass::Action => "action",
    }
}
