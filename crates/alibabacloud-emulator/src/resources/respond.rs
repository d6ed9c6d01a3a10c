//! From an operation to what it does to resources.

use super::engine::Engine;
use super::files;
use super::model::{ActionKind, Model};
use super::related::remove;
use super::states;
use super::tags;
use crate::api_error::ApiError;
use crate::call::Call;
use alibabacloud_spec::Service;
use serde_json::Value;

/// Returns the resources of a service, if there is a resource file for it in this version.
///
/// # Errors
///
/// Describes what is invalid in the file, which a test excludes.
pub(crate) fn model_of(service: &Service) -> Result<Option<&'static Model>, String> {
    let model = files::model(&service.code).transpose()?;
    Ok(model.filter(|model| model.version == service.version))
}

/// Returns whether an operation keeps state.
pub(crate) fn has(model: &Model, operation: &str) -> bool {
    !model.actions(operation).is_empty() || tags::action(model, operation).is_some()
}

/// Executes an operation. `None` if the response is synthetic: the caller has not created a
/// resource of the kind, or asks for a dry run.
///
/// # Errors
///
/// Returns the error of the service, such as that of an unknown ID.
pub(crate) fn respond(model: &Model, call: &mut Call<'_>) -> Result<Option<Value>, ApiError> {
    if !call.operation.class.is_read() && (call.flag("DryRun") || call.flag("dry_run")) {
        return Ok(None);
    }
    advance(model, call);
    if let Some(action) = tags::action(model, &call.operation.name) {
        return tags::respond(model, call, action);
    }
    let actions = model.actions(&call.operation.name);
    let mut engine = Engine { model, call };
    match actions {
        [] => Ok(None),
        [action, ..] if action.role == ActionKind::Read => engine.read(actions),
        actions => {
            if let Some(earlier) = engine.call.repeated()? {
                return Ok(Some(earlier));
            }
            let response = engine.write(actions)?;
            if let Some(response) = &response {
                engine.call.remember(response);
            }
            Ok(response)
        }
    }
}

/// Advances all resources of a service to the current time.
fn advance(model: &Model, call: &mut Call<'_>) {
    for kind in model.resources.values() {
        let (table, Some(field)) = (&kind.table, &kind.state) else {
            continue;
        };
        if call.region.resources.existing(table).is_none() {
            continue;
        }
        let records = call.region.resources.table(table);
        let mut gone = Vec::new();
        for (key, record) in records.iter_mut() {
            if states::advance(record, field, call.now) {
                gone.push(key.clone());
            }
        }
        for key in gone {
            remove(call.region, table, &key);
        }
    }
}
