//! Synthetic responses, for operations that keep no state: generated from the schema, and the same
//! every time.

use crate::api_error::ApiError;
use crate::ids;
use crate::paging::{self, PageShape};
use crate::timestamp;
use crate::values;
use alibabacloud_spec::{
    Kind, Operation, Pagination, ParameterPlace, Property, Response, Schema, Service,
};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::HashMap;

/// Total items of a paged operation.
const PAGED_ITEMS: usize = 5;
/// Maximum total items, whatever the limits of the total are.
const MAX_PAGED_ITEMS: usize = 1000;
/// Items of a list inside a response.
const NESTED_ITEMS: usize = 2;
/// How deep recursive types are followed.
const MAX_DEPTH: usize = 24;
/// Maximum values of a response. Types that contain each other can describe an enormous one.
const MAX_VALUES: usize = 20_000;
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
    response_with(service, operation, parameters, scope, pages, None)
}

/// Does the same as [`response`]; a paged operation lists these items instead of synthetic ones.
///
/// # Errors
///
/// Refuses a page token of another list.
pub(crate) fn response_with(
    service: &Service,
    operation: &Operation,
    parameters: &Map<String, Value>,
    scope: &str,
    pages: Option<PageShape>,
    items: Option<Vec<Value>>,
) -> Result<Value, ApiError> {
    let generator = Generator {
        service,
        given: request_values(operation, parameters),
        left: Cell::new(MAX_VALUES),
    };
    let (Response::Json(schema) | Response::Events(schema)) = &operation.response else {
        let text = format!("{} of {}", operation.name, service.title);
        return Ok(Value::from(text));
    };
    let seed = ids::hash(&[&service.code, &operation.name]);
    let mut body = generator.value(schema, "", Origin::of(seed), 0);
    let Value::Object(object) = &mut body else {
        return Ok(body);
    };
    if operation.pagination.is_some() {
        // A page must not depend on its parameters, so that pages are parts of one list.
        let mut generator = generator;
        for name in paging::page_parameters(operation) {
            generator.given.remove(name);
        }
        let items = items.unwrap_or_else(|| paged_items(&generator, operation, schema, seed));
        let page = paging::page(operation, parameters, scope, pages, items)?;
        remove_token(object, operation);
        merge(object, page);
    }
    mark_success(operation, object);
    Ok(body)
}

/// Sets the field of a response that says whether the operation succeeded, if it has one.
pub(crate) fn mark_success(operation: &Operation, response: &mut Map<String, Value>) {
    if let Some(field) = &operation.success_field {
        let success = match &operation.success_value {
            Some(value) => Value::String(value.clone()),
            None => Value::Bool(true),
        };
        paging::put(response, field, success);
    }
}

/// Returns an object of a type with the fields of a record. What the record does not have is made
/// up, the same for every call with this seed: scalars as in a synthetic response, except that
/// booleans are false and lists and maps are empty.
pub(crate) fn complete(
    service: &Service,
    schema: &Schema,
    record: &Map<String, Value>,
    seed: u64,
) -> Value {
    let generator = Generator {
        service,
        given: HashMap::new(),
        left: Cell::new(MAX_VALUES),
    };
    generator.completed(schema, "", Some(record), Origin::of(seed), 0)
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
        Kind::Array(item) => generator.items(
            item,
            "",
            seed,
            number_of_items(generator.service, operation, schema),
            1,
        ),
        _ => Vec::new(),
    }
}

