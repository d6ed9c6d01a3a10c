//! Templates and their versions.

use super::content::{Content, Task, parse};
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::ids;
use crate::store::record::{Record, object};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CreateTemplate", create),
    ("DeleteTemplate", delete),
    ("DeleteTemplates", delete_many),
    ("GetExecutionTemplate", of_execution),
    ("GetTemplate", get),
    ("ListTemplateVersions", versions),
    ("ListTemplates", list),
    ("UpdateTemplate", update),
    ("UpdateTemplateAttributes", update_attributes),
    ("ValidateTemplateContent", validate),
];

pub(super) const TEMPLATES: &str = "templates";
const VERSIONS: &str = "~versions";
const CONTENT: &str = "~content";

fn create(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    if find(call, &name).is_some() {
        return Err(ApiError::exists("Template", &name));
    }
    let text = call.required("Content")?;
    let content = parse(&text)?;
    let mut record = call.record(&["TemplateName", "ResourceGroupId"]);
    record.extend(object(json!({
        "TemplateId": call.ids.resource("t"),
        "ShareType": "Private",
        "CreatedBy": call.caller.name,
        "CreatedDate": call.stamp(),
        "Tags": call.object("Tags")?,
        "Category": "Other",
        "IsFavorite": false,
        "Popularity": 0,
        "TotalExecutionCount": 0,
        VERSIONS: [],
    })));
    add_version(call, &mut record, &text, &content);
    call.region.resources.put(TEMPLATES, &name, record.clone());
    Ok(json!({"Template": record, "TemplateType": content.kind}))
}

fn update(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let text = call.required("Content")?;
    let content = parse(&text)?;
    let mut record = owned(call, &name)?;
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), Value::Object(call.object("Tags")?));
    }
    call.copy_into(&mut record, &["ResourceGroupId"]);
    add_version(call, &mut record, &text, &content);
    call.region.resources.put(TEMPLATES, &name, record.clone());
    Ok(json!({"Template": record}))
}

/// Adds a text as the newest version of a template.
fn add_version(call: &Call<'_>, record: &mut Record, text: &str, content: &Content) {
    let count = record
        .get(VERSIONS)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let newest = object(json!({
        "TemplateVersion": format!("v{}", count + 1),
        "VersionName": call.text("VersionName"),
        "TemplateFormat": content.format,
        "TemplateType": content.kind,
        "Description": content.description,
        "HasTrigger": content.tasks.iter().any(Task::is_trigger),
        "Hash": hash(text),
        "UpdatedBy": call.caller.name,
        "UpdatedDate": call.stamp(),
        CONTENT: text,
    }));
    if let Some(Value::Array(versions)) = record.get_mut(VERSIONS) {
        versions.push(Value::Object(newest.clone()));
    }
    record.extend(newest);
}

/// Returns 64 hexadecimal digits that change with the text. The algorithm of the real service is
/// not published.
fn hash(text: &str) -> String {
    (0..4)
        .map(|part: u8| format!("{:016x}", ids::mix(ids::hash(&[text, &part.to_string()]))))
        .collect()
}

fn get(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let record = at_version(call, &name, call.text("TemplateVersion"))?;
    let content = record.get(CONTENT).cloned();
    Ok(json!({"Template": record, "Content": content}))
}

/// Returns a template at a version, by default the newest.
pub(super) fn at_version(
    call: &Call<'_>,
    name: &str,
    version: Option<&str>,
) -> Result<Record, ApiError> {
    let mut record = find(call, name).ok_or_else(|| ApiError::not_found("Template", name))?;
    if let Some(version) = version {
        let versions = record.get(VERSIONS).and_then(Value::as_array);
        let wanted = versions.and_then(|versions| {
            let is = |one: &&Value| one.get("TemplateVersion").is_some_and(|v| v == version);
            versions.iter().find(is).and_then(Value::as_object).cloned()
        });
        let wanted = wanted.ok_or_else(|| ApiError::not_found("TemplateVersion", version))?;
        record.extend(wanted);
    }
    Ok(record)
}

/// Returns a template of the account, or a public one.
fn find(call: &Call<'_>, name: &str) -> Option<Record> {
    call.region
        .resources
        .get(TEMPLATES, name)
        .cloned()
        .or_else(|| {
            public()
                .into_iter()
                .find(|record| record.get("TemplateName").is_some_and(|n| n == name))
        })
}

/// Returns a template of the account.
fn owned(call: &Call<'_>, name: &str) -> Result<Record, ApiError> {
    call.region
        .resources
        .get(TEMPLATES, name)
        .cloned()
        .ok_or_else(|| ApiError::not_found("Template", name))
}

/// Returns the tasks of a template record.
pub(super) fn tasks_of(record: &Record) -> Result<Vec<Task>, ApiError> {
    let text = record
        .get(CONTENT)
        .and_then(Value::as_str)
        .unwrap_or_default();
    parse(text).map(|content| content.tasks)
}

fn list(call: &mut Call<'_>) -> CallResult {
    let templates = call.region.resources.table(TEMPLATES).values();
    let mut records: Vec<Record> = templates.map(|record| record.to_record()).collect();
    records.extend(public());
    let (before, after) = (
        call.text("CreatedDateBefore"),
        call.text("CreatedDateAfter"),
    );
    records.retain(|record| {
        let created = record
            .get("CreatedDate")
            .and_then(Value::as_str)
            .unwrap_or_default();
        before.is_none_or(|before| created <= before) && after.is_none_or(|after| created >= after)
    });
    call.list_of(
        records,
        &[
            "TemplateName",
            "TemplateFormat",
            "TemplateType",
            "ShareType",
            "CreatedBy",
            "Category",
            "HasTrigger",
            "IsFavorite",
            "ResourceGroupId",
        ],
    )
}

