//! Tags of resources, and the operations for them that most services have.

use super::errors::not_found;
use super::files;
use super::model::{Kind, Model};
use super::related::key_of;
use crate::api_error::ApiError;
use crate::call::{Call, tags_of};
use crate::region::Region;
use crate::store::Store;
use crate::store::record::Record;
use crate::synthetic;
use serde_json::{Value, json};

/// The field of a record with its tags.
const TAGS: &str = "~tags";

/// An operation for tags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TagAction {
    Tag,
    Untag,
    List,
}

/// Returns what an operation does to tags, if a kind of the service has them.
pub(super) fn action(model: &Model, operation: &str) -> Option<TagAction> {
    let action = match operation {
        "TagResources" | "AddTags" => TagAction::Tag,
        "UntagResources" | "UnTagResources" | "RemoveTags" => TagAction::Untag,
        "ListTagResources" => TagAction::List,
        _ => return None,
    };
    let is_own = model.actions(operation).is_empty();
    let mut kinds = model.resources.values();
    let has_tags = kinds.any(|kind| !kind.resource_type.is_empty());
    (is_own && has_tags).then_some(action)
}

/// Returns the tags that a call gives to a new resource.
pub(super) fn sent(call: &Call<'_>) -> Vec<(String, String)> {
    tags_of(filter(call).as_ref())
}

/// Returns the tags that a call selects by.
pub(super) fn filter(call: &Call<'_>) -> Option<Value> {
    ["Tag", "Tags", "tags"]
        .into_iter()
        .find_map(|name| call.json(name))
}

/// Returns whether a record has all of the tags; one without a value has any value.
pub(super) fn has(record: &Record, wanted: &[(String, String)]) -> bool {
    let actual = tags_of(record.get(TAGS));
    wanted.iter().all(|(key, value)| {
        let is_wanted = |(k, v): &(String, String)| k == key && (value.is_empty() || v == value);
        actual.iter().any(is_wanted)
    })
}

/// Adds tags to a record, in place of those with the same key.
pub(super) fn put(record: &mut Record, tags: Vec<(String, String)>) {
    let mut all = tags_of(record.get(TAGS));
    all.retain(|(key, _)| tags.iter().all(|(new, _)| new != key));
    all.extend(tags);
    write(record, all);
}

fn write(record: &mut Record, tags: Vec<(String, String)>) {
    let tags = tags.into_iter();
    let tags = tags.map(|(key, value)| json!({"Key": key, "Value": value}));
    record.insert(TAGS.to_owned(), tags.collect());
}

/// Returns the tags of a record with all names that services have for their parts.
pub(super) fn shown(record: &Record) -> Value {
    let tags = tags_of(record.get(TAGS)).into_iter();
    tags.map(|(key, value)| {
        json!({
            "Key": key, "Value": value, "TagKey": key, "TagValue": value, "key": key,
            "value": value, "tag_key": key, "tag_value": value,
        })
    })
    .collect()
}

/// Returns the tags of a resource in an ARN of a product, such as `instance/i-1`, if it exists.
/// `region_id` is that of the call.
pub(crate) fn of_resource(
    store: &Store<Region>,
    product: &str,
    account: &str,
    region_id: &str,
    kind: &str,
    id: &str,
) -> Option<Vec<(String, String)>> {
    let model = files::model(product)?.ok()?;
    let tables = &store.existing(account, model.region(region_id))?.resources;
    let mut kinds = model.resources.values();
    let kind = kinds.find(|known| {
        let mut names = known.resource_type.iter().chain([&known.name]);
        names.any(|name| name.eq_ignore_ascii_case(kind))
    })?;
    Some(tags_of(tables.get(&kind.table, id)?.get(TAGS)))
}

/// Executes an operation for tags; `None` if no resource of the kind was created.
///
/// # Errors
///
/// Fails when a resource does not exist.
pub(super) fn respond(
    model: &Model,
    call: &mut Call<'_>,
    action: TagAction,
) -> Result<Option<Value>, ApiError> {
    let wanted = first_text(call, &["ResourceType", "resource_type"]);
    let mut kinds = model.resources.values();
    let found = kinds.find(|kind| {
        let mut types = kind.resource_type.iter();
        types.any(|known| known.eq_ignore_ascii_case(&wanted))
    });
    let Some(kind) = found else {
        return Ok(None);
    };
    let table = &kind.table;
    if call.region.resources.existing(table).is_none() {
        return Ok(None);
    }
    let ids = first_names(
        call,
        &["ResourceId", "ResourceIds", "ResourceNames", "resource_ids"],
    );
    if action == TagAction::List {
        return list(call, kind, &ids).map(Some);
    }
    for id in &ids {
        if call.region.resources.get(table, id).is_none() {
            return Err(not_found(call.operation, kind, id));
        }
    }
    let tags = sent(call);
    let removed = first_names(call, &["TagKey", "TagKeys", "tag_keys"]);
    let all = call.flag("All") || call.flag("all");
    for id in &ids {
        let Some(record) = call.region.resources.table(table).get_mut(id) else {
            continue;
        };
        if action == TagAction::Tag {
            put(record, tags.clone());
        } else {
            let mut kept = tags_of(record.get(TAGS));
            // `RemoveTags` names tags instead of keys.
            let is_removed = |key: &String| {
                all && removed.is_empty()
                    || removed.contains(key)
                    || tags.iter().any(|(other, _)| other == key)
            };
            kept.retain(|(key, _)| !is_removed(key));
            write(record, kept);
        }
    }
    let scope = call.caller.page_scope(call.region_id);
    let (service, operation) = (call.service, call.operation);
    synthetic::response(service, operation, call.parameters, &scope, call.pages).map(Some)
}

fn list(call: &Call<'_>, kind: &Kind, ids: &[String]) -> Result<Value, ApiError> {
    let wanted = sent(call);
    let kind_name = kind.resource_type.first();
    let mut items = Vec::new();
    for record in call
        .region
        .resources
        .existing(&kind.table)
        .into_iter()
        .flat_map(|table| table.values())
    {
        let key = key_of(kind, record).unwrap_or_default();
        if !ids.is_empty() && !ids.contains(&key) {
            continue;
        }
        for (tag, value) in tags_of(record.get(TAGS)) {
            let is_wanted = |(k, v): &(String, String)| *k == tag && (v.is_empty() || *v == value);
            if wanted.is_empty() || wanted.iter().any(is_wanted) {
                items.push(json!({
                    "ResourceId": key, "ResourceName": key, "ResourceType": kind_name, "TagKey": tag, "TagValue": value,
                    "resource_id": key, "resource_type": kind_name, "tag_key": tag,
                    "tag_value": value, "Key": tag, "Value": value,
                }));
            }
        }
    }
    let scope = call.caller.page_scope(call.region_id);
    let (service, operation) = (call.service, call.operation);
    let (given, pages) = (call.parameters, call.pages);
    synthetic::response_with(service, operation, given, &scope, pages, Some(items))
}

fn first_text(call: &Call<'_>, names: &[&str]) -> String {
    let mut texts = names.iter().filter_map(|name| call.text(name));
    texts.next().unwrap_or_default().to_owned()
}

fn first_names(call: &Call<'_>, names: &[&str]) -> Vec<String> {
    let mut lists = names.iter().map(|name| call.names(name));
    lists.find(|list| !list.is_empty()).unwrap_or_default()
}
