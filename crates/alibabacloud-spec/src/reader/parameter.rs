//! Parameters: in the query, the path, a header, a form, or as the body.

use super::{Object, Reader};
use crate::model::{Kind, ParamStyle, Parameter, Place, Schema};
use crate::node::{Data, Map, Node};
use crate::query::resolve;
use crate::suggest::did_you_mean;
use crate::vocabulary::{
    ENCODING, FORM, MEDIA, PARAMETER, PARAMETER_REFERENCE, REQUEST_BODY, SCHEMA,
};

const JSON: &str = "application/json";
const FORM_MEDIA: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

const PLACES: &[(&str, Place)] = &[
    ("query", Place::Query),
    ("path", Place::Path),
    ("header", Place::Header),
];

const ARRAY_STYLES: &[(&str, ParamStyle)] = &[
    ("repeatList", ParamStyle::RepeatList),
    ("flat", ParamStyle::Flat),
    ("simple", ParamStyle::Simple),
];

const STYLE_HELP: &str = "say how it is written: `x-acs-array-style: repeatList`, `flat` or `simple`, or put the schema \
                          under `content: application/json:`";
const FORM_STYLE_HELP: &str = "say under `encoding` how it is written: `contentType: application/json`, or \
                               `x-acs-array-style: repeatList`, `flat` or `simple`";

impl<'a> Reader<'a> {
    /// An entry of `parameters`: written out, or a reference to a shared one.
    pub(super) fn parameter_or_reference(&mut self, node: &'a Node) -> Option<Parameter> {
        let Some(reference) = node.get("$ref") else {
            return self.parameter(node);
        };
        let object = self.object(node, &PARAMETER_REFERENCE)?;
        let name = self.shared_name(reference, "parameters")?;
        let Some(mut parameter) = self.parameters.get(name).cloned() else {
            let message = format!("there is no shared parameter `{name}`");
            let help = did_you_mean(name, self.parameters.keys().map(String::as_str));
            self.complain_with_help(reference, message, help);
            return None;
        };
        if object.get("description").is_some() {
            parameter.schema.description = self.prose(&object, "description");
        }
        Some(parameter)
    }

    /// A parameter that is written out.
    pub(super) fn parameter(&mut self, node: &'a Node) -> Option<Parameter> {
        let object = self.object(node, &PARAMETER)?;
        let name = self.required_name(&object, "name");
        let place = self.required_word(&object, "in", PLACES, Place::Query);
        let required = self.flag(&object, "required");
        if place == Place::Path && !required {
            self.complain(
                node,
                format!("the path parameter `{name}` needs `required: true`"),
            );
        }
        let (mut schema, style) = self.parameter_schema(&object);
        let style = self.raw_style(&object, place, &schema).unwrap_or(style);
        if object.get("description").is_some() {
            schema.description = self.prose(&object, "description");
        }
        schema.deprecated |= self.flag(&object, "deprecated");
        self.want_description(node, &schema.description, "parameter", &name);
        self.check_style(node, &schema, style, STYLE_HELP);
        Some(Parameter {
            name,
            place,
            style,
            required,
            schema,
        })
    }

    fn parameter_schema(&mut self, object: &Object<'a>) -> (Schema, ParamStyle) {
        let array_style = object
            .get("x-acs-array-style")
            .and_then(|node| self.word(node, ARRAY_STYLES));
        match (object.get("schema"), object.get("content")) {
            (Some(schema), None) => (
                self.schema(schema),
                array_style.unwrap_or(ParamStyle::Plain),
            ),
            (None, Some(content)) => {
                if let Some(entry) = object.entry("x-acs-array-style") {
                    self.complain_key(
                        entry,
                        "`x-acs-array-style` means nothing beside `content`",
                        None,
                    );
                }
                let schema = self
                    .only_media(content, &[JSON])
                    .and_then(|(_, media)| self.media_schema(media));
                (schema.unwrap_or_default(), ParamStyle::Json)
            }
            _ => {
                self.complain(
                    object.node,
                    "a parameter needs either `schema` or `content`",
                );
                (Schema::default(), ParamStyle::Plain)
            }
        }
    }

    /// `x-acs-raw`, which is for text in the path.
    fn raw_style(
        &mut self,
        object: &Object<'a>,
        place: Place,
        schema: &Schema,
    ) -> Option<ParamStyle> {
        if !self.flag(object, "x-acs-raw") {
            return None;
        }
        if place != Place::Path || schema.kind != Kind::String {
            let entry = object.entry("x-acs-raw")?;
            self.complain_key(entry, "`x-acs-raw` is for a string in the path", None);
        }
        Some(ParamStyle::Raw)
    }

    /// A structured value must say how it is written, and a scalar has nothing to say.
    fn check_style(&mut self, node: &Node, schema: &Schema, style: ParamStyle, help: &str) {
        let kind = &resolve(&self.schemas, schema).kind;
        let described = kind.describe();
        let structured = matches!(kind, Kind::Array(_) | Kind::Map(_) | Kind::Object(_));
        let simple_fits = match kind {
            Kind::Array(items) => resolve(&self.schemas, items).kind.is_scalar(),
            _ => false,
        };
        match style {
            ParamStyle::Plain if structured => {
                self.complain_with_help(node, format!("{described} needs a style here"), help);
            }
            ParamStyle::RepeatList | ParamStyle::Flat if !structured => {
                self.complain(
                    node,
                    format!("`x-acs-array-style` means nothing for {described}"),
                );
            }
            ParamStyle::Simple if !simple_fits => {
                self.complain(node, "`x-acs-array-style: simple` is for arrays of scalars");
            }
            _ => {}
        }
    }

