//! The content of a template.

use crate::api_error::ApiError;
use crate::explain;
use crate::nesting;
use crate::outcomes::TaskEnd;
use crate::timestamp::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// Returns the category of the execution, if this task is a trigger that defines one.
    fn category(&self) -> Option<&str> {
        let name = self.action.strip_prefix("ACS::")?;
        ["TimerTrigger", "EventTrigger", "AlarmTrigger"]
            .into_iter()
            .find(|category| *category == name)
    }

    /// Returns whether the task starts other executions repeatedly.
    pub(crate) fn is_trigger(&self) -> bool {
        self.action.ends_with("Trigger")
    }

    /// Returns the end that the template scripts in `Properties.Emulator`, with the keys of an
    /// [`Outcome`](crate::Outcome).
    pub(crate) fn scripted_end(&self) -> Option<TaskEnd> {
        serde_json::from_value(self.properties.get("Emulator")?.clone()).ok()
    }
}

/// Returns the category of executions with these tasks.
pub(crate) fn category(tasks: &[Task]) -> &str {
    tasks.iter().find_map(Task::category).unwrap_or("Other")
}

/// The parsed content of a template.
pub(crate) struct Content {
    pub(crate) tasks: Vec<Task>,
    pub(super) format: &'static str,
    pub(super) kind: &'static str,
    pub(super) description: String,
    pub(super) ram_role: String,
    pub(super) parameters: Value,
    pub(super) outputs: Value,
}

/// Parses the content of a template, JSON or YAML.
///
/// # Errors
///
/// Returns `InvalidParameter` with what is wrong.
pub(crate) fn parse(text: &str) -> Result<Content, ApiError> {
    let bad = |why: String| {
        ApiError::invalid_parameter(format!("The template content is not valid: {why}."))
    };
    let is_json = text.trim_start().starts_with('{');
    let document = if is_json {
        nesting::json(text)
    } else {
        nesting::yaml(text)
    };
    let document = document.map_err(bad)?;
    if !document.is_object() {
        return Err(bad("it is not an object".to_owned()));
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
    if let Some(end) = properties.get("Emulator") {
        serde_json::from_value::<TaskEnd>(end.clone()).map_err(|error| {
            let why = explain::with_suggestion(&error.to_string());
            format!("Properties.Emulator of the task {name}: {why}")
        })?;
    }
    let sleep = match action.as_str() {
        "ACS::Sleep" => {
            let duration = properties.get("Duration").and_then(Value::as_str);
            let duration = duration.ok_or("ACS::Sleep needs a Duration")?;
            Some(
                iso_duration(duration)
                    .ok_or_else(|| format!("{duration} is not a duration such as PT5M"))?,
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

/// Parses `PT1H5M30S`. Templates do not use days and fractions.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed() {
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
    fn errors_of_templates_name_what_is_wrong() {
        for (text, part) in [
            ("{", "EOF"),
            ("a: [", "not valid"),
            ("just text", "not an object"),
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
            (
                "FormatVersion: OOS-2019-06-01\nTasks: [{Name: a, Action: b, Properties: \
                 {Emulator: {faild: true}}}]",
                "did you mean `failed`?",
            ),
        ] {
            let error = parse(text).err().unwrap();
            assert_eq!(error.code, "InvalidParameter");
            assert!(error.message.contains(part), "{}", error.message);
        }
    }
}
