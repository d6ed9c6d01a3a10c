//! Resources that a seed adds or changes, in place of operations.

use super::files;
use super::model::{Kind, Model};
use super::states;
use crate::region::Region;
use crate::store::Store;
use crate::store::record::{self, Record};
use alibabacloud_spec::did_you_mean;
use serde_json::Value;

/// Sets fields of a resource, which is added if it does not exist. It stays in its state.
///
/// # Errors
///
/// Fails when there is no such kind of resources.
pub(crate) fn put(
    store: &mut Store<Region>,
    account: &str,
    region_id: &str,
    kind: &str,
    id: &str,
    fields: &Record,
) -> Result<(), String> {
    let (model, known) = find(kind)?;
    let tables = &mut store.region(account, model.region(region_id)).resources;
    let mut record = tables.get(&known.table, id).cloned().unwrap_or_else(|| {
        let mut record = Record::new();
        record.insert("RegionId".to_owned(), Value::from(region_id));
        record
    });
    for (field, part) in known.id.iter().zip(id.split('/')) {
        record::set(&mut record, field, Value::from(part));
    }
    for (path, value) in fields {
        record::set(&mut record, path, value.clone());
    }
    states::stop(&mut record);
    tables.put(&known.table, id, record);
    store.changes.add();
    Ok(())
}

/// Returns the kind of this name, with its product in front: `ecs/Disk`.
fn find(name: &str) -> Result<(&'static Model, &'static Kind), String> {
    let mut names = Vec::new();
    for product in files::products() {
        let Some(model) = files::model(product).transpose()? else {
            continue;
        };
        if let Some(kind) = model.resources.values().find(|kind| kind.table == name) {
            return Ok((model, kind));
        }
        names.extend(model.resources.values().map(|kind| kind.table.as_str()));
    }
    let hint = did_you_mean(name, names.iter().copied());
    let hint = hint.unwrap_or_else(|| match names.is_empty() {
        true => "this build has no service with resources".to_owned(),
        false => format!("expected one of {}", names.join(", ")),
    });
    Err(format!("there is no kind {name} of resources; {hint}"))
}