    /// The parameters that a request body holds: its form fields, or the body itself.
    pub(super) fn request_body(&mut self, node: &'a Node) -> Vec<Parameter> {
        let Some(object) = self.object(node, &REQUEST_BODY) else {
            return Vec::new();
        };
        let Some(content) = object.get("content") else {
            return Vec::new();
        };
        match self.only_media(content, &[JSON, FORM_MEDIA, BYTES, TEXT]) {
            None => Vec::new(),
            Some((FORM_MEDIA, media)) => {
                for key in ["required", "x-acs-name"] {
                    if let Some(entry) = object.entry(key) {
                        self.complain_key(
                            entry,
                            format!("`{key}` means nothing for a form; each field has its own"),
                            None,
                        );
                    }
                }
                self.form(media)
            }
            Some((media_type, media)) => vec![self.body(&object, media_type, media)],
        }
    }

    fn body(&mut self, object: &Object<'a>, media_type: &str, media: &'a Node) -> Parameter {
        let mut schema = self.media_schema(media).unwrap_or_default();
        if object.get("description").is_some() {
            schema.description = self.prose(object, "description");
        }
        let (style, fits, expected) = match media_type {
            BYTES => (
                ParamStyle::Raw,
                schema.kind == Kind::Binary,
                "`type: string, format: binary`",
            ),
            TEXT => (
                ParamStyle::Raw,
                schema.kind == Kind::String,
                "`type: string`",
            ),
            _ => (ParamStyle::Json, true, ""),
        };
        if !fits {
            self.complain(media, format!("a body of `{media_type}` is {expected}"));
        }
        let name = self
            .optional_name(object, "x-acs-name")
            .unwrap_or_else(|| "body".into());
        self.want_description(object.node, &schema.description, "body", &name);
        Parameter {
            name,
            place: Place::Body,
            style,
            required: self.flag(object, "required"),
            schema,
        }
    }

    fn form(&mut self, media: &'a Node) -> Vec<Parameter> {
        let Some(form) = self.object(media, &FORM) else {
            return Vec::new();
        };
        let Some(schema_node) = form.get("schema") else {
            return Vec::new();
        };
        let Some(properties_node) = schema_node.get("properties") else {
            self.complain(
                schema_node,
                "the schema of a form is `type: object` with `properties`",
            );
            return Vec::new();
        };
        let Some(schema) = self.object(schema_node, &SCHEMA) else {
            return Vec::new();
        };
        for (key, entry) in schema.map {
            if SCHEMA.knows(key) && !["type", "properties", "required"].contains(&key.as_str()) {
                self.complain_key(
                    entry,
                    format!("`{key}` means nothing for a form; each field has its own"),
                    None,
                );
            }
        }
        match schema.get("type") {
            Some(node) => _ = self.word(node, &[("object", ())]),
            None => self.complain(
                schema_node,
                "the schema of a form is `type: object` with `properties`",
            ),
        }
        let encoding = self.encodings(&form, properties_node);
        let properties = self.properties(&schema, properties_node);
        let mut parameters = Vec::new();
        for (name, property) in properties {
            let node = properties_node.get(&name).unwrap_or(properties_node);
            let style = encoding
                .and_then(|map| map.get(&name))
                .map_or(ParamStyle::Plain, |entry| self.encoding(&entry.value));
            self.check_style(node, &property.schema, style, FORM_STYLE_HELP);
            let required = property.required;
            parameters.push(Parameter {
                name,
                place: Place::Form,
                style,
                required,
                schema: property.schema,
            });
        }
        parameters
    }

    /// `encoding` of a form, once each entry is known to belong to a field.
    fn encodings(&mut self, form: &Object<'a>, properties: &'a Node) -> Option<&'a Map> {
        let map = self.map(form.get("encoding")?, "`encoding`")?;
        for (name, entry) in map {
            if properties.get(name).is_none() {
                self.complain_key(entry, format!("the form has no field `{name}`"), None);
            }
        }
        Some(map)
    }

    fn encoding(&mut self, node: &'a Node) -> ParamStyle {
        let Some(object) = self.object(node, &ENCODING) else {
            return ParamStyle::Json;
        };
        match (object.get("contentType"), object.get("x-acs-array-style")) {
            (Some(node), None) => {
                self.word(node, &[(JSON, ())]);
                ParamStyle::Json
            }
            (None, Some(node)) => self
                .word(node, ARRAY_STYLES)
                .unwrap_or(ParamStyle::RepeatList),
            _ => {
                self.complain(node, "expected either `contentType` or `x-acs-array-style`");
                ParamStyle::Json
            }
        }
    }

    /// The one media type under `content`, which must be one of those that are allowed here.
    pub(super) fn only_media<'m>(
        &mut self,
        node: &'a Node,
        allowed: &[&'m str],
    ) -> Option<(&'m str, &'a Node)> {
        let map = self.map(node, "`content`")?;
        let mut entries = map.iter();
        let (Some((name, entry)), None) = (entries.next(), entries.next()) else {
            self.complain(
                node,
                format!("expected one media type, found {}", map.len()),
            );
            return None;
        };
        let found = allowed
            .iter()
            .find(|media_type| **media_type == name.as_str());
        if found.is_none() {
            let message = format!(
                "expected the media type {}, found `{name}`",
                super::one_of(allowed)
            );
            self.complain_key(entry, message, None);
        }
        found.map(|media_type| (*media_type, &entry.value))
    }

    /// The schema of a media type that must have one.
    pub(super) fn media_schema(&mut self, node: &'a Node) -> Option<Schema> {
        let object = self.object(node, &MEDIA)?;
        match object.get("schema") {
            Some(node) if !matches!(node.data, Data::Null) => Some(self.schema(node)),
            _ => {
                self.complain(node, "a media type needs the key `schema`");
                None
            }
        }
    }
}
