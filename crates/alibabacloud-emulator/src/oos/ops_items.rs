//! OpsItems: issues to investigate.

use crate::api_error::ApiError;
use crate::call::{Call, CallResult, Handlers};
use crate::store::record::{Record, object};
use alibabacloud_spec::values;
use serde_json::{Value, json};

pub(super) const HANDLERS: Handlers = &[
    ("CreateOpsItem", create),
    ("DeleteOpsItems", delete),
    ("GetOpsItem", get),
    ("ListOpsItems", list),
    ("UpdateOpsItem", update),
];

const OPS_ITEMS: &str = "ops-items";

const FIELDS: [&str; 10] = [
    "Title",
    "Description",
    "ResourceGroupId",
    "Severity",
    "Source",
    "Category",
    "Priority",
    "Solutions",
    "DedupString",
    "Resources",
];

fn create(call: &mut Call<'_>) -> CallResult {
    let id = call.ids.resource("oi");
    let mut record = call.record(&FIELDS);
    record.extend(object(json!({
        "OpsItemId": id,
        "Status": "Open",
        "Tags": call.object("Tags")?,
        "Attributes": {},
        "CreatedBy": call.caller.name,
        "CreateBy": call.caller.name,
        "LastModifiedBy": call.caller.name,
        "CreateDate": call.stamp(),
        "UpdateDate": call.stamp(),
    })));
    call.region.resources.put(OPS_ITEMS, &id, record.clone());
    Ok(json!({"OpsItem": record}))
}

fn owned(call: &Call<'_>, id: &str) -> Result<Record, ApiError> {
    let found = call.region.resources.get(OPS_ITEMS, id).cloned();
    found.ok_or_else(|| ApiError::not_found("OpsItem", id))
}

fn update(call: &mut Call<'_>) -> CallResult {
    let id = call.required("OpsItemId")?;
    let mut record = owned(call, &id)?;
    call.copy_into(&mut record, &FIELDS);
    call.copy_into(&mut record, &["Status"]);
    if call.parameters.contains_key("Tags") {
        record.insert("Tags".to_owned(), Value::Object(call.object("Tags")?));
    }
    record.insert(
        "LastModifiedBy".to_owned(),
        Value::from(call.caller.name.as_str()),
    );
    record.insert("UpdateDate".to_owned(), Value::from(call.stamp()));
    call.region.resources.put(OPS_ITEMS, &id, record.clone());
    Ok(json!({"OpsItem": record}))
}

fn get(call: &mut Call<'_>) -> CallResult {
    let record = owned(call, &call.required("OpsItemId")?)?;
    Ok(json!({"OpsItem": record}))
}

fn delete(call: &mut Call<'_>) -> CallResult {
    let ids = call.names("OpsItemIds");
    if ids.is_empty() {
        return Err(ApiError::missing("OpsItemIds"));
    }
    for id in &ids {
        owned(call, id)?;
    }
    for id in &ids {
        call.region.resources.table(OPS_ITEMS).remove(id);
    }
    Ok(json!({}))
}

fn list(call: &mut Call<'_>) -> CallResult {
    let filters = call.json("Filter");
    let filters = filters.as_ref().and_then(Value::as_array);
    call.list_if(OPS_ITEMS, &[], |_, record| {
        let mut filters = filters.into_iter().flatten();
        filters.all(|filter| passes(record, filter))
    })
}

/// Returns whether the field that a filter names has one of its values; for the operator
/// `NotEqual`, none of them.
fn passes(record: &Record, filter: &Value) -> bool {
    let text = |name: &str| filter.get(name).map(values::text).unwrap_or_default();
    let actual = record
        .get(&text("Name"))
        .map(values::text)
        .unwrap_or_default();
    let wanted = filter.get("Value").and_then(Value::as_array);
    let listed = wanted
        .into_iter()
        .flatten()
        .any(|one| values::text(one) == actual);
    listed != (text("Operator") == "NotEqual")
}
