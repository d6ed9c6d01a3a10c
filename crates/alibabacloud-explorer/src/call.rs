//! A call that the page describes: an operation and its parameters.

use crate::catalog::{Catalog, LoadedService};
use crate::describe::access;
use crate::reply::ApiError;
use crate::targets::{Settings, Target};
use alibabacloud_spec::{Kind, Operation, Schema, Service, ValueError};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Takes the place of a secret.
const REDACTED: &str = "REDACTED";

/// An operation with its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) loaded: Arc<LoadedService>,
    index: usize,
    /// By wire name.
    pub(crate) parameters: Map<String, Value>,
    /// The region; without it, that of the target.
    pub(crate) region: Option<String>,
}

impl Call {
    /// Reads a call from the body of a request.
    ///
    /// # Errors
    ///
    /// Says what is missing, or which service or operation does not exist.
    pub(crate) async fn read(catalog: &Catalog, body: &Value) -> Result<Self, ApiError> {
        let (product, version) = (text(body, "product")?, text(body, "version")?);
        let loaded = find(catalog, product, version).await?;
        let name = text(body, "operation")?;
        let mut operations = loaded.spec().operations.iter();
        let index = operations.position(|operation| operation.name == name);
        let index = index.ok_or_else(|| no_operation(product, name))?;
        let parameters = match body.get("parameters") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(parameters)) => parameters.clone(),
            Some(_) => return Err(ApiError::invalid("`parameters` must be an object")),
        };
        let region = match body.get("region") {
            None | Some(Value::Null) => None,
            Some(Value::String(region)) => Some(region.clone()).filter(|region| !region.is_empty()),
            Some(_) => return Err(ApiError::invalid("`region` must be a text")),
        };
        Ok(Self {
            loaded,
            index,
            parameters,
            region,
        })
    }

    pub(crate) fn operation(&self) -> &Operation {
        &self.loaded.spec().operations[self.index]
    }

    /// Returns the parameters as the client takes them.
    pub(crate) fn parameters(&self) -> Value {
        Value::Object(self.parameters.clone())
    }

    /// Returns the parameters without secrets. What takes the place of a secret has its type, so
    /// that a client can write the parameters.
    pub(crate) fn redacted_parameters(&self) -> Map<String, Value> {
        let mut parameters = self.parameters.clone();
        let spec = self.loaded.spec();
        spec.redact_parameters(self.operation(), &mut parameters);
        for parameter in &self.operation().parameters {
            if let Some(value) = parameters.get_mut(&parameter.name) {
                retype(spec, &parameter.schema, value);
            }
        }
        parameters
    }

    /// Returns everything that is wrong with the parameters.
    pub(crate) fn problems(&self) -> Vec<ValueError> {
        let spec = self.loaded.spec();
        spec.check_parameters(self.operation(), &self.parameters)
    }

    /// Checks that a client can write the parameters.
    ///
    /// # Errors
    ///
    /// Lists the parameters that do not exist or have another type.
    pub(crate) fn check_types(&self) -> Result<(), ApiError> {
        let mut problems = self.problems();
        problems.retain(|problem| problem.problem.is_type_error());
        if problems.is_empty() {
            return Ok(());
        }
        let message = format!("invalid parameters of {}", self.operation().name);
        let mut error = ApiError::new(400, "invalid_parameters", message);
        error.problems = shown(&problems);
        Err(error)
    }

    /// Checks that a call may be sent to a target, before the client checks it again: `confirm` is
    /// the name of the operation if a person has typed it.
    ///
    /// # Errors
    ///
    /// Says what the program forbids, or that the name is missing.
    pub(crate) fn check_permitted(
        &self,
        target: Target,
        settings: &Settings,
        confirm: Option<&str>,
    ) -> Result<(), ApiError> {
        let operation = self.operation();
        if target == Target::Emulator || access(operation.class) == "read" {
            return Ok(());
        }
        if !settings.allow_writes {
            let message = format!(
                "{} changes resources, and the Explorer only reads from the cloud; start it with \
                 --allow-writes to change them",
                operation.name
            );
            return Err(ApiError::new(403, "read_only", message));
        }
        if confirm != Some(operation.name.as_str()) {
            let message = format!(
                "{} changes resources in the cloud; confirm it with the name of the operation",
                operation.name
            );
            return Err(ApiError::new(409, "confirm", message));
        }
        Ok(())
    }
}

/// Replaces each `REDACTED` in a value by one of the type that the schema has there.
fn retype(spec: &Service, schema: &Schema, value: &mut Value) {
    let kind = &spec.resolve(schema).kind;
    if value.as_str() == Some(REDACTED) {
        *value = match kind {
            Kind::Object(_) => json!({}),
            Kind::Map(_) => json!({ REDACTED: REDACTED }),
            Kind::Array(_) => json!([REDACTED]),
            Kind::Int32 | Kind::Int64 | Kind::Number => json!(0),
            Kind::Boolean => json!(false),
            _ => return,
        };
    }
    match (kind, value) {
        (Kind::Array(inner), Value::Array(items)) => {
            items.iter_mut().for_each(|item| retype(spec, inner, item));
        }
        (Kind::Map(inner), Value::Object(entries)) => {
            entries
                .values_mut()
                .for_each(|entry| retype(spec, inner, entry));
        }
        (Kind::Object(properties), Value::Object(members)) => {
            for (name, member) in members {
                if let Some(property) = properties.get(name) {
                    retype(spec, &property.schema, member);
                }
            }
        }
        _ => {}
    }
}

/// Returns a service; reads it if that has not been done.
///
/// # Errors
///
/// If there is no such service, or its specification is invalid.
pub(crate) async fn find(
    catalog: &Catalog,
    product: &str,
    version: &str,
) -> Result<Arc<LoadedService>, ApiError> {
    let Some(entry) = catalog.entry(product, version) else {
        let message = format!("there is no service {product:?} with version {version:?}");
        return Err(ApiError::not_found(message));
    };
    if let Some(loaded) = entry.ready() {
        return Ok(loaded.clone());
    }
    let loaded = tokio::task::spawn_blocking(move || entry.load()).await;
    match loaded {
        Ok(Ok(loaded)) => Ok(loaded),
        Ok(Err(why)) => Err(ApiError::new(500, "specification", why)),
        Err(_) => Err(ApiError::new(503, "stopping", "the program ends")),
    }
}

/// Returns the error of an operation that a service does not have.
pub(crate) fn no_operation(product: &str, name: &str) -> ApiError {
    ApiError::not_found(format!("{product} has no operation {name:?}"))
}

/// Returns problems as the page shows them.
pub(crate) fn shown(problems: &[ValueError]) -> Vec<Value> {
    let problems = problems.iter();
    problems
        .map(|problem| json!({"path": problem.path, "message": problem.problem.to_string()}))
        .collect()
}

/// Returns a member of a body that must be a text.
///
/// # Errors
///
/// Names the member.
pub(crate) fn text<'b>(body: &'b Value, name: &str) -> Result<&'b str, ApiError> {
    let text = body.get(name).and_then(Value::as_str);
    text.ok_or_else(|| ApiError::invalid(format!("`{name}` must be a text")))
}

/// Returns the target that a body names.
///
/// # Errors
///
/// If it names another one.
pub(crate) fn target(body: &Value) -> Result<Target, ApiError> {
    let name = text(body, "target")?;
    name.parse()
        .map_err(|why| ApiError::invalid(format!("invalid target {name:?}: {why}")))
}
