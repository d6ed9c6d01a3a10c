//! Documented error codes: constants and predicates.

use crate::codegen::ir;
use crate::codegen::markdown::{code, markdown};
use crate::codegen::names::{self, ApiName};
use alibabacloud_spec::{ErrorCode, Service};
use std::collections::{BTreeMap, BTreeSet};

/// Lowers the documented codes of a product and its operations, each once. Patterns such as
/// `InvalidParameter.%s` are not codes.
pub(super) fn lower(service: &Service) -> Vec<ir::ErrorCode> {
    let mut codes: BTreeMap<&str, (&ErrorCode, BTreeSet<&str>)> = BTreeMap::new();
    for error in &service.errors {
        codes.entry(&error.code).or_insert((error, BTreeSet::new()));
    }
    for operation in &service.operations {
        for error in &operation.errors {
            let known = codes.entry(&error.code).or_insert((error, BTreeSet::new()));
            known.1.insert(&operation.name);
        }
    }
    codes.retain(|code, _| is_error_code(code));
    let wires: Vec<ApiName<'_>> = codes.keys().map(|code| ApiName::new(code)).collect();
    let constants = names::distinct(&wires, names::screaming);
    let predicates = names::predicates(&constants);
    codes
        .into_values()
        .zip(constants.into_iter().zip(predicates))
        .map(|((error, operations), (constant, predicate))| {
            let shared = service.errors.iter().any(|e| e.code == error.code);
            ir::ErrorCode {
                constant,
                predicate,
                shared,
                code: error.code.clone(),
                docs: docs(error, shared, &operations),
            }
        })
        .collect()
}

/// Whether the service has error codes that any operation can return.
pub(super) fn has_shared(service: &Service) -> bool {
    service
        .errors
        .iter()
        .any(|error| is_error_code(&error.code))
}

fn is_error_code(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_alphabetic())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b))
}

/// Maximum number of operations to list in the documentation of a code. A longer list is not
/// helpful.
const LISTED_OPERATIONS: usize = 5;

fn docs(error: &ErrorCode, shared: bool, operations: &BTreeSet<&str>) -> Vec<String> {
    let mut lines = markdown(&error.description);
    if lines.is_empty() {
        lines.push(format!("{}.", code(&error.code)));
    }
    let mut facts = Vec::new();
    facts.extend(error.status.map(|status| format!("HTTP status {status}.")));
    if shared {
        facts.push("Any operation can return this code.".to_owned());
    } else if (1..=LISTED_OPERATIONS).contains(&operations.len()) {
        let names: Vec<String> = operations.iter().map(|name| code(name)).collect();
        facts.push(format!("Documented for {}.", names.join(", ")));
    }
    if !facts.is_empty() {
        lines.extend([String::new(), facts.join(" ")]);
    }
    lines
}
