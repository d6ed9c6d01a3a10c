//! Executions, with their tasks and logs.

use super::content::{self, Task};
use super::machine::{Execution, ExecutionMode, Notice};
use super::templates::{self, TEMPLATES};
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, SEQUENCE, object};
use crate::timestamp;
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CancelExecution", cancel),
    ("DeleteExecutions", delete),
    ("ListExecutionLogs", logs),
    ("ListExecutions", list),
    ("ListTaskExecutions", tasks),
    ("NotifyExecution", notify),
    ("StartDebugExecution", start_debug),
    ("StartExecution", start),
    ("TriggerExecution", trigger),
    ("UpdateExecution", update),
];

fn start(call: &mut Call<'_>) -> CallResult {
    if let Some(earlier) = call.repeated()? {
        return Ok(earlier);
    }
    let template = template_of(call)?;
    let mode = match call.text("Mode") {
        Some("FailurePause") => ExecutionMode::FailurePause,
        Some("Debug") => ExecutionMode::Debug,
        _ => ExecutionMode::Automatic,
    };
    let mut record = call.record(&[
        "Mode",
        "LoopMode",
        "SafetyCheck",
        "Description",
        "ResourceGroupId",
        "ParentExecutionId",
    ]);
    record.insert(
        "Parameters".to_owned(),
        Value::Object(call.object("Parameters")?),
    );
    let template_name = template
        .get("TemplateName")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let execution = begin(call, record, template, mode)?;
    count_execution(call, &template_name);
    let mut record = execution;
    record.insert("Status".to_owned(), Value::from("Started"));
    let response = json!({"Execution": record});
    call.remember(&response);
    Ok(response)
}

/// Returns the template that the call names or contains.
fn template_of(call: &Call<'_>) -> Result<Record, ApiError> {
    match (call.text("TemplateName"), call.text("TemplateContent")) {
        (Some(name), _) => templates::at_version(call, name, call.text("TemplateVersion")),
        (None, Some(text)) => templates::inline(text, call),
        (None, None) => Err(ApiError::missing("TemplateName")),
    }
}

/// Starts and stores an execution; returns its current record.
fn begin(
    call: &mut Call<'_>,
    mut record: Record,
    template: Record,
    mode: ExecutionMode,
) -> Result<Record, ApiError> {
    let tasks = templates::tasks_of(&template)?;
    let id = call.ids.resource("exec");
    let mode_name = record
        .get("Mode")
        .cloned()
        .unwrap_or_else(|| Value::from("Automatic"));
    record.extend(object(json!({
        "ExecutionId": id,
        "TemplateId": template.get("TemplateId"),
        "TemplateName": template.get("TemplateName"),
        "TemplateVersion": template.get("TemplateVersion"),
        "Mode": mode_name,
        "ExecutedBy": call.caller.name,
        "IsParent": tasks.iter().any(Task::is_trigger),
        "Category": content::category(&tasks),
        "Outputs": "{}",
        "RamRole": "",
        "Tags": call.object("Tags")?,
        SEQUENCE: call.region.resources.next_sequence(),
        "~template": template,
    })));
    let execution = Execution::start(record, tasks, mode, call.outcomes, call.ids, call.now);
    let record = execution.record.clone();
    call.region.executions.insert(id, execution);
    Ok(record)
}

fn count_execution(call: &mut Call<'_>, template: &str) {
    if let Some(record) = call.region.resources.table(TEMPLATES).get_mut(template) {
        let count = record
            .get("TotalExecutionCount")
            .and_then(Value::as_u64)
            .unwrap_or(0);
        record.insert("TotalExecutionCount".to_owned(), Value::from(count + 1));
    }
}

/// Advances all executions to the current time.
fn advance_all(call: &mut Call<'_>) {
    for execution in call.region.executions.values_mut() {
        execution.advance(call.ids, call.now);
    }
}

