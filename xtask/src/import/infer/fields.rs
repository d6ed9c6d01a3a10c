//! The fields of a service, one by one.

use alibabacloud_spec::{Kind, ParameterPlace, Response, Schema, Service};

/// The name reported in place of an operation for a field of a shared schema.
pub(super) const COMPONENTS: &str = "components";

/// One field of a service: a parameter, or a property of a body, a response or a shared schema.
pub(super) struct ServiceField<'a> {
    /// The operation, or [`COMPONENTS`].
    pub(super) operation: &'a str,
    pub(super) name: &'a str,
    pub(super) in_path: bool,
    pub(super) schema: &'a mut Schema,
}

/// Calls `visit` with every field.
pub(super) fn each_field(service: &mut Service, visit: &mut dyn FnMut(ServiceField<'_>)) {
    for operation in &mut service.operations {
        for parameter in &mut operation.parameters {
            visit(ServiceField {
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

fn each_property(operation: &str, schema: &mut Schema, visit: &mut dyn FnMut(ServiceField<'_>)) {
    match &mut schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => each_property(operation, inner, visit),
        Kind::Object(properties) => {
            for (name, property) in properties {
                visit(ServiceField {
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
