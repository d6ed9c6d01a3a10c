//! What a handler works with: the parameters of a call, and the state of its account in its region.

use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::ids::Ids;
use crate::nesting;
use crate::outcomes::Outcomes;
use crate::paging::{self, PageShape};
use crate::region::Region;
use crate::store::record::{Record, SEQUENCE, Stored, object};
use crate::timestamp::{self, Millis};
use crate::values;
use alibabacloud_spec::values::{boolean, integer, text};
use alibabacloud_spec::{Kind, Operation, ParameterPlace, Service};
use serde_json::{Map, Value, json};

/// A call of an operation that keeps state.
pub(crate) struct Call<'a> {
    pub(crate) service: &'a Service,
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: &'a Map<String, Value>,
    pub(crate) caller: &'a Caller,
    pub(crate) region_id: &'a str,
    pub(crate) region: &'a mut Region,
    pub(crate) ids: &'a Ids,
    pub(crate) outcomes: &'a mut Outcomes,
    pub(crate) now: Millis,
    /// The sizes of pages, if a fault changes them.
    pub(crate) pages: Option<PageShape>,
    /// The number of the operation among all that are served.
    pub(crate) number: usize,
    /// The items of the response, if it shows records as they are stored.
    pub(crate) items: Option<ItemsJson>,
}

/// The items of a list as JSON, in place of the empty list that the body of the response has.
#[derive(Debug)]
pub(crate) struct ItemsJson {
    /// Where the list is in the body.
    pub(crate) path: String,
    /// The JSON of the list.
    pub(crate) json: String,
}

/// Responses of calls with an idempotency token, by product, operation and token.
const TOKENS: &str = "client-tokens";

/// The body of a successful response, without request ID. The gateway removes fields that the
/// schema of the response does not have.
pub(crate) type CallResult = Result<Value, ApiError>;

/// The code of an operation that keeps state.
pub(crate) type Handler = fn(&mut Call<'_>) -> CallResult;

/// Operations with their code.
pub(crate) type Handlers = &'static [(&'static str, Handler)];

