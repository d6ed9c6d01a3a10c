//! Conclusions from names and shapes, once the facts are read. `docs/import.md` describes each
//! rule.

mod class;
mod duplicates;
mod fields;
mod numbered;
mod pagination;
mod prose;
mod sensitive;
mod text_format;
mod waiter;
mod words;

use super::report::{Confidence, Report};
use alibabacloud_spec::{Kind, Operation, OperationClass, Response, Service};

pub(crate) use class::class_name;
pub(crate) use words::{squeezed, words};

/// Returns the class of an operation by its verb.
pub(crate) fn class_of(operation: &Operation) -> OperationClass {
    class::of(operation).0
}

/// Adds the conclusions to a service and reports them.
pub(super) fn infer(service: &mut Service, report: &mut Report) {
    for operation in &mut service.operations {
        numbered::group(operation, report);
    }
    duplicates::mark(service, report);
    sensitive::mark(service, report);
    text_format::find(service, report);
    prose::find(service, report);
    let mut operations = std::mem::take(&mut service.operations);
    for operation in &mut operations {
        infer_operation(service, operation, report);
    }
    service.operations = operations;
    waiter::candidates(service, report);
}

/// Gives the parameters of new metadata the form that the specification has, where both are sent in
/// the same way: a list, or a parameter for each element; a list, or text with JSON.
pub(super) fn keep_forms(old: &Operation, new: &mut Operation) {
    numbered::split(old, new);
    text_format::keep_text(old, new);
}

fn infer_operation(service: &Service, operation: &mut Operation, report: &mut Report) {
    let (class, confidence) = class::of(operation);
    operation.class = class;
    if operation.unsupported.is_none() {
        pagination::find(service, operation, report);
    }
    if operation.pagination.is_some() && class == OperationClass::Get {
        operation.class = OperationClass::List;
    }
    report.infer(
        "class",
        &operation.name,
        confidence,
        class_name(operation.class),
    );
    if !operation.class.is_read() {
        operation.idempotency = idempotency_token(operation, report);
    }
    operation.success_field = success_field(service, operation, report);
    operation.arguments = arguments(operation);
    if !operation.arguments.is_empty() {
        report.infer(
            "arguments",
            &operation.name,
            Confidence::High,
            operation.arguments.join(", "),
        );
    }
}

/// Returns the idempotency token: `ClientToken`, in any spelling.
fn idempotency_token(operation: &Operation, report: &mut Report) -> Option<String> {
    let token = operation.parameters.iter().find(|parameter| {
        parameter.schema.kind == Kind::String && squeezed(&parameter.name) == "clienttoken"
    })?;
    report.infer(
        "idempotency",
        &operation.name,
        Confidence::High,
        token.name.clone(),
    );
    Some(token.name.clone())
}

/// Returns the field that reports success: a boolean `Success` or `IsSuccess` at the root of a
/// response, beside an error code. Such services respond with status 200 to a failed call.
fn success_field(service: &Service, operation: &Operation, report: &mut Report) -> Option<String> {
    let Response::Json(schema) = &operation.response else {
        return None;
    };
    let properties = service.resolve(schema).kind.properties()?;
    let is_code = |name: &str| {
        matches!(
            squeezed(name).as_str(),
            "code" | "errorcode" | "errcode" | "resultcode" | "errorcodes"
        )
    };
    let (name, _) = properties.iter().find(|(name, property)| {
        matches!(squeezed(name).as_str(), "success" | "issuccess")
            && service.resolve(&property.schema).kind == Kind::Boolean
    })?;
    if !properties.keys().any(|name| is_code(name)) {
        return None;
    }
    report.infer(
        "success-field",
        &operation.name,
        Confidence::High,
        name.clone(),
    );
    Some(name.clone())
}

/// The largest number of required parameters that are arguments of the method.
const MOST_ARGUMENTS: usize = 3;

/// Returns the required parameters, without the region and the idempotency token, which core
/// provides.
fn arguments(operation: &Operation) -> Vec<String> {
    let arguments: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && squeezed(&parameter.name) != "regionid")
        .filter(|parameter| operation.idempotency.as_ref() != Some(&parameter.name))
        .map(|parameter| parameter.name.clone())
        .collect();
    if arguments.len() > MOST_ARGUMENTS {
        return Vec::new();
    }
    arguments
}
