//! What all operations on resources have in common: the values of a new resource, and the ones that
//! exist.

use super::errors::not_found;
use super::model::{Fields, Kind, Model};
use super::related::{key_of, kind_of, parent_ids};
use super::scope::Values;
use super::tags;
use super::template;
use crate::api_error::ApiError;
use crate::call::Call;
use crate::store::record::{self, Record};
use crate::synthetic;
use alibabacloud_spec::{Kind as Type, ParameterPlace};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Parameters of an operation that no resource keeps.
const NOT_KEPT: [&str; 6] = [
    "DryRun",
    "OwnerAccount",
    "OwnerId",
    "RegionId",
    "ResourceOwnerAccount",
    "ResourceOwnerId",
];
/// Parameters that hold tags, unless they are a text, such as the tag of an image.
const TAGS: [&str; 2] = ["Tag", "Tags"];

/// An operation on the resources of a service.
pub(super) struct Engine<'a, 'c, 'd> {
    pub(super) model: &'a Model,
    pub(super) call: &'c mut Call<'d>,
}

/// What a resource is created for.
#[derive(Clone, Copy, Default)]
pub(super) struct CreatedFor<'a> {
    /// The item of a list parameter.
    pub(super) item: Option<&'a Value>,
    /// The resource that is created together with it.
    pub(super) creator: Option<&'a Record>,
}

impl<'a> Engine<'a, '_, '_> {
    /// Returns a record with the parameters of the call that a resource keeps.
    pub(super) fn sent(&self) -> Record {
        let mut record = Record::new();
        record.insert("RegionId".to_owned(), Value::from(self.call.region_id));
        for (name, value) in sent(self.call) {
            record::set(&mut record, name, value.clone());
        }
        let tags = tags::sent(self.call);
        if !tags.is_empty() {
            tags::put(&mut record, tags);
        }
        record
    }

    /// Sets the ID and the fields of a new resource that follow from templates. Those of the
    /// operation come before those of the kind.
    pub(super) fn fill(
        &self,
        kind: &'a Kind,
        record: &mut Record,
        fields: &'a Fields,
        created_for: CreatedFor<'_>,
    ) {
        let evaluate =
            |record: &Record, value: &Value| self.evaluate(kind, record, value, created_for, None);
        if let (Some(template), Some(id)) = (&kind.new_id, kind.id.last()) {
            let id_of = Value::from(template.as_str());
            template::apply(record, [(id, &id_of)], evaluate);
        }
        template::apply(record, fields, evaluate);
        let of_kind = kind.fields.iter();
        let others = of_kind.filter(|(path, _)| !fields.contains_key(*path));
        template::apply(record, others, evaluate);
    }

    /// Evaluates a template for a resource.
    pub(super) fn evaluate(
        &self,
        kind: &Kind,
        record: &Record,
        value: &Value,
        created_for: CreatedFor<'_>,
        previous: Option<&Value>,
    ) -> Option<Value> {
        let values = Values {
            model: self.model,
            kind,
            call: self.call,
            record,
            item: created_for.item,
            creator: created_for.creator,
            previous,
        };
        template::evaluate(value, &values)
    }

    /// Checks that the resources that one belongs to exist, as far as the caller has created any
    /// of their kind.
    pub(super) fn check_parents(&self, kind: &Kind, record: &Record) -> Result<(), ApiError> {
        let (operation, resources) = (self.call.operation, &self.call.region.resources);
        for (field, parent) in &kind.parents {
            let table = self.model.table(&parent.kind);
            let Some(parents) = resources.existing(&table).filter(|_| parent.required) else {
                continue;
            };
            for id in parent_ids(record, field, parent) {
                if let (false, Some((_, kind))) = (parents.contains_key(&id), kind_of(&table)) {
                    return Err(not_found(operation, kind, &id));
                }
            }
        }
        Ok(())
    }

    /// Adds a resource; the first one of a kind together with those that exist from the start.
    pub(super) fn put(&mut self, kind: &'a Kind, key: &str, record: Record) {
        self.materialize(kind);
        self.call.region.resources.put(&kind.table, key, record);
    }

    /// Stores the resources of a kind that exist from the start, if that has not been done.
    pub(super) fn materialize(&mut self, kind: &'a Kind) {
        if self.call.region.resources.existing(&kind.table).is_none() {
            for (key, record) in self.initial(kind) {
                self.call.region.resources.put(&kind.table, &key, record);
            }
            // A kind without resources exists as well.
            self.call.region.resources.table(&kind.table);
        }
    }

