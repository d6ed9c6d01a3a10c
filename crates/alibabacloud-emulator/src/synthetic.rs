//! Synthetic responses, for operations that keep no state: generated from the schema, and the same
//! every time.

use crate::api_error::ApiError;
use crate::ids;
use crate::paging::{self, PageShape};
use crate::timestamp;
use crate::values;
use alibabacloud_spec::{Kind, Operation, Pagination, ParameterPlace, Response, Schema, Service};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Total items of a paged operation.
const PAGED_ITEMS: usize = 5;
/// Items of a list inside a response.
const NESTED_ITEMS: usize = 2;
/// How deep recursive types are followed.
const MAX_DEPTH: usize = 24;
/// 2026-01-02T03:04:05Z in milliseconds; synthetic dates are later.
const FIRST_DATE: u64 = 1_767_323_045_000;

/// Returns the body of a successful response, without its request ID.
///
/// A field with the name of a parameter, or of a field of the request body, repeats its value, so
/// that a created resource matches the request.
pub(crate) fn response(
    service: &Service,
    operation: &Operation,
    parameters: &Map<String, Value>,
    scope: &str,
    pages: Option<PageShape>,
) -> Result<Value, ApiError> {
    let generator = Generator {
        service,
        given: request_values(operation, parameters),
    };
    let (Response::Json(schema) | Response::Events(schema)) = &operation.response else {
        let text = format!("{} of {}", operation.name, service.title);
        return Ok(Value::from(text));
    };
    let seed = ids::hash(&[&service.code, &operation.name]);
    let mut body = generator.value(schema, "", seed, 0);
    let Value::Object(object) = &mut body else {
        return Ok(body);
    };
    if operation.pagination.is_some() {
        let items = paged_items(&generator, operation, schema, seed);
        let page = paging::page(operation, parameters, scope, pages, items)?;
        remove_token(object, operation);
        merge(object, page);
    }
    if let Some(field) = &operation.success_field {
        paging::put(object, field, Value::Bool(true));
    }
    Ok(body)
}

/// Returns the values that fields of the response can repeat.
fn request_values<'a>(
    operation: &Operation,
    parameters: &'a Map<String, Value>,
) -> HashMap<&'a str, &'a Value> {
    let bodies = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == ParameterPlace::Body);
    let bodies = bodies.filter_map(|body| parameters.get(&body.name)?.as_object());
    let all = bodies.flatten().chain(parameters);
    all.map(|(name, value)| (name.as_str(), value)).collect()
}

fn remove_token(object: &mut Map<String, Value>, operation: &Operation) {
    if let Some(Pagination::Token { output, .. }) = &operation.pagination {
        let mut at = object;
        let mut names = output.split('.').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                at.remove(name);
                return;
            }
            match at.get_mut(name) {
                Some(Value::Object(inner)) => at = inner,
                _ => return,
            }
        }
    }
}

fn merge(object: &mut Map<String, Value>, page: Map<String, Value>) {
    for (name, value) in page {
        match (object.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => {
                object.insert(name, value);
            }
        }
    }
}

fn paged_items(
    generator: &Generator<'_>,
    operation: &Operation,
    schema: &Schema,
    seed: u64,
) -> Vec<Value> {
    let path = match &operation.pagination {
        Some(Pagination::Token { items, .. } | Pagination::PageNumber { items, .. }) => items,
        None => return Vec::new(),
    };
    let Ok(list) = generator.service.walk(schema, path) else {
        return Vec::new();
    };
    match &generator.service.resolve(list).kind {
        Kind::Array(item) => (0..PAGED_ITEMS)
            .map(|index| generator.value(item, "", ids::mix(seed ^ index as u64), 1))
            .collect(),
        _ => Vec::new(),
    }
}

struct Generator<'a> {
    service: &'a Service,
    given: HashMap<&'a str, &'a Value>,
}

impl Generator<'_> {
    fn value(&self, schema: &Schema, name: &str, seed: u64, depth: usize) -> Value {
        let schema = self.service.resolve(schema);
        if depth > MAX_DEPTH {
            return empty(&schema.kind);
        }
        match &schema.kind {
            Kind::Object(properties) => properties
                .iter()
                .map(|(field, property)| {
                    let seed = ids::hash(&[&seed.to_string(), field]);
                    let value = self
                        .echo(field, &property.schema)
                        .unwrap_or_else(|| self.value(&property.schema, field, seed, depth + 1));
                    (field.clone(), value)
                })
                .collect::<Map<_, _>>()
                .into(),
            Kind::Array(item) => (0..nested_items(schema, depth))
                .map(|index| self.value(item, name, ids::mix(seed ^ index), depth + 1))
                .collect(),
            Kind::Map(item) => {
                let value = self.value(item, name, seed, depth + 1);
                Value::Object(Map::from_iter([("key".to_owned(), value)]))
            }
            _ => scalar(schema, name, seed),
        }
    }

    /// Returns the value of this name in the request, if it has the type of the field.
    fn echo(&self, field: &str, schema: &Schema) -> Option<Value> {
        let given = *self.given.get(field)?;
        let schema = self.service.resolve(schema);
        if matches!(schema.kind, Kind::Any) {
            return None;
        }
        let fitted = values::fit(self.service, schema, given.clone())?;
        values::check(self.service, schema, &fitted).ok()?;
        Some(fitted)
    }
}

