//! Schemas.

use indexmap::IndexMap;

use super::{Object, Reader};
use crate::model::{EnumValue, Kind, Property, Schema};
use crate::node::{Data, Node};
use crate::suggest::did_you_mean;
use crate::vocabulary::SCHEMA;

/// Keys that every schema can have.
const COMMON: &[&str] = &[
    "type",
    "description",
    "deprecated",
    "example",
    "default",
    "x-acs-sensitive",
];
/// Keys beside `$ref`: they say something about this use of the shared schema.
const BESIDE_REFERENCE: &[&str] = &[
    "$ref",
    "description",
    "deprecated",
    "example",
    "default",
    "x-acs-sensitive",
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

    /// Keys that only mean something for this type.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::String => &[
                "format",
                "contentMediaType",
                "enum",
                "x-acs-enum-descriptions",
                "minLength",
                "maxLength",
                "pattern",
            ],
            Self::Integer | Self::Number => &["format", "minimum", "maximum"],
            Self::Boolean => &[],
            Self::Array => &["items", "minItems", "maxItems"],
            Self::Object => &["properties", "required", "additionalProperties"],
        }
    }
}

impl<'a> Reader<'a> {
    /// A schema; a broken one becomes "any JSON".
    pub(super) fn schema(&mut self, node: &'a Node) -> Schema {
        let Some(object) = self.object(node, &SCHEMA) else {
            return Schema::default();
        };
        let kind = match (object.get("$ref"), object.get("type")) {
            (Some(reference), _) => self.reference(&object, reference),
            (None, Some(node)) => self.typed(&object, node),
            (None, None) => self.untyped(&object),
        };
        let mut schema = Schema {
            kind,
            description: self.prose(&object, "description"),
            deprecated: self.flag(&object, "deprecated"),
            sensitive: self.flag(&object, "x-acs-sensitive"),
            example: object.get("example").map(Node::to_json),
            default: object.get("default").map(Node::to_json),
            ..Schema::default()
        };
        self.limits(&object, &mut schema);
        self.remember_example(object.get("example"), &schema);
        self.remember_example(object.get("default"), &schema);
        schema
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
                self.complain(object.node, format!("`{least}` is larger than `{most}`"));
            }
        }
    }

    fn reference(&mut self, object: &Object<'a>, node: &'a Node) -> Kind {
        self.refuse_other_keys(object, BESIDE_REFERENCE, &[], "`$ref`");
        let Some(name) = self.shared_name(node, "schemas") else {
            return Kind::Any;
        };
        if !self.schema_names.contains(&name) {
            let help = did_you_mean(name, self.schema_names.iter().copied());
            self.report(
                node.at,
                node,
                format!("there is no shared schema `{name}`"),
                help,
            );
        }
        Kind::Ref(name.to_owned())
    }

    fn untyped(&mut self, object: &Object<'a>) -> Kind {
        for (key, entry) in object.map {
            if SCHEMA.knows(key) && !COMMON.contains(&key.as_str()) {
                self.complain_key(entry, format!("`{key}` needs a `type` beside it"), None);
            }
        }
        Kind::Any
    }

    fn typed(&mut self, object: &Object<'a>, node: &'a Node) -> Kind {
        if matches!(node.data, Data::List(_)) {
            self.complain_with_help(
                node,
                "expected one type, found a list",
                "every value can be absent or null; write the type only",
            );
            return Kind::Any;
        }
        let Some(type_) = self.word(node, TYPES) else {
            return Kind::Any;
        };
        self.refuse_other_keys(
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

    fn refuse_other_keys(
        &mut self,
        object: &Object<'a>,
        common: &[&str],
        own: &[&str],
        beside: &str,
    ) {
        for (key, entry) in object.map {
            let key = key.as_str();
            if SCHEMA.knows(key) && !common.contains(&key) && !own.contains(&key) {
                self.complain_key(
                    entry,
                    format!("`{key}` means nothing beside {beside}"),
                    None,
                );
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
            let message = "`format`, `contentMediaType` and `enum` exclude each other";
            self.complain_key(second, message, None);
        }
        if let Some(entry) = object
            .entry("x-acs-enum-descriptions")
            .filter(|_| object.get("enum").is_none())
        {
            self.complain_key(
                entry,
                "`x-acs-enum-descriptions` needs an `enum` beside it",
                None,
            );
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
                self.complain(
                    item,
                    format!("the value `{value}` stands here a second time"),
                );
            } else {
                values.push(EnumValue {
                    value: value.to_owned(),
                    description: String::new(),
                });
            }
        }
        if matches!(&node.data, Data::List(items) if items.is_empty()) {
            self.complain(node, "expected at least one value");
        }
        if let Some(node) = object.get("x-acs-enum-descriptions") {
            self.describe_values(node, &mut values);
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
                    self.complain_key(entry, format!("`{key}` is no value of the enum"), help);
                }
            }
        }
    }

    fn array(&mut self, object: &Object<'a>) -> Kind {
        match object.get("items") {
            Some(items) => Kind::Array(Box::new(self.schema(items))),
            None => {
                self.complain_with_help(
                    object.node,
                    "an array needs the key `items`",
                    "`items: {}` when the elements can be anything",
                );
                Kind::Any
            }
        }
    }

    fn free_or_fixed(&mut self, object: &Object<'a>) -> Kind {
        let properties = object.get("properties");
        if let (Some(_), Some(entry)) = (properties, object.entry("additionalProperties")) {
            let message = "an object has either `properties` or `additionalProperties`";
            self.complain_key(
                entry,
                message,
                Some("unknown fields of an answer are never an error; leave it out".into()),
            );
        }
        if let Some(node) = properties {
            return Kind::Object(self.properties(object, node));
        }
        if let Some(entry) = object.entry("required") {
            self.complain_key(entry, "`required` needs `properties` beside it", None);
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

    /// The properties of an object or a form, with `required` beside them.
    pub(super) fn properties(
        &mut self,
        object: &Object<'a>,
        node: &'a Node,
    ) -> IndexMap<String, Property> {
        let mut properties = IndexMap::new();
        for (name, entry) in self.map(node, "properties").into_iter().flatten() {
            if name.is_empty() {
                self.complain_key(entry, "a property needs a name", None);
            }
            let schema = self.schema(&entry.value);
            self.want_description(&entry.value, &schema.description, "property", name);
            properties.insert(
                name.clone(),
                Property {
                    schema,
                    required: false,
                },
            );
        }
        for (name, node) in self.name_nodes(object, "required") {
            match properties.get_mut(name) {
                Some(property) if property.required => {
                    self.complain(node, format!("`{name}` stands here a second time"));
                }
                Some(property) => property.required = true,
                None => {
                    let message = format!("`required` names `{name}`, which is no property");
                    let help = did_you_mean(name, properties.keys().map(String::as_str));
                    self.complain_with_help(node, message, help);
                }
            }
        }
        properties
    }

    /// The lint on descriptions.
    pub(super) fn want_description(
        &mut self,
        node: &Node,
        description: &str,
        what: &str,
        name: &str,
    ) {
        if self.lint && description.trim().is_empty() {
            self.complain(node, format!("the {what} `{name}` needs a description"));
        }
    }
}