impl Call<'_> {
    /// Returns a parameter, or a field of one that is the body of the request.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        let of_body = || {
            let parameters = self.operation.parameters.iter();
            let mut bodies = parameters.filter(|one| one.place == ParameterPlace::Body);
            bodies.find_map(|body| self.parameters.get(&body.name)?.get(name))
        };
        self.parameters.get(name).or_else(of_body)
    }

    /// Returns a text parameter; `None` when it is empty or not sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let value = self.value(name)?.as_str()?;
        (!value.is_empty()).then_some(value)
    }

    /// Returns a text parameter that the service requires even where the specification does not.
    ///
    /// # Errors
    ///
    /// Fails when it is empty or not sent.
    pub(crate) fn required(&self, name: &str) -> Result<String, ApiError> {
        self.text(name)
            .map(str::to_owned)
            .ok_or_else(|| ApiError::missing(name))
    }

    /// Returns a boolean parameter; false when it is not sent.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(boolean).unwrap_or(false)
    }

    /// Returns an integer parameter.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        integer(self.value(name)?)
    }

    /// Returns a parameter that is JSON, or a text that holds JSON. Any other text is returned as
    /// text.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        match self.value(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => {
                Some(nesting::json(text).unwrap_or_else(|_| Value::from(text.as_str())))
            }
            value => Some(value.clone()),
        }
    }

    /// Returns a parameter that is a list of names, or a text that holds one as JSON. A single text
    /// is a list with one name.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        match self.json(name) {
            Some(Value::Array(items)) => items.iter().map(text).collect(),
            Some(Value::Object(entries)) => entries.values().map(text).collect(),
            Some(Value::Null) | None => Vec::new(),
            Some(single) => vec![text(&single)],
        }
    }

    /// Returns a parameter that is an object, or a text that holds one; empty when it is not sent.
    ///
    /// # Errors
    ///
    /// Fails when the parameter is anything else.
    pub(crate) fn object(&self, name: &str) -> Result<Map<String, Value>, ApiError> {
        match self.json(name) {
            Some(Value::Object(object)) => Ok(object),
            None | Some(Value::Null) => Ok(Map::new()),
            Some(_) => Err(ApiError::invalid(name, "a JSON object is expected")),
        }
    }

    /// Returns the current time as the services write it.
    pub(crate) fn stamp(&self) -> String {
        timestamp::format(self.now)
    }

    /// Returns a record with those of the named parameters that were sent.
    pub(crate) fn record(&self, names: &[&str]) -> Record {
        let mut record = Record::new();
        self.copy_into(&mut record, names);
        record
    }

    /// Copies those of the named parameters that were sent.
    pub(crate) fn copy_into(&self, record: &mut Record, names: &[&str]) {
        for name in names {
            if let Some(value) = self.parameters.get(*name) {
                record.insert((*name).to_owned(), value.clone());
            }
        }
    }

    /// Returns the response to an earlier call with the same idempotency token and parameters.
    ///
    /// # Errors
    ///
    /// Returns `IdempotentParameterMismatch` when the parameters differ.
    pub(crate) fn repeated(&self) -> Result<Option<Value>, ApiError> {
        let Some(key) = self.token_key() else {
            return Ok(None);
        };
        let Some(earlier) = self.region.resources.get(TOKENS, &key) else {
            return Ok(None);
        };
        if earlier.get("parameters") != Some(&Value::Object(self.parameters.clone())) {
            return Err(ApiError::new(
                400,
                "IdempotentParameterMismatch",
                "The client token was used for a call with other parameters.",
            ));
        }
        Ok(earlier.get("response").cloned())
    }

    /// Keeps the response for calls with the same idempotency token.
    pub(crate) fn remember(&mut self, response: &Value) {
        if let Some(key) = self.token_key() {
            let record = object(json!({"parameters": self.parameters, "response": response}));
            self.region.resources.put(TOKENS, &key, record);
        }
    }

    fn token_key(&self) -> Option<String> {
        let token = self.text(self.operation.idempotency.as_deref()?)?;
        let (product, operation) = (&self.service.code, &self.operation.name);
        Some(format!("{product}/{operation}/{token}"))
    }

    /// Returns the page that the call requests.
    pub(crate) fn page(&self, items: Vec<Value>) -> Result<Map<String, Value>, ApiError> {
        let scope = self.caller.page_scope(self.region_id);
        paging::page(self.operation, self.parameters, &scope, self.pages, items)
    }

    /// Returns a page of the resources of a kind that match the call.
    ///
    /// Every parameter in `filters` that was sent must equal the field of the same name, and all
    /// tags of `Tags` must be present. Resources are sorted by `SortField` and `SortOrder`, by
    /// default newest first.
    pub(crate) fn list(&mut self, kind: &str, filters: &[&str]) -> CallResult {
        self.list_if(kind, filters, |_, _| true)
    }

    /// Returns a page of those resources that [`Call::list`] selects and `is_wanted` accepts by
    /// name and record.
    pub(crate) fn list_if(
        &mut self,
        kind: &str,
        filters: &[&str],
        is_wanted: impl Fn(&str, &Record) -> bool,
    ) -> CallResult {
        let records = self.region.resources.existing(kind).into_iter().flatten();
        let mut records: Vec<&Stored> = records
            .filter(|(name, record)| is_wanted(name, record) && self.matches(record, filters))
            .map(|(_, record)| record)
            .collect();
        self.sort(&mut records, |record| record);
        let (body, items) = self.show(&records)?;
        self.items = items;
        Ok(body)
    }

    /// Returns a page of those of the given records that match the call, as [`Call::list`] does.
    pub(crate) fn list_of(&self, mut records: Vec<Record>, filters: &[&str]) -> CallResult {
        records.retain(|record| self.matches(record, filters));
        self.sort(&mut records, |record| record);
        let items = records.into_iter().map(Value::Object).collect();
        self.page(items).map(Value::Object)
    }

    /// Returns a page of records, which shows all fields that they have and the schema knows: its
    /// body with an empty list, and the items.
    ///
    /// # Errors
    ///
    /// Refuses a page token of another list.
    pub(crate) fn show(&self, records: &[&Stored]) -> Result<(Value, Option<ItemsJson>), ApiError> {
        let scope = self.caller.page_scope(self.region_id);
        let (operation, total) = (self.operation, records.len());
        let page = paging::cut(operation, self.parameters, &scope, self.pages, total)?;
        let mut fields = page.fields;
        let Some(path) = page.path else {
            return Ok((Value::Object(fields), None));
        };
        paging::put(&mut fields, path, Value::Array(Vec::new()));
        // Most pages are shorter.
        let mut json = String::with_capacity(4096);
        json.push('[');
        for record in records.get(page.items).unwrap_or_default() {
            let before = json.len();
            if before > 1 {
                json.push(',');
            }
            let start = json.len();
            record.show(self.number, &mut json, |json| {
                json.push_str(&self.item(path, record).unwrap_or_default());
            });
            if json.len() == start {
                json.truncate(before);
            }
        }
        json.push(']');
        let path = path.to_owned();
        Ok((Value::Object(fields), Some(ItemsJson { path, json })))
    }

    /// Returns the JSON of an item of the list at a path; `None` if the schema has no such list.
    fn item(&self, path: &str, record: &Record) -> Option<String> {
        let list = self.service.walk(self.operation.response.schema()?, path);
        let Kind::Array(item) = &self.service.resolve(list.ok()?).kind else {
            return None;
        };
        let shown = values::fit(self.service, item, Value::Object(record.clone()));
        Some(shown?.to_string())
    }

    fn matches(&self, record: &Record, filters: &[&str]) -> bool {
        let equal = |name: &&str| match self.parameters.get(*name) {
            None => true,
            Some(Value::String(text)) if text.is_empty() => true,
            Some(wanted) => record
                .get(*name)
                .is_some_and(|actual| text(actual) == text(wanted)),
        };
        filters.iter().all(equal) && self.has_tags(record)
    }

    fn has_tags(&self, record: &Record) -> bool {
        let wanted = tags_of(self.json("Tags").as_ref());
        let actual = tags_of(record.get("Tags"));
        wanted.iter().all(|(key, value)| {
            value.is_empty() && actual.iter().any(|(k, _)| k == key)
                || actual.contains(&(key.clone(), value.clone()))
        })
    }

    fn sort<T>(&self, records: &mut [T], record: impl Fn(&T) -> &Record) {
        let ascending = self.text("SortOrder") == Some("Ascending");
        let field = self.text("SortField").unwrap_or(SEQUENCE);
        let key = |one: &T| {
            let record = record(one);
            let sequence = record
                .get(SEQUENCE)
                .and_then(Value::as_u64)
                .unwrap_or_default();
            let field = record
                .get(field)
                .filter(|value| value.is_string())
                .map(text);
            (field, sequence)
        };
        records.sort_by_cached_key(key);
        if !ascending {
            records.reverse();
        }
    }
}

