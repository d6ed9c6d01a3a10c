//! Schemas.

use super::rust_name::{NameCase, RUST_NAME};
use super::{Object, Reader};
use crate::model::{EnumValue, Kind, Property, Schema};
use crate::node::{Data, Node};
use crate::suggest::did_you_mean;
use crate::vocabulary::SCHEMA;
use indexmap::IndexMap;

/// Keys that every schema may have.
const COMMON: &[&str] = &[
    "type",
    "description",
    "deprecated",
    "example",
    "default",
    "x-acs-sensitive",
    "x-acs-from-text",
    RUST_NAME,
];
/// Keys next to `$ref`, which describe this use of the shared schema.
const REFERENCE_KEYS: &[&str] = &[
    "$ref",
    "description",
    "deprecated",
    "example",
    "default",
    "x-acs-sensitive",
    "x-acs-from-text",
    RUST_NAME,
];

const TYPES: &[(&str, Type)] = &[
    ("string", Type::String),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("array", Type::Array),
    ("object", Type::Object),
];

#[derive(Clone, Copy)]
enum Type {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Returns the keys that only apply to this type.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::String => &[
                "format",
                "contentMediaType",
                "enum",
                "x-acs-enum-descriptions",
                "x-acs-enum-names",
                "minLength",
                "maxLength",
                "pattern",
                "x-acs-unit",
            ],
            Self::Integer | Self::Number => {
                &["format", "minimum", "maximum", "x-acs-values", "x-acs-unit"]
            }
            Self::Boolean => &[],
            Self::Array => &["items", "minItems", "maxItems"],
            Self::Object => &["properties", "required", "additionalProperties"],
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads a schema; an invalid one becomes "any JSON".
    pub(super) fn schema(&mut self, node: &'a Node) -> Schema {
        self.named_schema(node, None)
    }

    /// Reads the schema of an item that has a name in Rust of this case.
    pub(super) fn named_schema(&mut self, node: &'a Node, case: Option<NameCase>) -> Schema {
        let Some(object) = self.object(node, &SCHEMA) else {
            return Schema::default();
        };
        let kind = match (object.get("$ref"), object.get("type")) {
            (Some(reference), _) => self.reference(&object, reference),
            (None, Some(node)) => self.typed(&object, node),
            (None, None) => self.untyped(&object),
        };
        let rust_name = match (case, object.entry(RUST_NAME)) {
            (Some(case), _) => self.rust_name(&object, case),
            (None, Some(entry)) => {
                let message = "`x-acs-name` only applies to a property or a shared schema";
                self.error_at_key(entry, message, None);
                None
            }
            (None, None) => None,
        };
        let mut schema = Schema {
            kind,
            rust_name,
            description: self.prose(&object, "description"),
            deprecated: self.flag(&object, "deprecated"),
            sensitive: self.flag(&object, "x-acs-sensitive"),
            example: object.get("example").map(Node::to_json),
            default: object.get("default").map(Node::to_json),
            values: self.known_numbers(&object),
            unit: self.optional_name(&object, "x-acs-unit"),
            from_text: self.names(&object, "x-acs-from-text"),
            ..Schema::default()
        };
        self.limits(&object, &mut schema);
        self.store_example(object.get("example"), &schema);
        self.store_example(object.get("default"), &schema);
        schema
    }

    /// Reads `x-acs-values`.
    fn known_numbers(&mut self, object: &Object<'a>) -> Vec<i64> {
        let mut values = Vec::new();
        let Some(node) = object.get("x-acs-values") else {
            return values;
        };
        for item in self.list(node, "integers") {
            let number = match &item.data {
                Data::Number(number) => number.as_i64(),
                _ => None,
            };
            match number {
                Some(number) if values.contains(&number) => {
                    self.error(item, format!("duplicate value `{number}`"));
                }
                Some(number) => values.push(number),
                None => self.mismatch(item, "a 64-bit integer"),
            }
        }
        values
    }

    fn limits(&mut self, object: &Object<'a>, schema: &mut Schema) {
        schema.minimum = self.integer(object, "minimum");
        schema.maximum = self.integer(object, "maximum");
        schema.min_length = self.count(object, "minLength");
        schema.max_length = self.count(object, "maxLength");
        schema.min_items = self.count(object, "minItems");
        schema.max_items = self.count(object, "maxItems");
        schema.pattern = self.optional_name(object, "pattern");
        let contradictory = [
            (
                schema.minimum > schema.maximum && schema.maximum.is_some(),
                "minimum",
                "maximum",
            ),
            (
                schema.min_length > schema.max_length && schema.max_length.is_some(),
                "minLength",
                "maxLength",
            ),
            (
                schema.min_items > schema.max_items && schema.max_items.is_some(),
                "minItems",
                "maxItems",
            ),
        ];
        for (wrong, least, most) in contradictory {
            if wrong {
                self.error(object.node, format!("`{least}` is larger than `{most}`"));
            }
        }
    }

