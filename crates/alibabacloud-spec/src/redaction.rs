//! Values without what their schema marks as sensitive.

use crate::model::{Kind, Operation, Schema, Service};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Takes the place of a sensitive value.
const REDACTED: &str = "REDACTED";

impl Service {
    /// Replaces what a schema marks as sensitive in a value by the text `REDACTED`. A null stays,
    /// and so do fields that the schema does not have.
    ///
    /// A value that does not fit its schema, such as JSON as text in place of an object, is
    /// replaced as a whole if any part of the schema is sensitive.
    pub fn redact(&self, schema: &Schema, value: &mut Value) {
        if value.is_null() {
            return;
        }
        let resolved = self.resolve(schema);
        if schema.sensitive || resolved.sensitive {
            *value = REDACTED.into();
            return;
        }
        match (&resolved.kind, value) {
            (Kind::Array(inner), Value::Array(items)) => {
                items.iter_mut().for_each(|item| self.redact(inner, item));
            }
            // Services return one element in place of a list.
            (Kind::Array(inner), single) => self.redact(inner, single),
            (Kind::Map(inner), Value::Object(entries)) => {
                let values = entries.values_mut();
                values.for_each(|entry| self.redact(inner, entry));
            }
            (Kind::Object(properties), Value::Object(entries)) => {
                for (name, property) in properties {
                    if let Some(entry) = entries.get_mut(name) {
                        self.redact(&property.schema, entry);
                    }
                }
            }
            (Kind::Map(_) | Kind::Object(_), other) if self.holds_secret(resolved) => {
                *other = REDACTED.into();
            }
            _ => {}
        }
    }

    /// Replaces the sensitive values among the parameters of a call, which are an object by wire
    /// name; see [`redact`](Self::redact).
    pub fn redact_parameters(&self, operation: &Operation, parameters: &mut Map<String, Value>) {
        for parameter in &operation.parameters {
            if let Some(value) = parameters.get_mut(&parameter.name) {
                self.redact(&parameter.schema, value);
            }
        }
    }

    /// Returns whether a schema, or a part of it, is marked as sensitive.
    pub fn holds_secret(&self, schema: &Schema) -> bool {
        self.finds_secret(schema, &mut BTreeSet::new())
    }

    /// Implements [`holds_secret`](Self::holds_secret). `searched` are shared schemas that need no
    /// further search: they can contain themselves.
    fn finds_secret<'s>(&'s self, schema: &'s Schema, searched: &mut BTreeSet<&'s str>) -> bool {
        if schema.sensitive {
            return true;
        }
        match &schema.kind {
            Kind::Array(inner) | Kind::Map(inner) => self.finds_secret(inner, searched),
            Kind::Object(properties) => properties
                .values()
                .any(|property| self.finds_secret(&property.schema, searched)),
            Kind::Ref(name) if searched.insert(name) => self
                .schemas
                .get(name)
                .is_some_and(|shared| self.finds_secret(shared, searched)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn service() -> Service {
        let secret = json!({"type": "string", "x-acs-sensitive": true});
        let account = json!({
            "type": "object",
            "properties": {
                "Name": {"type": "string"},
                "Password": secret,
                "Inner": {"$ref": "#/components/schemas/Account"},
            },
        });
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "2020-01-01", "description": "For tests."},
            "x-acs-product": {"code": "test", "crate": "alibabacloud-test", "style": "rpc"},
            "components": {"schemas": {"Account": account}},
            "paths": {"/#Action=Test": {"post": {
                "operationId": "Test",
                "summary": "For tests.",
                "x-acs-class": "create",
                "parameters": [
                    {"name": "Key", "in": "query", "schema": secret},
                    {"name": "Count", "in": "query", "schema": {"type": "integer"}},
                    {"name": "Accounts", "in": "query", "content": {"application/json": {"schema": {
                        "type": "array", "items": {"$ref": "#/components/schemas/Account"},
                    }}}},
                    {"name": "Keys", "in": "query", "content": {"application/json": {"schema": {
                        "type": "object", "additionalProperties": secret,
                    }}}},
                ],
                "responses": {"200": {"description": "Done."}},
            }}},
        });
        Service::from_bundle(&document.to_string()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    fn redacted(parameters: Value) -> Value {
        let service = service();
        let Value::Object(mut parameters) = parameters else {
            panic!("not an object");
        };
        service.redact_parameters(&service.operations[0], &mut parameters);
        Value::Object(parameters)
    }

    #[test]
    fn only_what_is_sensitive_is_replaced() {
        let parameters = json!({
            "Key": "hush",
            "Count": 3,
            "Accounts": [
                {"Name": "a", "Password": 7, "Inner": {"Password": ["hush"], "New": "n"}},
                {"Name": "b", "Password": null},
            ],
            "Keys": {"k": "hush", "l": null},
        });
        let expected = json!({
            "Key": "REDACTED",
            "Count": 3,
            "Accounts": [
                {"Name": "a", "Password": "REDACTED", "Inner": {"Password": "REDACTED", "New": "n"}},
                {"Name": "b", "Password": null},
            ],
            "Keys": {"k": "REDACTED", "l": null},
        });
        assert_eq!(redacted(parameters), expected);
    }

    #[test]
    fn a_value_of_another_type_does_not_show_its_secrets() {
        let parameters = json!({"Accounts": {"Password": "hush"}, "Keys": r#"{"k": "hush"}"#});
        let expected = json!({"Accounts": {"Password": "REDACTED"}, "Keys": "REDACTED"});
        assert_eq!(redacted(parameters), expected);
        let expected = json!({"Accounts": ["REDACTED", "REDACTED"]});
        assert_eq!(redacted(json!({"Accounts": ["hush", 1]})), expected);
    }
}