/// Returns an execution in its current state.
fn find<'a>(call: &'a mut Call<'_>, id: &str) -> Result<&'a mut Execution, ApiError> {
    let (ids, now) = (call.ids, call.now);
    let execution = call
        .region
        .executions
        .get_mut(id)
        .ok_or_else(|| ApiError::not_found("Execution", id))?;
    execution.advance(ids, now);
    Ok(execution)
}

fn list(call: &mut Call<'_>) -> CallResult {
    advance_all(call);
    let between = |record: &Record, field: &str, after: Option<&str>, before: Option<&str>| {
        let date = record.get(field).and_then(Value::as_str);
        after.is_none_or(|after| date.is_some_and(|date| date >= after))
            && before.is_none_or(|before| date.is_some_and(|date| date <= before))
    };
    let mut records: Vec<Record> = call
        .region
        .executions
        .values()
        .map(|e| e.record.clone())
        .collect();
    records.retain(|record| is_listed(call, record));
    records.retain(|record| {
        between(
            record,
            "StartDate",
            call.text("StartDateAfter"),
            call.text("StartDateBefore"),
        ) && between(
            record,
            "EndDate",
            call.text("EndDateAfter"),
            call.text("EndDateBefore"),
        )
    });
    call.list_of(
        records,
        &[
            "ExecutionId",
            "TemplateName",
            "Status",
            "Mode",
            "ExecutedBy",
            "ParentExecutionId",
            "RamRole",
            "Category",
            "ResourceGroupId",
            "Description",
        ],
    )
}

/// Returns whether a list shows an execution. Children are shown only on request.
fn is_listed(call: &Call<'_>, record: &Record) -> bool {
    let is_child = record.get("ParentExecutionId").is_some_and(|id| id != "");
    match call.text("Depth") {
        Some("RootDepth") => !is_child,
        Some("FirstChildDepth") => is_child,
        _ => {
            let named = ["ExecutionId", "ParentExecutionId"];
            !is_child
                || call.flag("IncludeChildExecution")
                || named.iter().any(|name| call.text(name).is_some())
        }
    }
}

fn tasks(call: &mut Call<'_>) -> CallResult {
    advance_all(call);
    let mut records: Vec<Record> = Vec::new();
    for execution in call.region.executions.values() {
        let age = execution
            .record
            .get(SEQUENCE)
            .and_then(Value::as_u64)
            .unwrap_or(0);
        for (index, run) in execution.tasks.iter().enumerate() {
            let mut record = run.record.clone();
            record.insert(
                SEQUENCE.to_owned(),
                Value::from(age * 10_000 + index as u64),
            );
            records.push(record);
        }
    }
    call.list_of(
        records,
        &[
            "ExecutionId",
            "Status",
            "TaskExecutionId",
            "TaskName",
            "TaskAction",
        ],
    )
}

fn logs(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    let (task, kind) = (
        call.text("TaskExecutionId").map(str::to_owned),
        call.text("LogType").map(str::to_owned),
    );
    let execution = find(call, &id)?;
    let lines = execution
        .logs
        .iter()
        .filter(|line| task.as_deref().is_none_or(|task| line.task_id == task))
        .filter(|line| kind.as_deref().is_none_or(|kind| line.kind == kind))
        .map(|line| {
            json!({
                "TaskExecutionId": line.task_id,
                "LogType": line.kind,
                "Message": line.message,
                "Timestamp": timestamp::format(line.at),
            })
        })
        .collect();
    let mut page = call.page(lines)?;
    page.insert(
        "IsTruncated".to_owned(),
        Value::Bool(page.contains_key("NextToken")),
    );
    Ok(Value::Object(page))
}

fn cancel(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    let now = call.now;
    let execution = find(call, &id)?;
    if execution.is_over() {
        return Err(over(&id, execution.status()));
    }
    execution.cancel(now);
    Ok(json!({}))
}

