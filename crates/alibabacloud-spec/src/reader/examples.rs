//! The lint on examples and defaults, which must match their schemas.

use super::Reader;
use super::check::unknown_parameter;
use crate::model::{EnumValue, Kind, Operation, Schema};
use crate::node::{Data, Map, Node};
use crate::query::resolve;
use crate::suggest::did_you_mean;
use indexmap::IndexMap;

impl<'a> Reader<'a> {
    /// Stores an example until all shared schemas are known.
    pub(super) fn store_example(&mut self, node: Option<&'a Node>, schema: &Schema) {
        if let (true, Some(node)) = (self.lint, node) {
            self.examples.push((node, schema.clone()));
        }
    }

    /// Checks the stored examples.
    pub(super) fn check_stored_examples(&mut self) {
        for (node, schema) in std::mem::take(&mut self.examples) {
            self.check_value(node, &schema);
        }
    }

    /// Checks the example of a call. Its parameters must exist even without the lint.
    pub(super) fn check_example(&mut self, node: &'a Node, operation: &Operation) {
        let (request, response) = (node.get("request"), node.get("response"));
        if let Some(Data::Map(map)) = request.map(|node| &node.data) {
            let gaps = self.gaps.get(&operation.name).cloned().unwrap_or_default();
            for (name, entry) in map
                .iter()
                .filter(|(name, _)| operation.parameter(name).is_none() && !gaps.may_have(name))
            {
                let (message, help) = unknown_parameter(name, operation);
                self.error_at_key(entry, message, help);
            }
        }
        if !self.lint {
            return;
        }
        if let Some(request) = request {
            self.check_request(request, operation);
        }
        if let (Some(response), Some(schema)) = (response, operation.response.schema()) {
            self.check_value(response, schema);
        }
    }

    fn check_request(&mut self, node: &'a Node, operation: &Operation) {
        for parameter in &operation.parameters {
            match node.get(&parameter.name) {
                Some(value) => self.check_value(value, &parameter.schema),
                None if parameter.required => {
                    self.error(
                        node,
                        format!(
                            "the example does not contain the required parameter `{}`",
                            parameter.name
                        ),
                    );
                }
                None => {}
            }
        }
    }

    /// Checks a value against its schema.
    pub(super) fn check_value(&mut self, node: &'a Node, schema: &Schema) {
        let schemas = std::mem::take(&mut self.schemas);
        self.compare(node, resolve(&schemas, schema), &schemas);
        self.schemas = schemas;
    }

    fn compare(&mut self, node: &'a Node, schema: &Schema, schemas: &IndexMap<String, Schema>) {
        match (&schema.kind, &node.data) {
            (Kind::Any | Kind::Ref(_), _) => {}
            (Kind::Array(items), Data::List(values)) => {
                values
                    .iter()
                    .for_each(|value| self.compare(value, resolve(schemas, items), schemas));
            }
            (Kind::Map(values), Data::Map(map)) => {
                map.values().for_each(|entry| {
                    self.compare(&entry.value, resolve(schemas, values), schemas)
                });
            }
            (Kind::Object(properties), Data::Map(map)) => {
                self.check_fields(map, properties.keys().map(String::as_str));
                for (name, property) in properties {
                    if let Some(entry) = map.get(name) {
                        self.compare(&entry.value, resolve(schemas, &property.schema), schemas);
                    }
                }
            }
            (Kind::Enum(values), Data::Text(text)) => self.check_enum_value(node, text, values),
            (Kind::JsonText, Data::Text(text)) => {
                if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                    self.error(node, format!("the text is not valid JSON: {error}"));
                }
            }
            (Kind::String | Kind::DateTime | Kind::Binary, Data::Text(text)) => {
                self.check_length(node, text, schema)
            }
            (Kind::Int32 | Kind::Int64, Data::Number(number)) => match number.as_i64() {
                Some(value) => self.check_range(node, value, schema),
                None => self.mismatch(node, "an integer"),
            },
            (Kind::Number, Data::Number(_)) | (Kind::Boolean, Data::Flag(_)) => {}
            (kind, _) => self.mismatch(node, kind.describe()),
        }
    }

    fn check_fields<'k>(&mut self, map: &'a Map, known: impl Iterator<Item = &'k str> + Clone) {
        for (name, entry) in map {
            if known.clone().all(|field| field != name) {
                let help = did_you_mean(name, known.clone());
                self.error_at_key(entry, format!("the schema has no field `{name}`"), help);
            }
        }
    }

    fn check_enum_value(&mut self, node: &'a Node, text: &str, values: &[EnumValue]) {
        if values.iter().any(|value| value.value == text) {
            return;
        }
        let known: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
        self.error(
            node,
            format!("expected {}, found `{text}`", super::one_of(&known)),
        );
    }

    fn check_length(&mut self, node: &'a Node, text: &str, schema: &Schema) {
        let length = text.chars().count() as u64;
        let too_short = schema.min_length.is_some_and(|least| length < least);
        let too_long = schema.max_length.is_some_and(|most| length > most);
        if too_short || too_long {
            self.error(
                node,
                format!("the text has {length} characters, which is outside the limits"),
            );
        }
    }

    fn check_range(&mut self, node: &'a Node, value: i64, schema: &Schema) {
        let too_small = schema.minimum.is_some_and(|least| value < least);
        let too_large = schema.maximum.is_some_and(|most| value > most);
        let outside = schema.kind == Kind::Int32 && i32::try_from(value).is_err();
        if too_small || too_large || outside {
            self.error(node, format!("{value} is outside the limits"));
        }
    }
}
