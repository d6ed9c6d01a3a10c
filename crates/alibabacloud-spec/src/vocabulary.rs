//! Every key that a specification may have, by the object that contains it.
//!
//! `api-specs/spec.schema.json` declares the same for editors under `$defs.<id>`; a test keeps the
//! two equal.

/// The keys of a kind of object.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// The name in the JSON Schema.
    #[cfg(test)]
    pub(crate) id: &'static str,
    /// The name in messages, with an article.
    pub(crate) name: &'static str,
    /// Required keys.
    pub(crate) required: &'static [&'static str],
    /// Optional keys.
    pub(crate) optional: &'static [&'static str],
}

impl Vocabulary {
    /// Returns whether a key is known.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.keys().any(|known| known == key)
    }

    /// Returns all keys, the required ones first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// Declares the vocabularies and the list of all of them.
macro_rules! vocabularies {
    ($($constant:ident = $id:literal, $name:literal, [$($required:literal),*], [$($optional:literal),* $(,)?];)*) => {
        $(
            pub(crate) static $constant: Vocabulary = Vocabulary {
                #[cfg(test)]
                id: $id,
                name: $name,
                required: &[$($required),*],
                optional: &[$($optional),*],
            };
        )*
        /// All vocabularies.
        #[cfg(test)]
        pub(crate) static ALL: &[&Vocabulary] = &[$(&$constant),*];
    };
}

