//! Values for requests, made from the schemas of a specification.

use alibabacloud_spec::{Kind, Schema, Service};
use serde_json::{Map, Value, json};

/// How deep values are generated; recursive types end there.
const MAX_DEPTH: usize = 6;

/// Returns a value that the service accepts for `schema`.
pub fn value(service: &Service, schema: &Schema) -> Value {
    value_at(service, schema, 0)
}

fn value_at(service: &Service, schema: &Schema, depth: usize) -> Value {
    let schema = service.resolve(schema);
    match &schema.kind {
        Kind::Object(properties) => {
            let chosen = properties
                .iter()
                .filter(|(_, property)| property.required || depth < MAX_DEPTH);
            let fields = chosen.map(|(name, property)| {
                let value = value_at(service, &property.schema, depth + 1);
                (name.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Kind::Array(_) if depth >= MAX_DEPTH && schema.min_items.is_none() => json!([]),
        Kind::Array(item) => (0..schema.min_items.unwrap_or(1).max(1))
            .map(|_| value_at(service, item, depth + 1))
            .collect(),
        Kind::Map(_) if depth >= MAX_DEPTH => Value::Object(Map::new()),
        Kind::Map(item) => {
            let value = value_at(service, item, depth + 1);
            Value::Object(Map::from_iter([("k".to_owned(), value)]))
        }
        Kind::Enum(known) => known.first().map_or(json!("x"), |one| json!(one.value)),
        Kind::Int32 | Kind::Int64 => json!(
            1.max(schema.minimum.unwrap_or(1))
                .min(schema.maximum.unwrap_or(i64::MAX))
        ),
        Kind::Number => json!(1.5),
        Kind::Boolean => json!(true),
        Kind::JsonText => json!("{}"),
        Kind::DateTime => json!("2026-03-14T15:09:26Z"),
        Kind::Any => json!({"any": 1}),
        Kind::String | Kind::Binary | Kind::Ref(_) => {
            let length = usize::try_from(schema.min_length.unwrap_or(1).max(1));
            json!("x".repeat(length.unwrap_or_default()))
        }
    }
}
