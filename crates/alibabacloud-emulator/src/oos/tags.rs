//! Tags of resources.

use super::applications::APPLICATIONS;
use super::parameters::{PARAMETERS, SECRETS};
use super::state_configurations::STATE_CONFIGURATIONS;
use super::templates::TEMPLATES;
use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers, tags_of};
use crate::region::Region;
use crate::store::record::Record;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) const HANDLERS: Handlers = &[
    ("ChangeResourceGroup", change_resource_group),
    ("ListTagKeys", keys),
    ("ListTagResources", resources),
    ("ListTagValues", values),
    ("TagResources", tag),
    ("UntagResources", untag),
];

/// Kinds of resources that can have tags, with their tables. Executions are not in a table.
const KINDS: [(&str, &str); 5] = [
    ("template", TEMPLATES),
    ("parameter", PARAMETERS),
    ("secretparameter", SECRETS),
    ("stateconfiguration", STATE_CONFIGURATIONS),
    ("application", APPLICATIONS),
];
const EXECUTION: &str = "execution";

fn table_of(kind: &str) -> Result<&'static str, ApiError> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known
        .map(|(_, table)| *table)
        .ok_or_else(|| ApiError::invalid("ResourceType", format!("{kind} is not known")))
}

/// Returns the resource of an ID, which is a name or the ID in the record.
fn find<'a>(call: &'a mut Call<'_>, kind: &str, id: &str) -> Result<&'a mut Record, ApiError> {
    let missing = || ApiError::not_found("Resource", id);
    if kind == EXECUTION {
        let execution = call.region.executions.get_mut(id).ok_or_else(missing)?;
        return Ok(&mut execution.record);
    }
    let table = call.region.resources.table(table_of(kind)?);
    let key = table
        .iter()
        .find(|(key, record)| *key == id || is_id(record, id));
    let key = key.map(|(key, _)| key.clone()).ok_or_else(missing)?;
    let record = table.get_mut(&key).ok_or_else(missing)?;
    Ok(record)
}

fn is_id(record: &Record, id: &str) -> bool {
    ["TemplateId", "Id"]
        .iter()
        .any(|field| record.get(*field).is_some_and(|value| value == id))
}

/// Returns the tags of a resource in an ARN, such as `template/nightly`, if it exists.
pub(crate) fn of_resource(region: &Region, kind: &str, id: &str) -> Option<Vec<(String, String)>> {
    let record = match kind {
        EXECUTION => &region.executions.get(id)?.record,
        _ => region.resources.get(table_of(kind).ok()?, id)?,
    };
    Some(tags_of(record.get("Tags")))
}

fn tag(call: &mut Call<'_>) -> CallResult {
    let kind = call.required("ResourceType")?;
    let tags = call.object("Tags")?;
    change(call, &kind, |existing| existing.extend(tags.clone()))
}

fn untag(call: &mut Call<'_>) -> CallResult {
    let kind = call.required("ResourceType")?;
    let (keys, all) = (call.names("TagKeys"), call.flag("All"));
    if keys.is_empty() && !all {
        return Err(ApiError::missing("TagKeys"));
    }
    change(call, &kind, |existing| {
        existing.retain(|key, _| !all && !keys.contains(key))
    })
}

/// Changes the tags of every resource that the call names, or of none when one does not exist.
fn change(call: &mut Call<'_>, kind: &str, change: impl Fn(&mut Map<String, Value>)) -> CallResult {
    let ids = call.names("ResourceIds");
    if ids.is_empty() {
        return Err(ApiError::missing("ResourceIds"));
    }
    for id in &ids {
        find(call, kind, id)?;
    }
    for id in &ids {
        let record = find(call, kind, id)?;
        let tags = record
            .entry("Tags")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(tags) = tags {
            change(tags);
        }
    }
    Ok(json!({}))
}

fn change_resource_group(call: &mut Call<'_>) -> CallResult {
    let (kind, id) = (call.required("ResourceType")?, call.required("ResourceId")?);
    let group = Value::from(call.required("NewResourceGroupId")?);
    find(call, &kind, &id)?.insert("ResourceGroupId".to_owned(), group);
    Ok(json!({}))
}

/// A tag of a resource.
struct Tagged {
    kind: &'static str,
    id: String,
    key: String,
    value: String,
}

fn all_tags(call: &mut Call<'_>, only: Option<&str>) -> Vec<Tagged> {
    let mut all = Vec::new();
    let mut collect = |kind: &'static str, id: &str, record: &Record| {
        if only.is_none_or(|only| only == kind) {
            let tags = tags_of(record.get("Tags")).into_iter();
            all.extend(tags.map(|(key, value)| Tagged {
                kind,
                id: id.to_owned(),
                key,
                value,
            }));
        }
    };
    for (kind, table) in KINDS {
        for (id, record) in call.region.resources.table(table).iter() {
            collect(kind, id, record);
        }
    }
    for (id, execution) in &call.region.executions {
        collect(EXECUTION, id, &execution.record);
    }
    all
}

fn resources(call: &mut Call<'_>) -> CallResult {
    let kind = call.required("ResourceType")?;
    let ids = call.names("ResourceIds");
    let wanted = tags_of(call.json("Tags").as_ref());
    let items = all_tags(call, Some(&kind))
        .into_iter()
        .filter(|tagged| ids.is_empty() || ids.contains(&tagged.id))
        .filter(|tagged| {
            let fits = |(key, value): &(String, String)| {
                *key == tagged.key && (value.is_empty() || *value == tagged.value)
            };
            wanted.is_empty() || wanted.iter().any(fits)
        })
        .map(|tagged| {
            json!({
                "ResourceType": tagged.kind,
                "ResourceId": tagged.id,
                "TagKey": tagged.key,
                "TagValue": tagged.value,
            })
        })
        .collect();
    call.page(items).map(Value::Object)
}

fn keys(call: &mut Call<'_>) -> CallResult {
    let kind = call.text("ResourceType").map(str::to_owned);
    let all = all_tags(call, kind.as_deref()).into_iter();
    let keys: BTreeSet<String> = all.map(|tagged| tagged.key).collect();
    call.page(keys.into_iter().map(Value::from).collect())
        .map(Value::Object)
}

fn values(call: &mut Call<'_>) -> CallResult {
    let kind = call.text("ResourceType").map(str::to_owned);
    let key = call.text("Key").map(str::to_owned);
    let all = all_tags(call, kind.as_deref()).into_iter();
    let of_key = all.filter(|tagged| key.as_deref().is_none_or(|key| key == tagged.key));
    let values: BTreeSet<String> = of_key.map(|tagged| tagged.value).collect();
    call.page(values.into_iter().map(Value::from).collect())
        .map(Value::Object)
}