/// Returns the number of items of a paged operation. One with two ways to page has more than the
/// page that comes without a parameter for pages, so that a client that reads only this page shows.
fn number_of_items(service: &Service, operation: &Operation, schema: &Schema) -> usize {
    let (number, total) = match &operation.pagination {
        Some(Pagination::Token {
            numbered: Some(_),
            total,
            ..
        }) => (paging::default_size(operation) + NESTED_ITEMS, total),
        Some(Pagination::Token { total, .. } | Pagination::PageNumber { total, .. }) => {
            (PAGED_ITEMS, total)
        }
        None => return PAGED_ITEMS,
    };
    let total = total.as_deref().unwrap_or("TotalCount");
    let Ok(total) = service.walk(schema, total) else {
        return number;
    };
    let limit = |limit: Option<i64>| limit.and_then(|limit| usize::try_from(limit).ok());
    let least = limit(total.minimum).unwrap_or(0).min(MAX_PAGED_ITEMS);
    number
        .max(least)
        .min(limit(total.maximum).unwrap_or(number.max(least)))
}

/// What a value is made from.
#[derive(Clone, Copy)]
struct Origin {
    seed: u64,
    /// The index of the list item that the value is, or is in; 0 outside of lists.
    number: usize,
    /// Whether the value is an item itself.
    is_item: bool,
}

impl Origin {
    fn of(seed: u64) -> Self {
        Self {
            seed,
            number: 0,
            is_item: false,
        }
    }
}

struct Generator<'a> {
    service: &'a Service,
    given: HashMap<&'a str, &'a Value>,
    /// How many values can still be made.
    left: Cell<usize>,
}