    /// Returns whether the caller has created a resource of a kind, or of one that it belongs to.
    /// Only then the resources of the kind are exactly those of the store.
    pub(super) fn is_known(&self, kind: &Kind) -> bool {
        let is_stored = |table: &str| self.call.region.resources.existing(table).is_some();
        let mut parents = kind.parents.values();
        is_stored(&kind.table) || parents.any(|parent| is_stored(&self.model.table(&parent.kind)))
    }

    /// Returns the resources of a kind that exist from the start.
    pub(super) fn initial(&self, kind: &'a Kind) -> Vec<(String, Record)> {
        let record = |fields: &'a Fields| {
            let mut record = Record::new();
            record.insert("RegionId".to_owned(), Value::from(self.call.region_id));
            let evaluate = |record: &Record, value: &Value| {
                self.evaluate(kind, record, value, CreatedFor::default(), None)
            };
            template::apply(&mut record, fields, evaluate);
            Some((key_of(kind, &record)?, record))
        };
        kind.initial.iter().filter_map(record).collect()
    }

    /// Returns the resources of a kind.
    pub(super) fn existing(&self, kind: &'a Kind) -> Vec<(String, Record)> {
        match self.call.region.resources.existing(&kind.table) {
            Some(table) => {
                let records = table.iter();
                records
                    .map(|(key, record)| (key.clone(), record.to_record()))
                    .collect()
            }
            None => self.initial(kind),
        }
    }
}

/// Returns the parameters of a call that a resource keeps.
pub(super) fn sent<'a>(call: &Call<'a>) -> Vec<(&'a str, &'a Value)> {
    let mut sent = Vec::new();
    for parameter in &call.operation.parameters {
        let Some(value) = call.parameters.get(&parameter.name) else {
            continue;
        };
        match (parameter.place, value) {
            _ if parameter.schema.sensitive || !is_kept(call, &parameter.name) => {}
            (ParameterPlace::Header, _) => {}
            (ParameterPlace::Body, Value::Object(fields)) => {
                let known = call.service.resolve(&parameter.schema).kind.properties();
                let is_secret = |name: &str| {
                    let property = known.and_then(|known| known.get(name));
                    property.is_some_and(|property| property.schema.sensitive)
                };
                let fields = fields.iter().map(|(name, value)| (name.as_str(), value));
                sent.extend(fields.filter(|(name, _)| is_kept(call, name) && !is_secret(name)));
            }
            _ => sent.push((parameter.name.as_str(), value)),
        }
    }
    sent
}

/// Returns whether a resource keeps the parameter of this name.
pub(super) fn is_kept(call: &Call<'_>, name: &str) -> bool {
    let is_text = || {
        let parameter = call.operation.parameter(name);
        parameter.is_some_and(|parameter| parameter.schema.kind == Type::String)
    };
    let holds_tags = TAGS.contains(&name) && !is_text();
    let is_token = call.operation.idempotency.as_deref() == Some(name);
    !(NOT_KEPT.contains(&name) || holds_tags || is_token)
}

/// Returns the keys of the resources that a call names, each once; `None` if it names none.
pub(super) fn keys(call: &Call<'_>, kind: &Kind, parameter: Option<&str>) -> Option<Vec<String>> {
    let names = |name: &str| {
        let mut names = call.names(name);
        if let [single] = names.as_slice() {
            let single = single.split(',').map(|part| part.trim().to_owned());
            names = single.filter(|part| !part.is_empty()).collect();
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Some(names).filter(|names| !names.is_empty())
    };
    match (parameter, kind.id.as_slice()) {
        (Some(parameter), _) => names(parameter),
        (None, [id]) => names(id),
        (None, ids) => {
            let part = |id: &String| call.text(id).map(str::to_owned);
            let parts: Option<Vec<String>> = ids.iter().map(part).collect();
            parts.map(|parts| vec![parts.join("/")])
        }
    }
}

/// Returns the items of a list parameter.
pub(super) fn list(call: &Call<'_>, parameter: &str) -> Vec<Value> {
    match call.json(parameter) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Returns the state of a resource.
pub(super) fn state_of<'a>(kind: &Kind, record: &'a Record) -> Option<&'a Value> {
    record::at(record, kind.state.as_deref()?)
}

/// Returns the synthetic response to a call that repeats the given values; a list has these items.
pub(super) fn synthetic_body(
    call: &Call<'_>,
    given: &Map<String, Value>,
    items: Option<Vec<Value>>,
) -> Result<Value, ApiError> {
    let scope = call.caller.page_scope(call.region_id);
    let (service, operation) = (call.service, call.operation);
    synthetic::response_with(service, operation, given, &scope, call.pages, items)
}
