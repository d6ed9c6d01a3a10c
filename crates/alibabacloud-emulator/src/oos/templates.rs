//! Templates and their versions.

use super::Handlers;
use crate::call::{Answer, Call};
use crate::ids;
use crate::outcomes::End;
use crate::refusal::Refusal;
use crate::timestamp::Millis;
use crate::world::Record;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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

/// A task as a template declares it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) action: String,
    pub(crate) description: String,
    pub(crate) properties: Value,
    pub(crate) outputs: Value,
    /// How long an `ACS::Sleep` takes.
    pub(crate) sleep: Option<Millis>,
}

impl Task {
    /// A task that starts other executions again and again.
    /// The category of an execution that this task starts again and again.
    fn category(&self) -> Option<&str> {
        let name = self.action.strip_prefix("ACS::")?;
        ["TimerTrigger", "EventTrigger", "AlarmTrigger"]
            .into_iter()
            .find(|category| *category == name)
    }

    pub(crate) fn is_trigger(&self) -> bool {
        self.action.ends_with("Trigger")
    }

    /// The end that the template itself scripts: `Properties.Emulator`, with the keys of a scripted outcome.
    pub(crate) fn scripted_end(&self) -> Option<End> {
        serde_json::from_value(self.properties.get("Emulator")?.clone()).ok()
    }
}

/// The category of executions with these tasks.
pub(crate) fn category(tasks: &[Task]) -> &str {
    tasks.iter().find_map(Task::category).unwrap_or("Other")
}

/// A template's text, understood.
pub(crate) struct Content {
    pub(crate) tasks: Vec<Task>,
    format: &'static str,
    kind: &'static str,
    description: String,
    ram_role: String,
    parameters: Value,
    outputs: Value,
}