impl Generator<'_> {
    fn value(&self, schema: &Schema, name: &str, origin: Origin, depth: usize) -> Value {
        let schema = self.service.resolve(schema);
        let left = self.left.get();
        if depth > MAX_DEPTH || left == 0 {
            return empty(&schema.kind);
        }
        self.left.set(left - 1);
        match &schema.kind {
            Kind::Object(properties) => properties
                .iter()
                .take_while(|_| self.left.get() > 0)
                .map(|(field, property)| {
                    let origin = Origin {
                        seed: ids::hash(&[&origin.seed.to_string(), field]),
                        is_item: false,
                        ..origin
                    };
                    let value = self
                        .echo(field, &property.schema)
                        .unwrap_or_else(|| self.value(&property.schema, field, origin, depth + 1));
                    (field.clone(), value)
                })
                .collect::<Map<_, _>>()
                .into(),
            Kind::Array(item) => {
                let count = nested_items(schema, depth);
                Value::Array(self.items(item, name, origin.seed, count, depth + 1))
            }
            Kind::Map(item) => {
                let value = self.value(item, name, origin, depth + 1);
                Value::Object(Map::from_iter([("key".to_owned(), value)]))
            }
            _ => scalar(schema, name, origin),
        }
    }

    /// Returns a value with the fields of a record, as [`complete`] does.
    fn completed(
        &self,
        schema: &Schema,
        name: &str,
        record: Option<&Map<String, Value>>,
        origin: Origin,
        depth: usize,
    ) -> Value {
        let schema = self.service.resolve(schema);
        let properties = match &schema.kind {
            Kind::Object(properties) if depth <= MAX_DEPTH => properties,
            Kind::Boolean => return Value::Bool(false),
            Kind::Object(_) | Kind::Array(_) | Kind::Map(_) => return empty(&schema.kind),
            _ => return self.value(schema, name, origin, depth),
        };
        let field = |(field, property): (&String, &Property)| {
            let origin = Origin {
                seed: ids::hash(&[&origin.seed.to_string(), field]),
                ..origin
            };
            let stored = record.and_then(|record| record.get(field));
            let inner = self.service.resolve(&property.schema);
            let value = match (stored, &inner.kind) {
                (Some(Value::Object(object)), Kind::Object(_)) => {
                    self.completed(inner, field, Some(object), origin, depth + 1)
                }
                (Some(value), kind) => {
                    let fitted = values::fit(self.service, inner, wrapped(kind, value));
                    fitted.unwrap_or_else(|| self.completed(inner, field, None, origin, depth + 1))
                }
                (None, _) => self.completed(inner, field, None, origin, depth + 1),
            };
            (field.clone(), value)
        };
        properties.iter().map(field).collect::<Map<_, _>>().into()
    }

    /// Returns the items of a list, which differ as far as their type allows.
    fn items(
        &self,
        item: &Schema,
        name: &str,
        seed: u64,
        count: usize,
        depth: usize,
    ) -> Vec<Value> {
        let mut items: Vec<Value> = Vec::new();
        for number in 0..count {
            let origin = Origin {
                seed: ids::mix(seed ^ number as u64),
                number,
                is_item: true,
            };
            let mut value = self.value(item, name, origin, depth);
            if items.contains(&value) {
                self.tell_apart(item, &mut value, number);
            }
            items.push(value);
        }
        items
    }

    /// Numbers what an item without a name and an ID can be told apart by: its first text, else the
    /// first other value inside that can differ. Returns whether there is one.
    fn tell_apart(&self, schema: &Schema, value: &mut Value, number: usize) -> bool {
        let schema = self.service.resolve(schema);
        match (&schema.kind, value) {
            (Kind::Object(properties), Value::Object(object)) => {
                let is_text = |schema| self.service.resolve(schema).kind == Kind::String;
                let (texts, others): (Vec<_>, Vec<_>) = properties
                    .iter()
                    .partition(|(_, property)| is_text(&property.schema));
                texts.into_iter().chain(others).any(|(field, property)| {
                    let value = object.get_mut(field);
                    value.is_some_and(|value| self.tell_apart(&property.schema, value, number))
                })
            }
            (Kind::Map(inner), Value::Object(entries)) => entries
                .values_mut()
                .any(|value| self.tell_apart(inner, value, number)),
            (Kind::Array(inner), Value::Array(items)) => items
                .iter_mut()
                .any(|value| self.tell_apart(inner, value, number)),
            (Kind::String, Value::String(text)) => {
                *text = numbered(text, schema, number);
                true
            }
            (Kind::JsonText, Value::String(text)) => {
                *text = json!({ "Key": number }).to_string();
                true
            }
            (Kind::Any, Value::Object(object)) => {
                object.insert("Key".to_owned(), Value::from(number));
                true
            }
            (Kind::Int32 | Kind::Int64, value @ Value::Number(_)) => {
                let least = schema.minimum.unwrap_or(0);
                let integer = least.saturating_add(i64::try_from(number).unwrap_or_default());
                *value = Value::from(integer);
                schema.maximum.is_none_or(|most| integer <= most)
            }
            _ => false,
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
fn nested_items(schema: &Schema, depth: usize) -> usize {
    let default = if depth > 6 { 1 } else { NESTED_ITEMS };
    let least = schema.min_items.unwrap_or(0);
    let most = schema.max_items.unwrap_or(u64::MAX);
    let count = (default as u64).clamp(least.min(most), most).min(100);
    usize::try_from(count).unwrap_or(default)
}

/// Wraps a list for a type whose only field is a list, which is how responses of the RPC style have
/// them.
fn wrapped(kind: &Kind, value: &Value) -> Value {
    let only = match kind {
        Kind::Object(properties) if properties.len() == 1 => properties.keys().next(),
        _ => None,
    };
    match (kind, only, value) {
        (_, _, Value::Object(_)) | (_, Some(_), Value::Null) => value.clone(),
        (Kind::Array(_), _, Value::Array(_)) => value.clone(),
        (Kind::Array(_), _, single) => json!([single]),
        (_, Some(name), list @ Value::Array(_)) => json!({ name.as_str(): list }),
        (_, Some(name), single) => json!({ name.as_str(): [single] }),
        _ => value.clone(),
    }
}

fn empty(kind: &Kind) -> Value {
    match kind {
        Kind::Object(_) | Kind::Map(_) => Value::Object(Map::new()),
        Kind::Array(_) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

fn scalar(schema: &Schema, name: &str, origin: Origin) -> Value {
    let seed = origin.seed;
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
        Kind::JsonText => Value::from(json_text(schema, name, seed)),
        // Clients of statically typed languages declare an object.
        Kind::Any => schema
            .example
            .clone()
            .unwrap_or_else(|| Value::Object(Map::new())),
        Kind::DateTime => Value::from(timestamp::format(FIRST_DATE + seed % 100_000 * 1000)),
        _ => Value::from(text(schema, name, origin)),
    }
}

/// Returns a JSON text: the example, else an object with a value made from the name.
fn json_text(schema: &Schema, name: &str, seed: u64) -> String {
    let is_tree = |value: &Value| match value {
        Value::Object(object) => !object.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    let example = match &schema.example {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        other => other.clone(),
    };
    example.filter(is_tree).map_or_else(
        || json!({"Key": format!("{}-{:04x}", name.to_lowercase(), seed & 0xffff)}).to_string(),
        |example| example.to_string(),
    )
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

fn text(schema: &Schema, name: &str, origin: Origin) -> String {
    // Old clients of the RPC style treat any other code as an error.
    if name.eq_ignore_ascii_case("Code") {
        return "200".to_owned();
    }
    let seed = origin.seed;
    let text = match example(schema) {
        Some(example) => {
            let text = unmasked(example, seed);
            let is_numbered = text == example && (origin.is_item || is_identity(name));
            match origin.number {
                number if number > 0 && is_numbered => numbered(&text, schema, number),
                _ => text,
            }
        }
        None if name.is_empty() => format!("value-{:04x}", seed & 0xffff),
        None => format!("{}-{:04x}", name.to_lowercase(), seed & 0xffff),
    };
    let least = usize::try_from(schema.min_length.unwrap_or(0))
        .unwrap_or(usize::MAX)
        .min(4096);
    let missing = least.saturating_sub(text.chars().count());
    let padded = text.chars().chain(std::iter::repeat_n('x', missing));
    padded.take(longest(schema)).collect()
}

fn longest(schema: &Schema) -> usize {
    usize::try_from(schema.max_length.unwrap_or(u64::MAX)).unwrap_or(usize::MAX)
}

/// Returns the example of a text. Published metadata has `null` for a missing one, and cut lists.
fn example(schema: &Schema) -> Option<&str> {
    let example = schema.example.as_ref()?.as_str()?;
    let is_cut = example.starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(example).is_err();
    (!example.is_empty() && example != "null" && !is_cut).then_some(example)
}

/// Replaces what is masked in published examples, as in `i-bp67acfmxazb****` and `192.168.**.**`.
fn unmasked(example: &str, seed: u64) -> String {
    let is_address = example
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '*' | '/'));
    let (mut random, mut before) = (seed, '.');
    let unmask = |c: char| {
        let digit = if c == '*' {
            random = ids::mix(random);
            let digit = match (is_address, before) {
                // No number of an address begins with zero or becomes larger than 199.
                (true, '.') => 1,
                (true, _) => random % 10,
                (false, _) => random % 16,
            };
            char::from_digit(digit as u32, 16).unwrap_or(c)
        } else {
            c
        };
        before = c;
        digit
    };
    example.chars().map(unmask).collect()
}

/// Returns whether a field tells the items of a list apart.
fn is_identity(name: &str) -> bool {
    let is_place = ["Region", "Zone"]
        .iter()
        .any(|place| name.starts_with(place));
    let name = name.to_ascii_lowercase();
    !is_place && ["id", "name", "arn"].iter().any(|end| name.ends_with(end))
}

/// Adds the number of an item to a text, counted from 1.
fn numbered(text: &str, schema: &Schema, number: usize) -> String {
    let suffix = format!("-{}", number + 1);
    let room = longest(schema).saturating_sub(suffix.len());
    text.chars().take(room).chain(suffix.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(text: &str) -> Schema {
        Schema {
            example: Some(Value::from(text)),
            ..Schema::default()
        }
    }

    fn item(number: usize) -> Origin {
        Origin {
            seed: ids::mix(number as u64),
            number,
            is_item: false,
        }
    }

    #[test]
    fn masks_are_filled_in_and_cut_examples_are_not_used() {
        for (example, expected) in [
            ("i-bp67acfmxazb4p****", "i-bp67acfmxazb4p"),
            ("00:16:3e:32:b4:**", "00:16:3e:32:b4:"),
            ("2408:4321:180:***", "2408:4321:180:"),
        ] {
            let text = text(&examples(example), "Value", item(1));
            let digits = text.strip_prefix(expected).unwrap();
            assert_eq!(text.len(), example.len());
            assert!(
                digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{text}"
            );
        }
        for number in 0..100 {
            let text = text(&examples("192.168.***.*"), "Address", item(number));
            assert!(text.parse::<std::net::Ipv4Addr>().is_ok(), "{text}");
        }
        for cut in ["[\"i-1\", … \"i-9\"]", "{", "null", ""] {
            let text = text(&examples(cut), "Ids", item(0));
            assert!(text.starts_with("ids-"), "{text}");
        }
        assert_eq!(text(&examples("[1]"), "Ids", item(0)), "[1]");
    }

    #[test]
    fn items_differ_by_their_names_and_ids() {
        for (name, example, expected) in [
            ("InstanceName", "web", ["web", "web-2", "web-3"]),
            ("instanceId", "i-1", ["i-1", "i-1-2", "i-1-3"]),
            ("RegionId", "cn-hangzhou", ["cn-hangzhou"; 3]),
            ("Status", "Running", ["Running"; 3]),
        ] {
            let texts = [0, 1, 2].map(|number| text(&examples(example), name, item(number)));
            assert_eq!(texts, expected, "{name}");
        }
        let short = Schema {
            max_length: Some(4),
            ..examples("webs")
        };
        assert_eq!(text(&short, "Name", item(1)), "we-2");
    }

    #[test]
    fn items_without_names_differ_as_well() {
        let status = json!({"type": "string", "example": "Running"});
        let object = json!({"type": "object", "properties": {"Status": status}});
        let list = |items: &Value| json!({"type": "array", "items": items});
        let content = json!({"type": "object", "properties": {
            "Objects": list(&object),
            "Texts": list(&status),
        }});
        let operation = json!({
            "operationId": "Test",
            "summary": "For tests.",
            "x-acs-class": "list",
            "responses": {"200": {"description": "Done.", "content": {
                "application/json": {"schema": content},
            }}},
        });
        let service = crate::testing::service("rpc", "/#Action=Test", &json!({"post": operation}));
        let operation = &service.operations[0];
        let body = response(&service, operation, &Map::new(), "", None).unwrap();
        let expected = json!({
            "Objects": [{"Status": "Running"}, {"Status": "Running-2"}],
            "Texts": ["Running", "Running-2"],
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn json_texts_are_objects() {
        for (example, expected) in [
            (r#"{"a": 1}"#, r#"{"a":1}"#),
            ("[1]", "[1]"),
            ("{}", r#"{"Key":"outputs-0001"}"#),
            ("not JSON", r#"{"Key":"outputs-0001"}"#),
        ] {
            assert_eq!(json_text(&examples(example), "Outputs", 1), expected);
        }
        let example = Schema {
            example: Some(json!({"a": 1})),
            ..Schema::default()
        };
        assert_eq!(json_text(&example, "Outputs", 1), r#"{"a":1}"#);
    }

    #[test]
    fn any_json_is_its_example_or_an_object() {
        let mut any = Schema::default();
        assert_eq!(scalar(&any, "Values", Origin::of(1)), serde_json::json!({}));
        any.example = Some(serde_json::json!([1]));
        assert_eq!(
            scalar(&any, "Values", Origin::of(1)),
            serde_json::json!([1])
        );
    }

    #[test]
    fn texts_and_integers_respect_limits() {
        let long = Schema {
            min_length: Some(20),
            ..Schema::default()
        };
        assert_eq!(text(&long, "Name", Origin::of(1)).chars().count(), 20);
        let short = Schema {
            max_length: Some(3),
            ..Schema::default()
        };
        assert_eq!(text(&short, "Name", Origin::of(1)), "nam");
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