    fn reference(&mut self, object: &Object<'a>, node: &'a Node) -> Kind {
        self.reject_other_keys(object, REFERENCE_KEYS, &[], "`$ref`");
        let Some(name) = self.shared_name(node, "schemas") else {
            return Kind::Any;
        };
        if self.is_main_unknown {
            return Kind::Any;
        }
        if !self.schema_names.contains(&name) {
            let help = did_you_mean(name, self.schema_names.iter().copied());
            self.report(
                node.at,
                node,
                format!("unknown shared schema `{name}`"),
                help,
            );
            self.are_schemas_uncertain = true;
            return Kind::Any;
        }
        Kind::Ref(name.to_owned())
    }

    fn untyped(&mut self, object: &Object<'a>) -> Kind {
        for (key, entry) in object.map {
            if SCHEMA.knows(key) && !COMMON.contains(&key.as_str()) {
                self.error_at_key(
                    entry,
                    format!("`{key}` is only allowed with a `type`"),
                    None,
                );
            }
        }
        Kind::Any
    }

    fn typed(&mut self, object: &Object<'a>, node: &'a Node) -> Kind {
        if matches!(node.data, Data::List(_)) {
            self.error_with_help(
                node,
                "expected one type, found a list",
                "write only the type; every value may be absent or null",
            );
            return Kind::Any;
        }
        let Some(type_) = self.word(node, TYPES) else {
            return Kind::Any;
        };
        self.reject_other_keys(
            object,
            COMMON,
            type_.keys(),
            &format!("`type: {}`", type_.name()),
        );
        match type_ {
            Type::String => self.string(object),
            Type::Integer => match self.format(object, &[("int32", true), ("int64", false)]) {
                Some(true) => Kind::Int32,
                _ => Kind::Int64,
            },
            Type::Number => {
                self.format(object, &[("float", ()), ("double", ())]);
                Kind::Number
            }
            Type::Boolean => Kind::Boolean,
            Type::Array => self.array(object),
            Type::Object => self.free_or_fixed(object),
        }
    }

    fn reject_other_keys(
        &mut self,
        object: &Object<'a>,
        common: &[&str],
        own: &[&str],
        other: &str,
    ) {
        for (key, entry) in object.map {
            let key = key.as_str();
            if SCHEMA.knows(key) && !common.contains(&key) && !own.contains(&key) {
                self.error_at_key(entry, format!("`{key}` cannot be used with {other}"), None);
            }
        }
    }

    fn format<T: Copy>(&mut self, object: &Object<'a>, formats: &[(&str, T)]) -> Option<T> {
        object
            .get("format")
            .and_then(|node| self.word(node, formats))
    }

    fn string(&mut self, object: &Object<'a>) -> Kind {
        let kinds = ["format", "contentMediaType", "enum"].map(|key| object.entry(key));
        let mut present = kinds.iter().flatten();
        if let (Some(_), Some(second)) = (present.next(), present.next()) {
            let message = "only one of `format`, `contentMediaType` and `enum` is allowed";
            self.error_at_key(second, message, None);
        }
        for key in ["x-acs-enum-descriptions", "x-acs-enum-names"] {
            if let Some(entry) = object.entry(key).filter(|_| object.get("enum").is_none()) {
                let message = format!("`{key}` is only allowed with `enum`");
                self.error_at_key(entry, message, None);
            }
        }
        if let Some(node) = object.get("enum") {
            return Kind::Enum(self.enum_values(object, node));
        }
        if let Some(node) = object.get("contentMediaType") {
            self.word(node, &[("application/json", ())]);
            return Kind::JsonText;
        }
        match self.format(object, &[("acs-date-time", false), ("binary", true)]) {
            None => Kind::String,
            Some(false) => Kind::DateTime,
            Some(true) => Kind::Binary,
        }
    }

    fn enum_values(&mut self, object: &Object<'a>, node: &'a Node) -> Vec<EnumValue> {
        let mut values: Vec<EnumValue> = Vec::new();
        for item in self.list(node, "values") {
            let Some(value) = self.text(item) else {
                continue;
            };
            if values.iter().any(|known| known.value == value) {
                self.error(item, format!("duplicate value `{value}`"));
            } else {
                values.push(EnumValue {
                    value: value.to_owned(),
                    rust_name: None,
                    description: String::new(),
                });
            }
        }
        if matches!(&node.data, Data::List(items) if items.is_empty()) {
            self.error(node, "expected at least one value");
        }
        if let Some(node) = object.get("x-acs-enum-descriptions") {
            self.describe_values(node, &mut values);
        }
        if let Some(node) = object.get("x-acs-enum-names") {
            self.name_values(node, &mut values);
        }
        values
    }

