//! Schemas as the page reads them.

use alibabacloud_spec::{Kind, Schema, Service};
use serde_json::{Map, Value, json};

/// How many schemas are written at most for one operation. Schemas refer to each other, so that a
/// small specification can describe an enormous type.
const MOST: usize = 20_000;

/// Writes the schemas of an operation.
#[derive(Debug)]
pub(crate) struct SchemaWriter<'s> {
    service: &'s Service,
    /// The shared schemas that are being written.
    open: Vec<&'s str>,
    left: usize,
}

impl<'s> SchemaWriter<'s> {
    pub(crate) fn new(service: &'s Service) -> Self {
        Self {
            service,
            open: Vec::new(),
            left: MOST,
        }
    }

    /// Returns a schema with everything that it contains. Members that are false, empty or not set
    /// are left out. A schema that contains itself is cut off there: `recursive`.
    pub(crate) fn write(&mut self, schema: &'s Schema) -> Value {
        let Some(left) = self.left.checked_sub(1) else {
            return json!({"type": "object", "recursive": true});
        };
        self.left = left;
        if let Kind::Ref(name) = &schema.kind {
            let Some(target) = self.service.schemas.get(name) else {
                return json!({"type": "any"});
            };
            if self.open.contains(&name.as_str()) {
                return json!({"type": "object", "recursive": true});
            }
            self.open.push(name);
            let mut written = self.write(target);
            self.open.pop();
            put_facts(&mut written, schema);
            return written;
        }
        let mut written = match &schema.kind {
            Kind::Any | Kind::Ref(_) => json!({"type": "any"}),
            Kind::String => json!({"type": "string"}),
            Kind::JsonText => json!({"type": "string", "json": true}),
            Kind::DateTime => json!({"type": "string", "dateTime": true}),
            Kind::Binary => json!({"type": "bytes"}),
            Kind::Enum(values) => {
                let values = values
                    .iter()
                    .map(|value| json!({"value": value.value, "meaning": value.description}));
                json!({"type": "string", "openEnum": true, "enum": values.collect::<Vec<_>>()})
            }
            Kind::Int32 | Kind::Int64 => json!({"type": "integer"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::Array(items) => json!({"type": "array", "items": self.write(items)}),
            Kind::Map(values) => json!({"type": "map", "values": self.write(values)}),
            Kind::Object(properties) => {
                let mut written = Vec::new();
                for (name, property) in properties {
                    if self.left == 0 {
                        break;
                    }
                    let schema = self.write(&property.schema);
                    let required = property.required;
                    written.push(json!({"name": name, "required": required, "schema": schema}));
                }
                json!({"type": "object", "properties": written})
            }
        };
        put_facts(&mut written, schema);
        written
    }
}

/// Adds what a schema says beside its kind. A reference can say more than its target.
fn put_facts(written: &mut Value, schema: &Schema) {
    let Some(members) = written.as_object_mut() else {
        return;
    };
    let mut description = schema.description.clone();
    if let Some(unit) = schema
        .unit
        .as_deref()
        .filter(|unit| !description.contains(*unit))
    {
        description = format!("{description} ({unit})").trim_start().to_owned();
    }
    if !description.is_empty() {
        put(members, "description", Some(description));
    }
    for (name, fact) in [
        ("sensitive", schema.sensitive),
        ("deprecated", schema.deprecated),
    ] {
        put(members, name, fact.then_some(true));
    }
    put(members, "minimum", schema.minimum);
    put(members, "maximum", schema.maximum);
    put(members, "minLength", schema.min_length);
    put(members, "maxLength", schema.max_length);
    put(members, "minItems", schema.min_items);
    put(members, "maxItems", schema.max_items);
    put(members, "pattern", schema.pattern.clone());
    put(members, "default", schema.default.clone());
    put(members, "example", schema.example.clone());
    if !schema.values.is_empty() {
        let values = schema.values.iter();
        let values = values.map(|value| json!({"value": value, "meaning": ""}));
        put(members, "enum", Some(values.collect::<Vec<_>>()));
    }
}

fn put(members: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value.into());
    }
}
