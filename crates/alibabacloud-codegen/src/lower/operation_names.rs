//! Names of operations in Rust, which must differ between all operations of a service.

use super::problem::Problems;
use crate::names::{self, ApiName};
use alibabacloud_spec::Service;
use std::collections::BTreeSet;

/// The names of an operation in Rust.
pub(super) struct OperationNames {
    /// Prefix of its types: `ListTemplates`.
    pub(super) ty: String,
    /// Its module, and its method on the client: `list_templates`.
    pub(super) module: String,
    /// Its request builder: `ListTemplates`.
    pub(super) builder: String,
}

/// Returns the names of each operation. Adds a stand-in for each name that has another use.
pub(super) fn of(service: &Service, problems: &Problems) -> Vec<OperationNames> {
    let wires = |chosen: fn(&String) -> String| -> Vec<ApiName<'_>> {
        let operations = service.operations.iter();
        operations
            .map(|operation| ApiName {
                wire: &operation.name,
                chosen: operation.rust_name.as_ref().map(chosen),
                deprecated: operation.deprecated,
            })
            .collect()
    };
    let types = names::distinct(&wires(Clone::clone), names::operation_type);
    let modules = modules(
        service,
        names::distinct(&wires(|name| names::snake(name)), names::snake),
    );
    let mut builders: BTreeSet<String> = types.iter().cloned().collect();
    service
        .operations
        .iter()
        .zip(types.into_iter().zip(modules))
        .map(|(operation, (ty, module))| {
            let builder = builder(&ty, &mut builders);
            let named = operation.rust_name.as_ref().unwrap_or(&operation.name);
            let reason =
                "the name has another use in generated crates, or another operation has it";
            if module != names::snake(named) {
                problems.stand_in(&operation.name, &operation.name, &module, reason);
            }
            if builder != names::operation_type(named) {
                problems.stand_in(&operation.name, &operation.name, &builder, reason);
            }
            OperationNames {
                ty,
                module,
                builder,
            }
        })
        .collect()
}

/// Appends `_` to names of modules that have another use.
fn modules(service: &Service, wanted: Vec<String>) -> Vec<String> {
    let waiters: BTreeSet<String> = service
        .waiters
        .iter()
        .map(|waiter| names::waiter_method(&waiter.name))
        .collect();
    let model = format!("{}_model", service.crate_name.replace('-', "_"));
    wanted
        .into_iter()
        .map(|name| {
            if names::is_taken_module(&name) || name == model || waiters.contains(&name) {
                format!("{name}_")
            } else {
                name
            }
        })
        .collect()
}

/// Returns the name of the request builder. That of an operation such as `Client` must not hide
/// what its module imports.
fn builder(ty: &str, builders: &mut BTreeSet<String>) -> String {
    if !names::is_taken_builder(ty) {
        return ty.to_owned();
    }
    let mut builder = format!("{ty}Request");
    while !builders.insert(builder.clone()) {
        builder.push_str("Request");
    }
    builder
}