fn over(id: &str, status: &str) -> ApiError {
    ApiError::new(
        409,
        "OperationConflict",
        format!("The execution {id} does not take this now: its status is {status}."),
    )
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let ids = call.names("ExecutionIds");
    let force = call.flag("Force");
    for id in &ids {
        let execution = find(call, id)?;
        if !execution.is_over() && !force {
            return Err(over(id, execution.status()));
        }
    }
    for id in &ids {
        call.region.executions.remove(id);
    }
    Ok(json!({}))
}

fn notify(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    let note = call.text("NotifyNote").unwrap_or_default().to_owned();
    let kind = call.required("NotifyType")?;
    let (ids, now) = (call.ids, call.now);
    if kind == "CompleteExecution" {
        let status = call.text("ExecutionStatus").unwrap_or("Success").to_owned();
        let execution = find(call, &id)?;
        if execution.is_over() {
            return Err(over(&id, execution.status()));
        }
        execution.complete(&status, now);
        return Ok(json!({}));
    }
    let notice = match kind.as_str() {
        "Approve" => Notice::Approve,
        "Reject" => Notice::Reject,
        "ExecuteTask" => Notice::Execute,
        "RetryTask" => Notice::Retry,
        "SkipTask" => Notice::Skip,
        "CancelTask" => Notice::Cancel,
        _ => {
            return Err(ApiError::invalid(
                "NotifyType",
                format!("{kind} is not known"),
            ));
        }
    };
    let execution = find(call, &id)?;
    if execution.notify(notice, &note, ids, now) {
        Ok(json!({}))
    } else {
        Err(over(&id, execution.status()))
    }
}

fn update(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    let mut changes = call.record(&["Description", "ResourceGroupId"]);
    for name in ["Parameters", "Tags"] {
        if call.parameters.contains_key(name) {
            changes.insert(name.to_owned(), Value::Object(call.object(name)?));
        }
    }
    changes.insert("UpdateDate".to_owned(), Value::from(call.stamp()));
    find(call, &id)?.record.extend(changes);
    Ok(json!({}))
}

/// Starts a child of a trigger execution.
fn trigger(call: &mut Call<'_>) -> CallResult {
    let id = call.required("ExecutionId")?;
    if let Some(earlier) = call.repeated()? {
        return Ok(earlier);
    }
    let parent = find(call, &id)?;
    if !parent.is_trigger() {
        return Err(over(&id, parent.status()));
    }
    let mut record = Record::new();
    record.insert("ParentExecutionId".to_owned(), Value::from(id.as_str()));
    record.insert(
        "Parameters".to_owned(),
        parent.record.get("Parameters").cloned().unwrap_or_default(),
    );
    let child = json!({
        "FormatVersion": "OOS-2019-06-01",
        "Tasks": [{"Name": "triggered", "Action": "ACS::Template"}],
    });
    let template = templates::inline(&child.to_string(), call)?;
    begin(call, record, template, ExecutionMode::Automatic)?;
    let stamp = call.stamp();
    let parent = find(call, &id)?;
    parent
        .record
        .insert("LastTriggerTime".to_owned(), Value::from(stamp));
    parent
        .record
        .insert("LastTriggerStatus".to_owned(), Value::from("Success"));
    let response = json!({});
    call.remember(&response);
    Ok(response)
}

/// Runs one task without a template.
fn start_debug(call: &mut Call<'_>) -> CallResult {
    if let Some(earlier) = call.repeated()? {
        return Ok(earlier);
    }
    let action = call
        .text("TaskType")
        .unwrap_or("ACS::ExecuteAPI")
        .to_owned();
    let content = json!({
        "FormatVersion": "OOS-2019-06-01",
        "Tasks": [{"Name": "debug", "Action": action, "Properties": call.object("Properties")?}],
    });
    let template = templates::inline(&content.to_string(), call)?;
    let record = begin(call, Record::new(), template, ExecutionMode::Automatic)?;
    let response = json!({"ExecutionId": record.get("ExecutionId")});
    call.remember(&response);
    Ok(response)
}