/// Returns the length of a list. Deep lists are short, so that deep types do not make huge
/// responses.
fn nested_items(schema: &Schema, depth: usize) -> u64 {
    let default = if depth > 6 { 1 } else { NESTED_ITEMS as u64 };
    let least = schema.min_items.unwrap_or(0);
    let most = schema.max_items.unwrap_or(u64::MAX);
    default.clamp(least.min(most), most).min(100)
}

fn empty(kind: &Kind) -> Value {
    match kind {
        Kind::Object(_) | Kind::Map(_) => Value::Object(Map::new()),
        Kind::Array(_) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

fn scalar(schema: &Schema, name: &str, seed: u64) -> Value {
    match &schema.kind {
        Kind::Enum(known) => {
            let at = usize::try_from(seed)
                .unwrap_or_default()
                .checked_rem(known.len());
            let value = at
                .and_then(|at| known.get(at))
                .map(|one| one.value.as_str());
            Value::from(value.unwrap_or_default())
        }
        Kind::Int32 | Kind::Int64 => Value::from(integer(schema, name, seed)),
        Kind::Number => Value::from(integer(schema, name, seed) as f64 + 0.5),
        Kind::Boolean => Value::Bool(name.eq_ignore_ascii_case("Success") || seed & 1 == 0),
        Kind::JsonText => Value::from("{}"),
        // Clients of statically typed languages declare an object.
        Kind::Any => schema
            .example
            .clone()
            .unwrap_or_else(|| Value::Object(Map::new())),
        Kind::DateTime => Value::from(timestamp::format(FIRST_DATE + seed % 100_000 * 1000)),
        _ => Value::from(text(schema, name, seed)),
    }
}

fn integer(schema: &Schema, name: &str, seed: u64) -> i64 {
    if name.eq_ignore_ascii_case("Code") {
        return 200;
    }
    let least = schema.minimum.unwrap_or(0);
    let most = schema.maximum.unwrap_or(i64::from(i32::MAX)).max(least);
    let span = most.abs_diff(least).saturating_add(1);
    let offset = i64::try_from(seed % span.min(100)).unwrap_or_default();
    least.saturating_add(offset)
}

fn text(schema: &Schema, name: &str, seed: u64) -> String {
    // Old clients of the RPC style treat any other code as an error.
    if name.eq_ignore_ascii_case("Code") {
        return "200".to_owned();
    }
    let text = match &schema.example {
        Some(Value::String(example)) if !example.is_empty() => example.clone(),
        _ if name.is_empty() => format!("value-{:04x}", seed & 0xffff),
        _ => format!("{}-{:04x}", name.to_lowercase(), seed & 0xffff),
    };
    let least = usize::try_from(schema.min_length.unwrap_or(0))
        .unwrap_or(usize::MAX)
        .min(4096);
    let most = usize::try_from(schema.max_length.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let missing = least.saturating_sub(text.chars().count());
    let padded = text.chars().chain(std::iter::repeat_n('x', missing));
    padded.take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_json_is_its_example_or_an_object() {
        let mut any = Schema::default();
        assert_eq!(scalar(&any, "Values", 1), serde_json::json!({}));
        any.example = Some(serde_json::json!([1]));
        assert_eq!(scalar(&any, "Values", 1), serde_json::json!([1]));
    }

    #[test]
    fn texts_and_integers_respect_limits() {
        let long = Schema {
            min_length: Some(20),
            ..Schema::default()
        };
        assert_eq!(text(&long, "Name", 1).chars().count(), 20);
        let short = Schema {
            max_length: Some(3),
            ..Schema::default()
        };
        assert_eq!(text(&short, "Name", 1), "nam");
        let odd = Schema {
            minimum: Some(i64::MIN),
            maximum: Some(i64::MAX),
            ..Schema::default()
        };
        assert!(integer(&odd, "Count", u64::MAX) < 0);
        let narrow = Schema {
            minimum: Some(10),
            maximum: Some(12),
            ..Schema::default()
        };
        assert!((0..100).all(|seed| (10..=12).contains(&integer(&narrow, "Count", seed))));
    }
}
