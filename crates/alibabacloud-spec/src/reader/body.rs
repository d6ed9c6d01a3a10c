//! Request bodies: JSON, text or bytes, or a form whose fields are parameters.

use super::media::{BYTES, FORM, JSON, TEXT};
use super::parameter::ARRAY_STYLES;
use super::{Object, Reader};
use crate::model::{Kind, Parameter, ParameterPlace, ParameterStyle};
use crate::node::{Map, Node};
use crate::vocabulary::{ENCODING, FORM as FORM_MEDIA, REQUEST_BODY, SCHEMA};

const STYLE_HELP: &str = "add `contentType: application/json`, or `x-acs-array-style: repeatList`, `flat` or \
                          `simple`, for it under `encoding`";

impl<'a> Reader<'a> {
    /// Reads the parameters of a request body: its form fields, or the body itself.
    pub(super) fn request_body(&mut self, node: &'a Node) -> Vec<Parameter> {
        let Some(object) = self.object(node, &REQUEST_BODY) else {
            return Vec::new();
        };
        let Some(content) = object.get("content") else {
            return Vec::new();
        };
        match self.only_media(content, &[JSON, FORM, BYTES, TEXT]) {
            None => Vec::new(),
            Some((FORM, media)) => {
                for key in ["required", "x-acs-name"] {
                    if let Some(entry) = object.entry(key) {
                        self.error_at_key(
                            entry,
                            format!("`{key}` does not apply to a form; set it for each field"),
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
                ParameterStyle::Raw,
                schema.kind == Kind::Binary,
                "`type: string, format: binary`",
            ),
            TEXT => (
                ParameterStyle::Raw,
                schema.kind == Kind::String,
                "`type: string`",
            ),
            _ => (ParameterStyle::Json, true, ""),
        };
        let is_uncertain = schema.kind == Kind::Any && self.are_schemas_uncertain;
        if !fits && !is_uncertain {
            self.error(
                media,
                format!("a body of `{media_type}` must be {expected}"),
            );
        }
        let name = self
            .optional_name(object, "x-acs-name")
            .unwrap_or_else(|| "body".into());
        self.require_description(object.node, &schema.description, "body", &name);
        Parameter {
            name,
            place: ParameterPlace::Body,
            style,
            required: self.flag(object, "required"),
            schema,
        }
    }

    fn form(&mut self, media: &'a Node) -> Vec<Parameter> {
        let Some(form) = self.object(media, &FORM_MEDIA) else {
            return Vec::new();
        };
        let Some(schema_node) = form.get("schema") else {
            return Vec::new();
        };
        let Some(properties_node) = schema_node.get("properties") else {
            self.error(
                schema_node,
                "the schema of a form must be `type: object` with `properties`",
            );
            return Vec::new();
        };
        let Some(schema) = self.object(schema_node, &SCHEMA) else {
            return Vec::new();
        };
        for (key, entry) in schema.map {
            if SCHEMA.knows(key) && !["type", "properties", "required"].contains(&key.as_str()) {
                self.error_at_key(
                    entry,
                    format!("`{key}` does not apply to a form; set it for each field"),
                    None,
                );
            }
        }
        match schema.get("type") {
            Some(node) => _ = self.word(node, &[("object", ())]),
            None => self.error(
                schema_node,
                "the schema of a form must be `type: object` with `properties`",
            ),
        }
        let encoding = self.encodings(&form, properties_node);
        let properties = self.properties(&schema, properties_node);
        let mut parameters = Vec::new();
        for (name, property) in properties {
            let node = properties_node.get(&name).unwrap_or(properties_node);
            let style = encoding
                .and_then(|map| map.get(&name))
                .map_or(ParameterStyle::Plain, |entry| self.encoding(&entry.value));
            self.check_style(node, &property.schema, style, STYLE_HELP);
            let required = property.required;
            parameters.push(Parameter {
                name,
                place: ParameterPlace::Form,
                style,
                required,
                schema: property.schema,
            });
        }
        parameters
    }

    /// Returns `encoding` of a form, and reports entries that do not belong to a field.
    fn encodings(&mut self, form: &Object<'a>, properties: &'a Node) -> Option<&'a Map> {
        let map = self.map(form.get("encoding")?, "`encoding`")?;
        for (name, entry) in map {
            if properties.get(name).is_none() {
                self.error_at_key(entry, format!("the form has no field `{name}`"), None);
            }
        }
        Some(map)
    }

    fn encoding(&mut self, node: &'a Node) -> ParameterStyle {
        let Some(object) = self.object(node, &ENCODING) else {
            return ParameterStyle::Json;
        };
        match (object.get("contentType"), object.get("x-acs-array-style")) {
            (Some(node), None) => {
                self.word(node, &[(JSON, ())]);
                ParameterStyle::Json
            }
            (None, Some(node)) => self
                .word(node, ARRAY_STYLES)
                .unwrap_or(ParameterStyle::RepeatList),
            _ => {
                self.error(node, "expected either `contentType` or `x-acs-array-style`");
                ParameterStyle::Json
            }
        }
    }
}
