//! Operations that read resources.

use super::engine::{CreatedFor, Engine, is_kept, keys, synthetic_body};
use super::errors::not_found;
use super::model::{Action, Kind, Read};
use super::related::key_of;
use super::tags;
use super::template;
use crate::api_error::ApiError;
use crate::call::tags_of;
use crate::ids;
use crate::paging;
use crate::store::record::{self, Record, SEQUENCE};
use crate::synthetic;
use alibabacloud_spec::{Kind as Type, Pagination, Schema, values};
use serde_json::Value;

impl<'a> Engine<'a, '_, '_> {
    /// Executes an operation that reads resources. `None` if the response is synthetic.
    ///
    /// # Errors
    ///
    /// Returns the error of the service, such as that of an unknown ID.
    pub(super) fn read(&self, actions: &[Action]) -> Result<Option<Value>, ApiError> {
        let name = self.call.operation.name.as_str();
        let reads = actions.iter().filter_map(|action| {
            let kind = self.model.kind(action.kind)?;
            Some((kind, kind.read.get(name)?))
        });
        // The body of a list is made as a whole; resources are put into it.
        let (lists, single): (Vec<_>, Vec<_>) = reads.partition(|(_, read)| read.item.is_none());
        let is_known = |(kind, _): &(&Kind, &Read)| self.is_known(kind);
        let are_lists_known = lists.iter().any(is_known);
        let mut body: Option<Value> = None;
        for (kind, read) in lists {
            if are_lists_known || !kind.initial.is_empty() {
                body = self.read_list(kind, read, body)?;
            }
        }
        for (kind, read) in single {
            if let Some((path, item)) = self.read_one(kind, read)? {
                body = Some(self.with_item(body, path, item)?);
            }
        }
        Ok(body)
    }

    /// Puts a resource into a body, which is synthetic without one.
    fn with_item(
        &self,
        body: Option<Value>,
        path: &str,
        mut item: Value,
    ) -> Result<Value, ApiError> {
        let mut body = match (body, path) {
            (None, "") => {
                if let Value::Object(item) = &mut item {
                    synthetic::mark_success(self.call.operation, item);
                }
                return Ok(item);
            }
            (None, _) => synthetic_body(self.call, self.call.parameters, None)?,
            (Some(body), _) => body,
        };
        match (&mut body, item) {
            (Value::Object(fields), Value::Object(item)) if path.is_empty() => {
                // Lists that the body has are not fields of the resource.
                let others = item.into_iter().filter(|(_, value)| !is_list(value));
                fields.extend(others);
            }
            (Value::Object(fields), item) => record::set(fields, path, item),
            _ => {}
        }
        Ok(body)
    }

    /// Returns the resource that a call reads, and its path in the response.
    fn read_one(
        &self,
        kind: &'a Kind,
        read: &'a Read,
    ) -> Result<Option<(&'a str, Value)>, ApiError> {
        let mut records = self.existing(kind);
        let call = &*self.call;
        let (Some(schema), Some(path)) = (call.operation.response.schema(), &read.item) else {
            return Ok(None);
        };
        let keys = keys(call, kind, read.ids.as_deref());
        match &keys {
            Some(keys) => records.retain(|(key, _)| keys.contains(key)),
            None => records.retain(|(_, record)| self.selects(kind, read, record, record)),
        }
        records.retain(|(_, record)| self.fits(kind, read, record));
        let Some((_, record)) = records.into_iter().next() else {
            let key = keys.and_then(|keys| keys.into_iter().next());
            return match (self.is_known(kind), key) {
                (true, Some(key)) => Err(not_found(call.operation, kind, &key)),
                _ => Ok(None),
            };
        };
        let schema = match path.as_str() {
            "" => schema,
            path => call.service.walk(schema, path).unwrap_or(schema),
        };
        Ok(Some((path, self.item(kind, read, record, schema))))
    }