fn versions(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let record = find(call, &name).ok_or_else(|| ApiError::not_found("Template", &name))?;
    let versions = record.get(VERSIONS).and_then(Value::as_array);
    let newest_first = versions.into_iter().flatten().rev().cloned().collect();
    call.page(newest_first).map(Value::Object)
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    owned(call, &name)?;
    remove(call, &name);
    Ok(json!({}))
}

fn delete_many(call: &mut Call<'_>) -> CallResult {
    let names = call.names("TemplateNames");
    if names.is_empty() {
        return Err(ApiError::missing("TemplateNames"));
    }
    for name in &names {
        owned(call, name)?;
    }
    for name in &names {
        remove(call, name);
    }
    Ok(json!({}))
}

fn remove(call: &mut Call<'_>, name: &str) {
    call.region.resources.table(TEMPLATES).remove(name);
    if call.flag("AutoDeleteExecutions") {
        call.region.executions.retain(|_, execution| {
            execution
                .record
                .get("TemplateName")
                .is_none_or(|n| n != name)
        });
    }
}

fn update_attributes(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let mut record = owned(call, &name)?;
    call.copy_into(&mut record, &["IsFavorite"]);
    if let Some(accounts) = call.text("AccountIds") {
        record.insert("SharedAccounts".to_owned(), Value::from(accounts));
    }
    call.region.resources.put(TEMPLATES, &name, record);
    Ok(json!({}))
}

fn of_execution(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    let execution = call
        .region
        .executions
        .get(&id)
        .ok_or_else(|| ApiError::not_found("Execution", &id))?;
    let template = execution
        .record
        .get("~template")
        .cloned()
        .unwrap_or_default();
    let content = template.get(CONTENT).cloned();
    Ok(json!({"Template": template, "Content": content}))
}

fn validate(call: &mut Call<'_>) -> CallResult {
    let content = parse(&call.required("Content")?)?;
    let tasks: Vec<Value> = content
        .tasks
        .iter()
        .map(|task| {
            json!({
                "Name": task.name,
                "Type": task.action,
                "Description": task.description,
                "Properties": task.properties.to_string(),
                "Outputs": if task.outputs.is_null() { String::new() } else { task.outputs.to_string() },
            })
        })
        .collect();
    Ok(json!({
        "Parameters": content.parameters.to_string(),
        "Outputs": content.outputs.to_string(),
        "RamRole": content.ram_role,
        "Tasks": tasks,
    }))
}

/// Returns the template record of an execution that starts from a text. It is not stored.
pub(super) fn inline(text: &str, call: &Call<'_>) -> Result<Record, ApiError> {
    let content = parse(text)?;
    let mut record = object(json!({
        "TemplateId": call.ids.resource("t"),
        "TemplateName": "",
        "CreatedBy": call.caller.name,
        "CreatedDate": call.stamp(),
        "ShareType": "Private",
        VERSIONS: [],
    }));
    add_version(call, &mut record, text, &content);
    Ok(record)
}

/// Names, kinds and descriptions of the templates that every account sees.
const PUBLIC: [(&str, &str, &str); 9] = [
    (
        "ACS-ECS-Docker",
        "Package",
        "Runs containers on the instance.",
    ),
    (
        "ACS-ECS-CloudMonitor",
        "Package",
        "Reports metrics of the instance.",
    ),
    ("ACS-ECS-JavaRuntime", "Package", "A Java runtime."),
    ("ACS-ECS-Nodejs", "Package", "A Node.js runtime."),
    ("ACS-ECS-Python", "Package", "A Python runtime."),
    ("ACS-ECS-Nginx", "Package", "A web server."),
    (
        "ACS-ECS-BaoTa",
        "Package",
        "A control panel for the instance.",
    ),
    ("ACS-ECS-RebootInstance", "Automation", "Reboots instances."),
    (
        "ACS-ECS-RunCommand",
        "Automation",
        "Runs a command on instances.",
    ),
];

/// Returns the public templates as records.
pub(super) fn public() -> Vec<Record> {
    PUBLIC
        .into_iter()
        .map(|(name, kind, description)| {
            let suffix = if kind == "Automation" {
                String::new()
            } else {
                format!("-{kind}")
            };
            let task = json!({"Name": "run", "Action": "ACS::ECS::RunCommand", "Properties": {}});
            let content = json!({
                "FormatVersion": format!("OOS-2019-06-01{suffix}"),
                "Description": description,
                "Tasks": [task],
            });
            let text = content.to_string();
            let version = json!({
                "TemplateVersion": "v1",
                "VersionName": "first",
                "TemplateFormat": "JSON",
                "TemplateType": kind,
                "Description": description,
                "HasTrigger": false,
                "Hash": hash(&text),
                "UpdatedBy": "Alibaba Cloud",
                "UpdatedDate": "2024-05-04T11:17:28Z",
                CONTENT: text,
            });
            let mut record = object(json!({
                "TemplateId": format!("t-{:020x}", u128::from(ids::hash(&[name]))),
                "TemplateName": name,
                "ShareType": "Public",
                "Publisher": "Alibaba Cloud",
                "CreatedBy": "Alibaba Cloud",
                "CreatedDate": "2019-05-16T10:26:14Z",
                "Category": "Other",
                "Tags": {},
                VERSIONS: [version],
            }));
            record.extend(object(version));
            record
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_templates_can_be_run() {
        for record in public() {
            assert_eq!(tasks_of(&record).unwrap().len(), 1);
        }
    }
}