    fn describe_values(&mut self, node: &'a Node, values: &mut [EnumValue]) {
        let Some(descriptions) = self.map(node, "the descriptions of the values") else {
            return;
        };
        for (key, entry) in descriptions {
            let text = self
                .text(&entry.value)
                .unwrap_or_default()
                .trim_end()
                .to_owned();
            match values.iter_mut().find(|value| value.value == *key) {
                Some(value) => value.description = text,
                None => {
                    let known = values.iter().map(|value| value.value.as_str());
                    let help = did_you_mean(key, known);
                    self.error_at_key(entry, format!("`{key}` is not a value of the enum"), help);
                }
            }
        }
    }

    /// Reads `x-acs-enum-names`. Every enum has the variant `Unknown`, so no value can have it.
    fn name_values(&mut self, node: &'a Node, values: &mut [EnumValue]) {
        let Some(names) = self.map(node, "the names of the values in Rust") else {
            return;
        };
        for (key, entry) in names {
            let mut name = self.valid_rust_name(&entry.value, NameCase::Pascal);
            if name.as_deref() == Some("Unknown") {
                self.error(&entry.value, "every enum has a variant `Unknown`");
                name = None;
            }
            match values.iter_mut().find(|value| value.value == *key) {
                Some(value) => value.rust_name = name,
                None => {
                    let known = values.iter().map(|value| value.value.as_str());
                    let help = did_you_mean(key, known);
                    self.error_at_key(entry, format!("`{key}` is not a value of the enum"), help);
                }
            }
        }
        self.check_rust_names(values.iter().map(|value| {
            let place = node.get(&value.value).unwrap_or(node);
            (value.value.as_str(), value.rust_name.as_deref(), place)
        }));
    }

    fn array(&mut self, object: &Object<'a>) -> Kind {
        match object.get("items") {
            Some(items) => Kind::Array(Box::new(self.schema(items))),
            None => {
                self.error_with_help(
                    object.node,
                    "missing key `items` in an array",
                    "use `items: {}` to allow elements of any kind",
                );
                Kind::Any
            }
        }
    }

    fn free_or_fixed(&mut self, object: &Object<'a>) -> Kind {
        let properties = object.get("properties");
        if let (Some(_), Some(entry)) = (properties, object.entry("additionalProperties")) {
            let message = "an object cannot have both `properties` and `additionalProperties`";
            self.error_at_key(
                entry,
                message,
                Some("remove it; unknown fields of a response are never an error".into()),
            );
        }
        if let Some(node) = properties {
            return Kind::Object(self.properties(object, node));
        }
        if let Some(entry) = object.entry("required") {
            self.error_at_key(entry, "`required` is only allowed with `properties`", None);
        }
        let values = match object.get("additionalProperties") {
            None
            | Some(Node {
                data: Data::Flag(true),
                ..
            }) => Schema::default(),
            Some(node) => self.schema(node),
        };
        Kind::Map(Box::new(values))
    }

    /// Reads the properties of an object or a form, with `required`.
    pub(super) fn properties(
        &mut self,
        object: &Object<'a>,
        node: &'a Node,
    ) -> IndexMap<String, Property> {
        let mut properties = IndexMap::new();
        for (name, entry) in self.map(node, "properties").into_iter().flatten() {
            if name.is_empty() {
                self.error_at_key(entry, "the name of a property is empty", None);
            }
            let schema = self.named_schema(&entry.value, Some(NameCase::Snake));
            self.require_description(&entry.value, &schema.description, "property", name);
            properties.insert(
                name.clone(),
                Property {
                    schema,
                    required: false,
                },
            );
        }
        self.check_rust_names(properties.iter().map(|(name, property)| {
            let place = node.get(name).unwrap_or(node);
            (name.as_str(), property.schema.rust_name.as_deref(), place)
        }));
        for (name, node) in self.name_nodes(object, "required") {
            match properties.get_mut(name) {
                Some(property) if property.required => {
                    self.error(node, format!("duplicate name `{name}`"));
                }
                Some(property) => property.required = true,
                None => {
                    let message = format!("`required` lists `{name}`, which is not a property");
                    let help = did_you_mean(name, properties.keys().map(String::as_str));
                    self.error_with_help(node, message, help);
                }
            }
        }
        properties
    }

    /// Reports a missing description as the lint requires.
    pub(super) fn require_description(
        &mut self,
        node: &Node,
        description: &str,
        what: &str,
        name: &str,
    ) {
        let is_optional = self.accepts_undescribed && !matches!(what, "operation" | "tag");
        if self.lint && !is_optional && description.trim().is_empty() {
            self.lint_error(node, format!("missing description of the {what} `{name}`"));
        }
    }
}
