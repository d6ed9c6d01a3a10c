//! Applications and their groups.

use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, object};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("ContinueDeployApplicationGroup", deploy),
    ("CreateApplication", create),
    ("CreateApplicationGroup", create_group),
    ("DeleteApplication", delete),
    ("DeleteApplicationGroup", delete_group),
    ("DeployApplicationGroup", deploy),
    ("GetApplication", get),
    ("GetApplicationGroup", get_group),
    ("ListApplicationGroups", list_groups),
    ("ListApplications", list),
    ("UpdateApplication", update),
    ("UpdateApplicationGroup", update_group),
];

pub(super) const APPLICATIONS: &str = "applications";
const GROUPS: &str = "application-groups";

fn dates(call: &Call<'_>) -> Record {
    // Operations use different names for the same date.
    let stamp = call.stamp();
    object(
        json!({"CreateDate": stamp, "CreatedDate": stamp, "UpdateDate": stamp, "UpdatedDate": stamp}),
    )
}

fn touch(call: &Call<'_>, record: &mut Record) {
    for name in ["UpdateDate", "UpdatedDate"] {
        record.insert(name.to_owned(), Value::from(call.stamp()));
    }
}

fn owned(call: &Call<'_>, name: &str) -> Result<Record, ApiError> {
    let found = call.region.resources.get(APPLICATIONS, name).cloned();
    found.ok_or_else(|| ApiError::not_found("Application", name))
}

fn create(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    if call.region.resources.get(APPLICATIONS, &name).is_some() {
        return Err(ApiError::exists("Application", &name));
    }
    let mut record = call.record(&[
        "Name",
        "Description",
        "ResourceGroupId",
        "AlarmConfig",
        "ServiceId",
        "ApplicationSource",
    ]);
    record.extend(dates(call));
    record.insert("ApplicationType".to_owned(), Value::from("Custom"));
    record.insert("Tags".to_owned(), Value::Object(call.object("Tags")?));
    call.region
        .resources
        .put(APPLICATIONS, &name, record.clone());
    Ok(json!({"Application": record}))
}

fn update(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    let mut record = owned(call, &name)?;
    call.copy_into(&mut record, &["Description", "AlarmConfig"]);
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), Value::Object(call.object("Tags")?));
    }
    touch(call, &mut record);
    call.region
        .resources
        .put(APPLICATIONS, &name, record.clone());
    Ok(json!({"Application": record}))
}

fn get(call: &mut Call<'_>) -> CallResult {
    let record = owned(call, &call.required("Name")?)?;
    Ok(json!({"Application": record}))
}

fn list(call: &mut Call<'_>) -> CallResult {
    let wanted = call.names("Names");
    call.list_if(APPLICATIONS, &["Name", "ApplicationType"], |name, _| {
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == name)
    })
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let name = call.required("Name")?;
    owned(call, &name)?;
    let is_its = |record: &Record| record.get("ApplicationName").is_some_and(|n| *n == name);
    let groups = call.region.resources.table(GROUPS);
    if groups.values().any(|group| is_its(group)) && !call.flag("Force") {
        return Err(ApiError::new(
            409,
            "OperationConflict",
            format!("The application {name} still has groups."),
        ));
    }
    call.region
        .resources
        .table(GROUPS)
        .retain(|_, record| !is_its(record));
    call.region.resources.table(APPLICATIONS).remove(&name);
    Ok(json!({}))
}

fn key(application: &str, group: &str) -> String {
    format!("{application}/{group}")
}

/// Returns the group that the call names, with its key.
fn owned_group(call: &Call<'_>) -> Result<(String, Record), ApiError> {
    let (application, name) = (call.required("ApplicationName")?, call.required("Name")?);
    owned(call, &application)?;
    let key = key(&application, &name);
    let found = call.region.resources.get(GROUPS, &key).cloned();
    let record = found.ok_or_else(|| ApiError::not_found("ApplicationGroup", &name))?;
    Ok((key, record))
}

fn create_group(call: &mut Call<'_>) -> CallResult {
    let (application, name) = (call.required("ApplicationName")?, call.required("Name")?);
    owned(call, &application)?;
    let key = key(&application, &name);
    if call.region.resources.get(GROUPS, &key).is_some() {
        return Err(ApiError::exists("ApplicationGroup", &name));
    }
    let mut record = call.record(&[
        "Name",
        "ApplicationName",
        "Description",
        "DeployRegionId",
        "ImportTagKey",
        "ImportTagValue",
        "CmsGroupId",
    ]);
    record.extend(dates(call));
    record.insert("Status".to_owned(), Value::from("Created"));
    call.region.resources.put(GROUPS, &key, record.clone());
    Ok(json!({"ApplicationGroup": record}))
}

fn get_group(call: &mut Call<'_>) -> CallResult {
    let (_, record) = owned_group(call)?;
    Ok(json!({"ApplicationGroup": record}))
}

fn list_groups(call: &mut Call<'_>) -> CallResult {
    call.list(GROUPS, &["ApplicationName", "DeployRegionId"])
}

fn update_group(call: &mut Call<'_>) -> CallResult {
    let (old_key, mut record) = owned_group(call)?;
    call.copy_into(&mut record, &["MonitorMetadata"]);
    if let Some(revision) = call.text("DeployedRevisionId") {
        let revisions = json!([revision]).to_string();
        record.insert("DeployedRevisionIds".to_owned(), Value::from(revisions));
    }
    touch(call, &mut record);
    let mut new_key = old_key.clone();
    if let Some(name) = call.text("NewName").map(str::to_owned) {
        new_key = key(&call.required("ApplicationName")?, &name);
        if new_key != old_key && call.region.resources.get(GROUPS, &new_key).is_some() {
            return Err(ApiError::exists("ApplicationGroup", &name));
        }
        record.insert("Name".to_owned(), Value::from(name));
    }
    call.region.resources.table(GROUPS).remove(&old_key);
    call.region.resources.put(GROUPS, &new_key, record.clone());
    Ok(json!({"ApplicationGroup": record}))
}

fn delete_group(call: &mut Call<'_>) -> CallResult {
    let (key, _) = owned_group(call)?;
    call.region.resources.table(GROUPS).remove(&key);
    Ok(json!({}))
}

fn deploy(call: &mut Call<'_>) -> CallResult {
    let (key, mut record) = owned_group(call)?;
    call.copy_into(&mut record, &["DeployParameters"]);
    if let Some(revision) = call.text("RevisionId") {
        let revisions = json!([revision]).to_string();
        record.insert("DeployedRevisionIds".to_owned(), Value::from(revisions));
    }
    record.insert("Status".to_owned(), Value::from("Created"));
    record.insert("Progress".to_owned(), Value::from("100%"));
    record.insert(
        "ExecutionId".to_owned(),
        Value::from(call.ids.resource("exec")),
    );
    touch(call, &mut record);
    call.region.resources.put(GROUPS, &key, record);
    Ok(json!({}))
}
