//! Desired states of instances.

use super::templates;
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, object};
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CreateStateConfiguration", create),
    ("DeleteStateConfigurations", delete),
    ("ListStateConfigurations", list),
    ("UpdateStateConfiguration", update),
];

pub(super) const STATE_CONFIGURATIONS: &str = "state-configurations";

const FIELDS: [&str; 6] = [
    "Description",
    "ConfigureMode",
    "ScheduleType",
    "ScheduleExpression",
    "Targets",
    "ResourceGroupId",
];

fn create(call: &mut Call<'_>) -> CallResult {
    let name = call.required("TemplateName")?;
    let template = templates::at_version(call, &name, call.text("TemplateVersion"))?;
    let id = call.ids.resource("sc");
    let mut record = call.record(&FIELDS);
    record.extend(object(json!({
        "StateConfigurationId": id,
        "TemplateId": template.get("TemplateId"),
        "TemplateName": name,
        "TemplateVersion": template.get("TemplateVersion"),
        "Parameters": call.object("Parameters")?,
        "Tags": call.object("Tags")?,
        "CreateTime": call.stamp(),
        "UpdateTime": call.stamp(),
    })));
    call.region
        .resources
        .put(STATE_CONFIGURATIONS, &id, record.clone());
    Ok(json!({"StateConfiguration": record}))
}

fn owned(call: &Call<'_>, id: &str) -> Result<Record, ApiError> {
    let found = call.region.resources.get(STATE_CONFIGURATIONS, id).cloned();
    found.ok_or_else(|| ApiError::not_found("StateConfiguration", id))
}

fn update(call: &mut Call<'_>) -> CallResult {
    let id = call.required("StateConfigurationId")?;
    let mut record = owned(call, &id)?;
    call.copy_into(&mut record, &FIELDS);
    for name in ["Parameters", "Tags"] {
        if call.parameters.contains_key(name) {
            record.insert(name.to_owned(), Value::Object(call.object(name)?));
        }
    }
    record.insert("UpdateTime".to_owned(), Value::from(call.stamp()));
    call.region
        .resources
        .put(STATE_CONFIGURATIONS, &id, record.clone());
    // A list, unlike the response of `CreateStateConfiguration`.
    Ok(json!({"StateConfiguration": [record]}))
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let ids = call.names("StateConfigurationIds");
    for id in &ids {
        owned(call, id)?;
    }
    for id in &ids {
        call.region.resources.table(STATE_CONFIGURATIONS).remove(id);
    }
    Ok(json!({}))
}

fn list(call: &mut Call<'_>) -> CallResult {
    let wanted = call.names("StateConfigurationIds");
    let filters = ["TemplateName", "TemplateVersion", "ResourceGroupId"];
    call.list_if(STATE_CONFIGURATIONS, &filters, |id, _| {
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == id)
    })
}
