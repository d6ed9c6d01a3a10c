//! The order of the keys of a specification.

use super::tree::{Block, Yaml};

/// What kind of value a key has.
enum Shape {
    /// A value whose keys have no fixed order, such as the properties of an object.
    Free,
    /// An object with the keys of the format in this order.
    Object(&'static [(&'static str, &'static Shape)]),
    /// A map of free keys to values of one shape.
    MapOf(&'static Shape),
    /// A list of values of one shape.
    ListOf(&'static Shape),
}

use Shape::{Free, ListOf, MapOf, Object};

static SERVICE: Shape = Object(&[
    ("openapi", &Free),
    (
        "info",
        &Object(&[
            ("title", &Free),
            ("version", &Free),
            ("description", &Free),
            ("x-acs-language", &Free),
        ]),
    ),
    ("externalDocs", &EXTERNAL_DOCS),
    (
        "x-acs-product",
        &Object(&[
            ("code", &Free),
            ("crate", &Free),
            ("crate-version", &Free),
            ("ram", &Free),
            ("known-as", &Free),
            ("style", &Free),
        ]),
    ),
    ("servers", &ListOf(&SERVER)),
    (
        "x-acs-endpoints",
        &Object(&[
            ("rule", &Free),
            ("regions", &Free),
            ("public", &Free),
            ("vpc", &Free),
        ]),
    ),
    (
        "tags",
        &ListOf(&Object(&[("name", &Free), ("description", &Free)])),
    ),
    ("x-acs-showcase", &Free),
    ("x-acs-waiters", &MapOf(&WAITER)),
    ("x-acs-errors", &ListOf(&ERROR_CODE)),
    ("paths", &Free),
    (
        "components",
        &Object(&[
            ("parameters", &MapOf(&PARAMETER)),
            ("schemas", &MapOf(&SCHEMA)),
        ]),
    ),
]);

static EXTERNAL_DOCS: Shape = Object(&[("url", &Free), ("description", &Free)]);

static SERVER: Shape = Object(&[
    ("url", &Free),
    ("description", &Free),
    (
        "variables",
        &MapOf(&Object(&[
            ("default", &Free),
            ("enum", &Free),
            ("description", &Free),
        ])),
    ),
]);

static WAITER: Shape = Object(&[
    ("description", &Free),
    ("operation", &Free),
    ("parameters", &Free),
    ("fixed", &Free),
    ("state", &Free),
    ("identity", &Free),
    ("message", &Free),
    ("success", &Free),
    ("failure", &Free),
    ("attention", &Free),
    ("pending", &Free),
    ("success-errors", &Free),
    ("success-if-absent", &Free),
]);

static ERROR_CODE: Shape = Object(&[("code", &Free), ("status", &Free), ("description", &Free)]);

static PATH_ITEM: Shape = MapOf(&OPERATION);

static OPERATION: Shape = Object(&[
    ("operationId", &Free),
    ("x-acs-name", &Free),
    ("summary", &Free),
    ("description", &Free),
    ("tags", &Free),
    ("externalDocs", &EXTERNAL_DOCS),
    ("deprecated", &Free),
    ("x-acs-class", &Free),
    ("x-acs-methods", &Free),
    ("x-acs-arguments", &Free),
    ("x-acs-pagination", &PAGINATION),
    ("x-acs-idempotency", &Free),
    ("x-acs-anonymous", &Free),
    ("x-acs-success-field", &Free),
    ("x-acs-success-value", &Free),
    ("x-acs-unsupported", &Free),
    ("x-acs-ram", &RAM),
    (
        "x-acs-rate-limit",
        &Object(&[("requests", &Free), ("seconds", &Free)]),
    ),
    ("x-acs-asynchronous", &Free),
    ("x-acs-replaced-by", &Free),
    (
        "x-acs-changes",
        &ListOf(&Object(&[
            ("date", &Free),
            ("kinds", &Free),
            ("source", &Free),
            ("description", &Free),
        ])),
    ),
    (
        "x-acs-provenance",
        &Object(&[("sources", &Free), ("notes", &Free)]),
    ),
    ("parameters", &ListOf(&PARAMETER)),
    (
        "requestBody",
        &Object(&[
            ("x-acs-name", &Free),
            ("description", &Free),
            ("required", &Free),
            ("content", &CONTENT),
        ]),
    ),
    (
        "responses",
        &MapOf(&Object(&[("description", &Free), ("content", &CONTENT)])),
    ),
    ("x-acs-errors", &ListOf(&ERROR_CODE)),
    (
        "x-acs-example",
        &Object(&[("request", &Free), ("response", &Free)]),
    ),
]);

static PAGINATION: Shape = Object(&[
    ("kind", &Free),
    ("input", &Free),
    ("output", &Free),
    ("page", &Free),
    ("limit", &Free),
    ("number", &Free),
    ("total", &Free),
    ("items", &Free),
    ("first", &Free),
    (
        "numbered",
        &Object(&[("page", &Free), ("limit", &Free), ("number", &Free)]),
    ),
]);

static DECISIONS: Shape = Object(&[
    ("reviewed", &Free),
    ("most-used", &Free),
    ("arguments", &MapOf(&Free)),
    ("lists", &MapOf(&Free)),
    ("sensitive", &Free),
    ("idempotency", &MapOf(&Free)),
    ("classes", &MapOf(&Free)),
    (
        "questions",
        &MapOf(&MapOf(&Object(&[
            ("places", &Free),
            ("answer", &Free),
            ("reason", &Free),
        ]))),
    ),
    (
        "upstream",
        &ListOf(&Object(&[
            ("place", &Free),
            ("upstream", &Free),
            ("decision", &Free),
            ("reason", &Free),
        ])),
    ),
]);

static RAM: Shape = Object(&[
    ("status", &Free),
    ("page", &Free),
    ("read", &Free),
    ("updated", &Free),
    ("note", &Free),
    (
        "actions",
        &ListOf(&Object(&[
            ("action", &Free),
            ("access", &Free),
            (
                "resources",
                &ListOf(&Object(&[
                    ("type", &Free),
                    ("required", &Free),
                    ("arn", &Free),
                ])),
            ),
            ("conditions", &Free),
            ("dependents", &Free),
        ])),
    ),
]);

static PARAMETER: Shape = Object(&[
    ("$ref", &Free),
    ("name", &Free),
    ("in", &Free),
    ("x-acs-name", &Free),
    ("required", &Free),
    ("description", &Free),
    ("deprecated", &Free),
    ("x-acs-raw", &Free),
    ("x-acs-array-style", &Free),
    ("schema", &SCHEMA),
    ("content", &CONTENT),
]);

static CONTENT: Shape = MapOf(&Object(&[
    ("schema", &SCHEMA),
    (
        "encoding",
        &MapOf(&Object(&[
            ("contentType", &Free),
            ("x-acs-array-style", &Free),
        ])),
    ),
]));

static SCHEMA: Shape = Object(&[
    ("$ref", &Free),
    ("type", &Free),
    ("format", &Free),
    ("contentMediaType", &Free),
    ("x-acs-sensitive", &Free),
    ("x-acs-from-text", &Free),
    ("x-acs-name", &Free),
    ("description", &Free),
    ("deprecated", &Free),
    ("enum", &Free),
    ("x-acs-enum-descriptions", &Free),
    ("x-acs-enum-names", &Free),
    ("x-acs-values", &Free),
    ("x-acs-unit", &Free),
    ("default", &Free),
    ("minimum", &Free),
    ("maximum", &Free),
    ("minLength", &Free),
    ("maxLength", &Free),
    ("pattern", &Free),
    ("minItems", &Free),
    ("maxItems", &Free),
    ("items", &SCHEMA),
    ("additionalProperties", &SCHEMA),
    ("required", &Free),
    ("properties", &MapOf(&SCHEMA)),
    ("example", &Free),
]);

static GLOSSARY: Shape = Object(&[("terms", &Free), ("parameters", &Free), ("fields", &Free)]);

/// Puts the keys of a file of a specification in the order of the format. Unknown keys follow the
/// known ones; other files stay as they are.
pub(crate) fn sort(root: &mut Yaml) {
    if let Some(shape) = shape(root) {
        sort_as(root, shape);
    }
}

/// Returns the shape of a file of a specification, or of the decisions beside it.
fn shape(root: &Yaml) -> Option<&'static Shape> {
    let Yaml::Map(block) = root else {
        return None;
    };
    let Object(sections) = &GLOSSARY else {
        return None;
    };
    let is_section = |key: &str| sections.iter().any(|(section, _)| *section == key);
    let is_operation =
        |value: &Yaml| matches!(value, Yaml::Map(map) if map.get("operationId").is_some());
    if block.get("openapi").is_some() {
        Some(&SERVICE)
    } else if block.get("reviewed").is_some() && block.get("arguments").is_some() {
        Some(&DECISIONS)
    } else if !block.entries.is_empty() && block.entries.iter().all(|entry| is_section(&entry.key))
    {
        Some(&GLOSSARY)
    } else if block.entries.iter().any(|entry| is_operation(&entry.value)) {
        Some(&PATH_ITEM)
    } else {
        None
    }
}

/// Visits the texts that are values of keys of the format, with their key and line. Values that
/// callers send and receive, such as examples, are not visited.
pub(crate) fn each_text(root: &Yaml, visit: &mut dyn FnMut(&str, usize, &str)) {
    if let Some(shape) = shape(root) {
        each_text_as(root, shape, visit);
    }
}

fn each_text_as(value: &Yaml, shape: &Shape, visit: &mut dyn FnMut(&str, usize, &str)) {
    match (value, shape) {
        (Yaml::Map(block), Object(keys)) => {
            for entry in &block.entries {
                match keys.iter().find(|(known, _)| *known == entry.key) {
                    Some((_, Free)) => each_value(&entry.key, entry.line, &entry.value, visit),
                    Some((_, shape)) => each_text_as(&entry.value, shape, visit),
                    None => {}
                }
            }
        }
        (Yaml::Map(block), MapOf(inner)) | (Yaml::List(block), ListOf(inner)) => {
            for entry in &block.entries {
                each_text_as(&entry.value, inner, visit);
            }
        }
        _ => {}
    }
}

/// Visits a text, or the texts of a list or map.
fn each_value(key: &str, line: usize, value: &Yaml, visit: &mut dyn FnMut(&str, usize, &str)) {
    match value {
        Yaml::Text(text) => visit(key, line, text),
        Yaml::Literal(_) => {}
        Yaml::List(block) | Yaml::Map(block) => {
            for entry in &block.entries {
                each_value(key, entry.line, &entry.value, visit);
            }
        }
    }
}

fn sort_as(value: &mut Yaml, shape: &Shape) {
    match (value, shape) {
        (Yaml::Map(block), Object(keys)) => sort_object(block, keys),
        (Yaml::Map(block), MapOf(inner)) | (Yaml::List(block), ListOf(inner)) => {
            for entry in &mut block.entries {
                sort_as(&mut entry.value, inner);
            }
        }
        _ => {}
    }
}

fn sort_object(block: &mut Block, keys: &[(&str, &Shape)]) {
    let position = |key: &str| keys.iter().position(|(known, _)| *known == key);
    for entry in &mut block.entries {
        if let Some((_, shape)) = keys.iter().find(|(known, _)| *known == entry.key) {
            sort_as(&mut entry.value, shape);
        }
    }
    let rank = |key: &str| position(key).unwrap_or(keys.len());
    if !block.entries.is_sorted_by_key(|entry| rank(&entry.key)) {
        block.entries.sort_by_key(|entry| rank(&entry.key));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{read, write};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn known_keys_have_the_order_of_the_format() {
        let text = "post:\n  zz: 1\n  responses:\n    \"200\":\n      content:\n        application/json:\n          schema:\n            properties:\n              B:\n                description: d\n                type: string\n              A: {}\n            type: object\n      description: d\n  operationId: X\n";
        let mut document = read(text).unwrap();
        sort(&mut document.root);
        assert_eq!(
            write(document),
            "post:\n  operationId: X\n  responses:\n    \"200\":\n      description: d\n      content:\n        application/json:\n          schema:\n            type: object\n            properties:\n              B:\n                type: string\n                description: d\n              A: {}\n  zz: 1\n"
        );
    }

    #[test]
    fn the_sections_of_a_glossary_have_an_order_and_its_names_keep_theirs() {
        let text = "fields:\n  B: x\n  A: w\nterms:\n  post:\n    operationId: z\n";
        let mut document = read(text).unwrap();
        sort(&mut document.root);
        assert_eq!(
            write(document),
            "terms:\n  post:\n    operationId: z\nfields:\n  B: x\n  A: w\n"
        );
    }

    fn add_keys(shape: &'static Shape, seen: &mut Vec<*const Shape>, keys: &mut BTreeSet<&str>) {
        if seen.contains(&std::ptr::from_ref(shape)) {
            return;
        }
        seen.push(shape);
        match shape {
            Free => {}
            MapOf(inner) | ListOf(inner) => add_keys(inner, seen, keys),
            Object(entries) => {
                for (key, inner) in *entries {
                    keys.insert(key);
                    add_keys(inner, seen, keys);
                }
            }
        }
    }

    /// A key without a place would be wherever a person wrote it.
    #[test]
    fn every_key_of_the_format_has_a_place() {
        let path = crate::repository::root().join("api-specs/spec.schema.json");
        let schema = std::fs::read_to_string(path).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let (mut seen, mut placed) = (Vec::new(), BTreeSet::new());
        add_keys(&SERVICE, &mut seen, &mut placed);
        add_keys(&OPERATION, &mut seen, &mut placed);
        add_keys(&GLOSSARY, &mut seen, &mut placed);
        let definitions = schema["$defs"].as_object().unwrap();
        for (id, definition) in definitions.iter().filter(|(id, _)| *id != "pathItem") {
            let closed = definition["additionalProperties"] == false;
            for key in definition["properties"].as_object().into_iter().flatten() {
                let key = key.0.as_str();
                assert!(
                    !closed || placed.contains(key),
                    "{key} of {id} has no place"
                );
            }
        }
    }
}