/// Reads the text of a template, JSON or YAML.
///
/// # Errors
/// `InvalidParameter`, saying what is wrong.
pub(crate) fn parse(text: &str) -> Result<Content, Refusal> {
    let bad = |why: String| {
        Refusal::invalid_parameter(format!("The template content is not valid: {why}."))
    };
    let is_json = text.trim_start().starts_with('{');
    let document: Value = if is_json {
        serde_json::from_str(text).map_err(|error| bad(error.to_string()))?
    } else {
        serde_yaml::from_str(text).map_err(|error| bad(error.to_string()))?
    };
    if !document.is_object() {
        return Err(bad("it is no object".to_owned()));
    }
    let field = |name: &str| {
        document
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let version = field("FormatVersion");
    if !version.starts_with("OOS-") {
        return Err(bad("FormatVersion must begin with OOS-".to_owned()));
    }
    let tasks = match document.get("Tasks") {
        Some(Value::Array(tasks)) => tasks
            .iter()
            .map(task)
            .collect::<Result<_, _>>()
            .map_err(bad)?,
        _ => return Err(bad("Tasks must be a list".to_owned())),
    };
    let kind = ["Package", "State"]
        .into_iter()
        .find(|kind| version.contains(kind));
    Ok(Content {
        tasks,
        format: if is_json { "JSON" } else { "YAML" },
        kind: kind.unwrap_or("Automation"),
        description: field("Description").to_owned(),
        ram_role: field("RamRole").to_owned(),
        parameters: document
            .get("Parameters")
            .cloned()
            .unwrap_or_else(|| json!({})),
        outputs: document
            .get("Outputs")
            .cloned()
            .unwrap_or_else(|| json!({})),
    })
}

fn task(task: &Value) -> Result<Task, String> {
    let field = |name: &str| {
        task.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (name, action) = (field("Name"), field("Action"));
    if name.is_empty() || action.is_empty() {
        return Err("every task needs a Name and an Action".to_owned());
    }
    let properties = task.get("Properties").cloned().unwrap_or_else(|| json!({}));
    let sleep = match action.as_str() {
        "ACS::Sleep" => {
            let duration = properties.get("Duration").and_then(Value::as_str);
            let duration = duration.ok_or("ACS::Sleep needs a Duration")?;
            Some(
                iso_duration(duration)
                    .ok_or_else(|| format!("{duration} is no duration as PT5M"))?,
            )
        }
        _ => None,
    };
    Ok(Task {
        name,
        action,
        description: field("Description"),
        properties,
        outputs: task.get("Outputs").cloned().unwrap_or(Value::Null),
        sleep,
    })
}

/// Reads `PT1H5M30S`; days and fractions are not used by templates.
fn iso_duration(text: &str) -> Option<Millis> {
    let mut total: Millis = 0;
    let mut number: Option<Millis> = None;
    for c in text.strip_prefix("PT")?.chars() {
        if let Some(digit) = c.to_digit(10) {
            let digit = Millis::from(digit);
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            continue;
        }
        let unit = match c {
            'H' => 3_600_000,
            'M' => 60_000,
            'S' => 1000,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && total > 0).then_some(total)
}

fn create(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    if find(call, &name).is_some() {
        return Err(Refusal::exists("Template", &name));
    }
    let text = call.demand("Content")?;
    let content = parse(&text)?;
    let mut record = call.record(&["TemplateName", "ResourceGroupId"]);
    record.extend(object(json!({
        "TemplateId": call.ids.thing("t"),
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
    call.region.put(TEMPLATES, &name, record.clone());
    Ok(json!({"Template": record, "TemplateType": content.kind}))
}

fn update(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    let text = call.demand("Content")?;
    let content = parse(&text)?;
    let mut record = owned(call, &name)?;
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), Value::Object(call.object("Tags")?));
    }
    call.copy_into(&mut record, &["ResourceGroupId"]);
    add_version(call, &mut record, &text, &content);
    call.region.put(TEMPLATES, &name, record.clone());
    Ok(json!({"Template": record}))
}

/// Makes a text the newest version of a template.
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

/// 64 digits that change with the text; the real service's algorithm is not published.
fn hash(text: &str) -> String {
    (0..4)
        .map(|part: u8| format!("{:016x}", ids::mix(ids::hash(&[text, &part.to_string()]))))
        .collect()
}

fn get(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    let record = at_version(call, &name, call.text("TemplateVersion"))?;
    let content = record.get(CONTENT).cloned();
    Ok(json!({"Template": record, "Content": content}))
}

/// A template as it was at a version; the newest when none is named.
pub(super) fn at_version(
    call: &Call<'_>,
    name: &str,
    version: Option<&str>,
) -> Result<Record, Refusal> {
    let mut record = find(call, name).ok_or_else(|| Refusal::not_found("Template", name))?;
    if let Some(version) = version {
        let versions = record.get(VERSIONS).and_then(Value::as_array);
        let wanted = versions.and_then(|versions| {
            let is = |one: &&Value| one.get("TemplateVersion").is_some_and(|v| v == version);
            versions.iter().find(is).and_then(Value::as_object).cloned()
        });
        let wanted = wanted.ok_or_else(|| Refusal::not_found("TemplateVersion", version))?;
        record.extend(wanted);
    }
    Ok(record)
}

/// A template of the account, or a public one.
fn find(call: &Call<'_>, name: &str) -> Option<Record> {
    call.region.peek(TEMPLATES, name).cloned().or_else(|| {
        public()
            .into_iter()
            .find(|record| record.get("TemplateName").is_some_and(|n| n == name))
    })
}

/// A template of the account itself.
fn owned(call: &Call<'_>, name: &str) -> Result<Record, Refusal> {
    call.region
        .peek(TEMPLATES, name)
        .cloned()
        .ok_or_else(|| Refusal::not_found("Template", name))
}

/// The tasks of a template record.
pub(super) fn tasks_of(record: &Record) -> Result<Vec<Task>, Refusal> {
    let text = record
        .get(CONTENT)
        .and_then(Value::as_str)
        .unwrap_or_default();
    parse(text).map(|content| content.tasks)
}

fn list(call: &mut Call<'_>) -> Answer {
    let mut records: Vec<Record> = call.region.table(TEMPLATES).values().cloned().collect();
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

fn versions(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    let record = find(call, &name).ok_or_else(|| Refusal::not_found("Template", &name))?;
    let versions = record.get(VERSIONS).and_then(Value::as_array);
    let newest_first = versions.into_iter().flatten().rev().cloned().collect();
    call.page(newest_first).map(Value::Object)
}

fn delete(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    owned(call, &name)?;
    remove(call, &name);
    Ok(json!({}))
}

fn delete_many(call: &mut Call<'_>) -> Answer {
    let names = call.names("TemplateNames");
    if names.is_empty() {
        return Err(Refusal::missing("TemplateNames"));
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
    call.region.table(TEMPLATES).remove(name);
    if call.flag("AutoDeleteExecutions") {
        call.region.executions.retain(|_, execution| {
            execution
                .record
                .get("TemplateName")
                .is_none_or(|n| n != name)
        });
    }
}

fn update_attributes(call: &mut Call<'_>) -> Answer {
    let name = call.demand("TemplateName")?;
    let mut record = owned(call, &name)?;
    call.copy_into(&mut record, &["IsFavorite"]);
    if let Some(accounts) = call.text("AccountIds") {
        record.insert("SharedAccounts".to_owned(), Value::from(accounts));
    }
    call.region.put(TEMPLATES, &name, record);
    Ok(json!({}))
}

fn of_execution(call: &mut Call<'_>) -> Answer {
    let id = call.demand("ExecutionId")?;
    let execution = call
        .region
        .executions
        .get(&id)
        .ok_or_else(|| Refusal::not_found("Execution", &id))?;
    let template = execution
        .record
        .get("~template")
        .cloned()
        .unwrap_or_default();
    let content = template.get(CONTENT).cloned();
    Ok(json!({"Template": template, "Content": content}))
}

fn validate(call: &mut Call<'_>) -> Answer {
    let content = parse(&call.demand("Content")?)?;
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

/// A template record that exists only in an execution started from a text.
pub(super) fn inline(text: &str, call: &Call<'_>) -> Result<Record, Refusal> {
    let content = parse(text)?;
    let mut record = object(json!({
        "TemplateId": call.ids.thing("t"),
        "TemplateName": "",
        "CreatedBy": call.caller.name,
        "CreatedDate": call.stamp(),
        "ShareType": "Private",
        VERSIONS: [],
    }));
    add_version(call, &mut record, text, &content);
    Ok(record)
}

/// Names and descriptions of templates that every account sees.
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

/// The public templates as records.
fn public() -> Vec<Record> {
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

/// The fields of a JSON object.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(iso_duration("PT5M"), Some(300_000));
        assert_eq!(iso_duration("PT1H0M30S"), Some(3_630_000));
        for bad in [
            "",
            "5M",
            "PT",
            "PT5",
            "PTM",
            "P1D",
            "PT99999999999999999999S",
            "PT9999999999999999H",
        ] {
            assert_eq!(iso_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn broken_templates_say_what_is_wrong() {
        for (text, part) in [
            ("{", "EOF"),
            ("a: [", "not valid"),
            ("just text", "no object"),
            ("FormatVersion: x", "FormatVersion"),
            ("FormatVersion: OOS-2019-06-01", "Tasks must be a list"),
            (
                "FormatVersion: OOS-2019-06-01\nTasks: [{Name: a}]",
                "an Action",
            ),
            (
                "FormatVersion: OOS-2019-06-01\nTasks: [{Name: a, Action: 'ACS::Sleep'}]",
                "Duration",
            ),
        ] {
            let refusal = parse(text).err().unwrap();
            assert_eq!(refusal.code, "InvalidParameter");
            assert!(refusal.message.contains(part), "{}", refusal.message);
        }
    }

    #[test]
    fn public_templates_can_be_run() {
        for record in public() {
            assert_eq!(tasks_of(&record).unwrap().len(), 1);
        }
    }
}
