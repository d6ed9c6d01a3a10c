//! Patch baselines.

use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers, tags_of};
use crate::store::record::{Record, object};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CreatePatchBaseline", create),
    ("DeletePatchBaseline", delete),
    ("GetPatchBaseline", get),
    ("ListPatchBaselines", list),
    ("RegisterDefaultPatchBaseline", register),
    ("UpdatePatchBaseline", update),
];

const BASELINES: &str = "patch-baselines";

const FIELDS: [&str; 8] = [
    "Description",
    "ApprovalRules",
    "RejectedPatches",
    "RejectedPatchesAction",
    "ApprovedPatches",
    "ApprovedPatchesEnableNonSecurity",
    "Sources",
    "ResourceGroupId",
];

fn owned(call: &Call<'_>, name: &str) -> Result<Record, ApiError> {
    let found = call.region.resources.get(BASELINES, name).cloned();
    found.ok_or_else(|| ApiError::not_found("PatchBaseline", name))
}

/// Returns the tags of the call. Requests use `Key` and `Value`, responses `TagKey` and `TagValue`.
fn tags(call: &Call<'_>) -> Value {
    let tags = tags_of(call.json("Tags").as_ref()).into_iter();
    tags.map(|(key, value)| json!({"TagKey": key, "TagValue": value}))
        .collect()
}

fn create(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    if call.region.resources.get(BASELINES, &name).is_some() {
        return Err(ApiError::exists("PatchBaseline", &name));
    }
    let mut record = call.record(&FIELDS);
    call.copy_into(&mut record, &["Name", "OperationSystem"]);
    record.extend(object(json!({
        "Id": call.ids.resource("pb"),
        "ShareType": "Private",
        "IsDefault": false,
        "Tags": tags(call),
        "CreatedBy": call.caller.name,
        "CreatedDate": call.stamp(),
    })));
    save(call, &name, record)
}

/// Stores a baseline that has changed.
fn save(call: &mut Call<'_>, name: &str, mut record: Record) -> CallResult {
    record.insert(
        "UpdatedBy".to_owned(),
        Value::from(call.caller.name.as_str()),
    );
    record.insert("UpdatedDate".to_owned(), Value::from(call.stamp()));
    call.region.resources.put(BASELINES, name, record.clone());
    Ok(json!({"PatchBaseline": record}))
}

fn update(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    let mut record = owned(call, &name)?;
    call.copy_into(&mut record, &FIELDS);
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), tags(call));
    }
    save(call, &name, record)
}

/// Makes a baseline the only default of its operating system.
fn register(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    let mut record = owned(call, &name)?;
    let system = record.get("OperationSystem").cloned();
    for other in call.region.resources.table(BASELINES).values_mut() {
        if other.get("OperationSystem") == system.as_ref() {
            other.insert("IsDefault".to_owned(), Value::Bool(false));
        }
    }
    record.insert("IsDefault".to_owned(), Value::Bool(true));
    save(call, &name, record)
}

fn get(call: &mut Call<'_>) -> CallResult {
    let record = owned(call, &call.required("Name")?)?;
    Ok(json!({"PatchBaseline": record}))
}

fn list(call: &mut Call<'_>) -> CallResult {
    call.list(
        BASELINES,
        &["Name", "OperationSystem", "ShareType", "ResourceGroupId"],
    )
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    owned(call, &name)?;
    call.region.resources.table(BASELINES).remove(&name);
    Ok(json!({}))
}
