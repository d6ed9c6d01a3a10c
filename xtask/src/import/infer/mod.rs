//! What follows from names and shapes, once the facts are read. Each rule is written down in `docs/import.md`.

mod class;
mod pagination;
mod sensitive;
mod text;
mod waiter;
mod words;

use super::report::{Confidence, Report};
use alibabacloud_spec::{
    Kind, Operation, OperationClass, ParameterPlace, Response, Schema, Service,
};
use words::squeezed;

pub(super) use class::name as class_name;

/// Fills in what was concluded, and reports it.
pub(super) fn infer(service: &mut Service, report: &mut Report) {
    sensitive::mark(service, report);
    text::find(service, report);
    let mut operations = std::mem::take(&mut service.operations);
    for operation in &mut operations {
        infer_operation(service, operation, report);
    }
    service.operations = operations;
    waiter::candidates(service, report);
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

/// `ClientToken`, in any spelling.
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

/// A boolean `Success` at the root of an answer, beside an error code: such services answer 200 to a failure.
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
        squeezed(name) == "success" && service.resolve(&property.schema).kind == Kind::Boolean
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

/// Required parameters, without the region, which the client fills in, and the idempotency token, which core does.
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

/// What stands for the operation of a field of a shared schema.
const COMPONENTS: &str = "components";

/// One field of the product: a parameter, or a property of a body, an answer or a shared schema.
struct Field<'a> {
    /// The operation, or [`COMPONENTS`].
    operation: &'a str,
    name: &'a str,
    in_path: bool,
    schema: &'a mut Schema,
}

/// Calls `visit` with every field.
fn each_field(service: &mut Service, visit: &mut dyn FnMut(Field<'_>)) {
    for operation in &mut service.operations {
        for parameter in &mut operation.parameters {
            visit(Field {
                operation: &operation.name,
                name: &parameter.name,
                in_path: parameter.place == ParameterPlace::Path,
                schema: &mut parameter.schema,
            });
            each_property(&operation.name, &mut parameter.schema, visit);
        }
        if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
            each_property(&operation.name, schema, visit);
        }
    }
    for schema in service.schemas.values_mut() {
        each_property(COMPONENTS, schema, visit);
    }
}

fn each_property(operation: &str, schema: &mut Schema, visit: &mut dyn FnMut(Field<'_>)) {
    match &mut schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => each_property(operation, inner, visit),
        Kind::Object(properties) => {
            for (name, property) in properties {
                visit(Field {
                    operation,
                    name,
                    in_path: false,
                    schema: &mut property.schema,
                });
                each_property(operation, &mut property.schema, visit);
            }
        }
        _ => {}
    }
}