    fn read_list(
        &self,
        kind: &'a Kind,
        read: &'a Read,
        earlier: Option<Value>,
    ) -> Result<Option<Value>, ApiError> {
        let mut records = self.existing(kind);
        let call = &*self.call;
        self.check_parents(kind, &self.required())?;
        let paged = call.operation.pagination.as_ref().map(|pages| match pages {
            Pagination::Token { items, .. } | Pagination::PageNumber { items, .. } => items,
        });
        let path = read.items.as_deref();
        let path = path.or(paged.map(String::as_str)).unwrap_or_default();
        let Some(schema) = call.operation.response.schema() else {
            return Ok(earlier);
        };
        let list = match path {
            "" => schema,
            path => call.service.walk(schema, path).unwrap_or(schema),
        };
        let Type::Array(item) = &call.service.resolve(list).kind else {
            return Ok(earlier);
        };
        if let Some(keys) = keys(call, kind, read.ids.as_deref()) {
            records.retain(|(key, _)| keys.contains(key));
        }
        let age = |record: &Record| record.get(SEQUENCE).and_then(Value::as_u64);
        records.sort_by_key(|(_, record)| std::cmp::Reverse(age(record)));
        let wanted = tags_of(tags::filter(call).as_ref());
        let mut items = Vec::new();
        for (_, record) in records {
            if !tags::has(&record, &wanted) || !self.fits(kind, read, &record) {
                continue;
            }
            let stored = record.clone();
            let item = self.item(kind, read, record, item);
            let shown = item.as_object();
            if shown.is_none_or(|shown| self.selects(kind, read, shown, &stored)) {
                items.push(item);
            }
        }
        if paged.is_some_and(|paged| paged == path) {
            return synthetic_body(call, call.parameters, Some(items)).map(Some);
        }
        let mut body = match earlier {
            Some(earlier) => earlier,
            None => synthetic_body(call, call.parameters, None)?,
        };
        match (path, &mut body) {
            ("", _) => body = Value::Array(items),
            (path, Value::Object(object)) => record::set(object, path, Value::Array(items)),
            _ => {}
        }
        Ok(Some(body))
    }

    /// Returns the required parameters of the call. If one holds the ID of a parent, that must
    /// exist.
    fn required(&self) -> Record {
        let parameters = self.call.operation.parameters.iter();
        let required = parameters.filter(|parameter| parameter.required);
        let values = required.filter_map(|parameter| {
            let value = self.call.parameters.get(&parameter.name)?;
            Some((parameter.name.clone(), value.clone()))
        });
        values.collect()
    }

    /// Returns whether a resource has the values of `where`.
    fn fits(&self, kind: &'a Kind, read: &'a Read, record: &Record) -> bool {
        read.condition.iter().all(|(path, template)| {
            let wanted = self.evaluate(kind, record, template, CreatedFor::default(), None);
            let actual = record::at(record, path).map(values::text);
            wanted.as_ref().map(values::text) == actual
        })
    }

    /// Returns a resource as an operation shows it.
    fn item(&self, kind: &'a Kind, read: &'a Read, mut record: Record, schema: &Schema) -> Value {
        for fields in [&kind.computed, &read.fields] {
            template::apply(&mut record, fields, |record, value| {
                self.evaluate(kind, record, value, CreatedFor::default(), None)
            });
        }
        if let Some(path) = &kind.tags {
            let tags = tags::shown(&record);
            record::set(&mut record, path, tags);
        }
        let key = key_of(kind, &record).unwrap_or_default();
        let seed = ids::hash(&[&kind.table, &key]);
        synthetic::complete(self.call.service, schema, &record, seed)
    }

    /// Returns whether a resource has the values of the parameters that select some.
    fn selects(&self, kind: &Kind, read: &Read, shown: &Record, stored: &Record) -> bool {
        let call = &*self.call;
        let of_page = paging::page_parameters(call.operation);
        // Resources have been selected by ID.
        let is_id = |name: &str| match (&read.ids, kind.id.as_slice()) {
            (Some(ids), _) => ids == name,
            (None, [id]) => id == name,
            (None, _) => false,
        };
        call.parameters.iter().all(|(name, wanted)| {
            let field = match read.filters.get(name) {
                Some(None) => return true,
                Some(Some(field)) => field.as_str(),
                None if is_id(name) || of_page.contains(&name.as_str()) || !is_kept(call, name) => {
                    return true;
                }
                None => name.as_str(),
            };
            let actual = record::at(shown, field).or_else(|| record::at(stored, field));
            match actual {
                Some(actual) => has_value(actual, wanted),
                None => !read.filters.contains_key(name),
            }
        })
    }
}

/// Returns whether a field has one of the wanted values. Texts can begin and end with `*`; the text
/// `all` fits all.
fn has_value(actual: &Value, wanted: &Value) -> bool {
    match (actual, wanted) {
        (_, Value::Array(wanted)) => {
            wanted.is_empty() || wanted.iter().any(|one| has_value(actual, one))
        }
        (Value::Array(items), _) => items.iter().any(|item| has_value(item, wanted)),
        (Value::Object(fields), _) if fields.len() == 1 => {
            fields.values().any(|field| has_value(field, wanted))
        }
        (Value::Object(_), _) => true,
        _ => {
            let (actual, wanted) = (values::text(actual), values::text(wanted));
            let inner = wanted.trim_matches('*');
            match (wanted.starts_with('*'), wanted.ends_with('*')) {
                _ if wanted.is_empty() || wanted.eq_ignore_ascii_case("all") => true,
                (true, true) => actual.contains(inner),
                (true, false) => actual.ends_with(inner),
                (false, true) => actual.starts_with(inner),
                (false, false) => actual.eq_ignore_ascii_case(&wanted),
            }
        }
    }
}

/// Returns whether a value is a list, or an object that only wraps one.
fn is_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(fields) => fields.len() == 1 && fields.values().all(Value::is_array),
        _ => false,
    }
}