/// Reads tags in any of their forms: a map, a list of objects with `Key` and `Value` (or `TagKey`
/// and `TagValue`, or `key` and `value`), or a text that holds one of these.
pub(crate) fn tags_of(value: Option<&Value>) -> Vec<(String, String)> {
    match value {
        Some(Value::Object(map)) => map
            .iter()
            .map(|(key, value)| (key.clone(), text(value)))
            .collect(),
        Some(Value::Array(items)) => items.iter().filter_map(tag_of).collect(),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(parsed @ (Value::Object(_) | Value::Array(_))) => tags_of(Some(&parsed)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn tag_of(item: &Value) -> Option<(String, String)> {
    let field = |names: [&str; 3]| names.into_iter().find_map(|name| item.get(name));
    let key = field(["Key", "TagKey", "key"])?;
    let value = field(["Value", "TagValue", "value"]);
    Some((text(key), value.map(text).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tags_are_read_in_every_form() {
        let expected = vec![("a".to_owned(), "b".to_owned())];
        for form in [
            json!({"a": "b"}),
            json!([{"Key": "a", "Value": "b"}]),
            json!([{"TagKey": "a", "TagValue": "b"}]),
            json!("{\"a\":\"b\"}"),
        ] {
            assert_eq!(tags_of(Some(&form)), expected, "{form}");
        }
        assert!(tags_of(Some(&json!("none"))).is_empty());
    }
}