vocabularies! {
    SERVICE = "service", "the document", ["openapi", "info", "x-acs-product", "paths"], [
        "externalDocs", "servers", "tags", "components", "x-acs-endpoints", "x-acs-showcase", "x-acs-waiters", "x-acs-errors",
    ];
    COMMON = "common", "the common document", [], ["x-acs-errors"];
    GLOSSARY = "glossary", "the glossary", [], ["terms", "parameters", "fields"];
    INFO = "info", "`info`", ["title", "version"], ["description", "x-acs-language"];
    EXTERNAL_DOCS = "externalDocs", "`externalDocs`", ["url"], ["description"];
    PRODUCT = "product", "`x-acs-product`", ["code", "crate", "style"], ["crate-version", "known-as", "ram"];
    SERVER = "server", "a server", ["url"], ["description", "variables"];
    SERVER_VARIABLE = "serverVariable", "a server variable", ["default"], ["enum", "description"];
    ENDPOINTS = "endpoints", "`x-acs-endpoints`", ["rule"], ["regions", "public", "vpc"];
    TAG = "tag", "a tag", ["name"], ["description"];
    COMPONENTS = "components", "`components`", [], ["parameters", "schemas"];
    PATH_ITEM = "pathItem", "a path item", [], ["get", "put", "post", "delete", "options", "head", "patch"];
    OPERATION = "operation", "an operation", ["operationId", "x-acs-class", "responses"], [
        "summary", "description", "tags", "externalDocs", "deprecated", "parameters", "requestBody",
        "x-acs-methods", "x-acs-arguments", "x-acs-pagination", "x-acs-idempotency", "x-acs-anonymous",
        "x-acs-success-field", "x-acs-unsupported", "x-acs-ram", "x-acs-errors", "x-acs-changes", "x-acs-provenance", "x-acs-example",
        "x-acs-name", "x-acs-rate-limit", "x-acs-asynchronous", "x-acs-success-value", "x-acs-replaced-by",
    ];
    PARAMETER = "parameter", "a parameter", ["name", "in"], [
        "description", "required", "deprecated", "schema", "content", "x-acs-array-style", "x-acs-raw",
        "x-acs-name",
    ];
    PARAMETER_REFERENCE = "parameterReference", "a reference to a parameter", ["$ref"], ["description"];
    REQUEST_BODY = "requestBody", "`requestBody`", ["content"], ["description", "required", "x-acs-name"];
    MEDIA = "media", "a media type", [], ["schema"];
    FORM = "form", "a form", ["schema"], ["encoding"];
    ENCODING = "encoding", "the encoding of a form field", [], ["contentType", "x-acs-array-style"];
    RESPONSE = "response", "a response", ["description"], ["content"];
    SCHEMA = "schema", "a schema", [], [
        "$ref", "type", "format", "contentMediaType", "description", "deprecated", "example", "default", "enum",
        "x-acs-enum-descriptions", "x-acs-enum-names", "x-acs-name", "x-acs-sensitive",
        "x-acs-values", "x-acs-unit", "x-acs-from-text", "minimum", "maximum", "minLength", "maxLength", "pattern",
        "items", "minItems", "maxItems", "properties", "required", "additionalProperties",
    ];
    TOKEN_PAGINATION = "tokenPagination", "pagination by token", ["kind", "input", "output", "items"],
        ["limit", "total", "first", "numbered"];
    NUMBERED_PAGES = "numberedPages", "`numbered`", ["page"], ["limit", "number"];
    PAGE_NUMBER_PAGINATION = "pageNumberPagination", "pagination by page number",
        ["kind", "page", "items"], ["limit", "number", "total", "first"];
    RAM = "ram", "`x-acs-ram`", ["status"], ["page", "read", "updated", "note", "actions"];
    RAM_ACTION = "ramAction", "a RAM action", ["action"], ["access", "resources", "conditions", "dependents"];
    RAM_RESOURCE = "ramResource", "a RAM resource", ["type", "arn"], ["required"];
    RATE_LIMIT = "rateLimit", "`x-acs-rate-limit`", ["requests", "seconds"], [];
    ERROR_CODE = "errorCode", "an error code", ["code"], ["status", "description"];
    CHANGE = "change", "a change", ["date", "kinds", "description"], ["source"];
    PROVENANCE = "provenance", "`x-acs-provenance`", [], ["sources", "notes"];
    EXAMPLE = "example", "`x-acs-example`", ["request", "response"], [];
    WAITER = "waiter", "a waiter", ["description", "operation", "parameters", "state", "success"], [
        "fixed", "identity", "message", "failure", "attention", "pending", "success-errors", "success-if-absent",
    ];
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use std::collections::BTreeSet;

    use super::*;

    /// Returns the JSON Schema for editors.
    fn json_schema() -> Value {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../api-specs/spec.schema.json"
        );
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn texts(value: &Value) -> BTreeSet<&str> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    #[test]
    fn the_json_schema_has_the_same_keys() {
        let schema = json_schema();
        for vocabulary in ALL {
            let id = vocabulary.id;
            let definition = &schema["$defs"][id];
            let keys: BTreeSet<&str> = definition["properties"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(keys, vocabulary.keys().collect(), "keys of {id}");
            let required = vocabulary.required.iter().copied().collect();
            assert_eq!(
                texts(&definition["required"]),
                required,
                "required keys of {id}"
            );
            assert_eq!(definition["additionalProperties"], false, "{id} is closed");
        }
    }

    #[test]
    fn the_json_schema_has_no_other_object() {
        let schema = json_schema();
        let known: BTreeSet<&str> = ALL.iter().map(|vocabulary| vocabulary.id).collect();
        let definitions = schema["$defs"].as_object().unwrap();
        let closed = definitions
            .iter()
            .filter(|(_, definition)| definition["additionalProperties"] == false);
        assert_eq!(
            closed.map(|(id, _)| id.as_str()).collect::<BTreeSet<_>>(),
            known
        );
    }

    #[test]
    fn every_key_has_a_description_for_editors() {
        let schema = json_schema();
        for (id, definition) in schema["$defs"].as_object().unwrap() {
            for (key, value) in definition["properties"].as_object().into_iter().flatten() {
                // A method needs no description, and a reference has that of its target.
                let is_described = value["description"].is_string() || value["$ref"].is_string();
                assert!(
                    is_described || value["pattern"].is_string(),
                    "{key} of {id} has no description"
                );
            }
        }
    }

    #[test]
    fn the_documentation_names_every_key() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec-format.md");
        let text = std::fs::read_to_string(path).unwrap();
        let words: BTreeSet<&str> = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '$')))
            .collect();
        for vocabulary in ALL.iter().filter(|vocabulary| vocabulary.id != "pathItem") {
            for key in vocabulary.keys() {
                assert!(
                    words.contains(key),
                    "docs/spec-format.md does not name `{key}` of {}",
                    vocabulary.name
                );
            }
        }
    }
}
