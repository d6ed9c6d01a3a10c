//! Parameters in the query, the path and headers.

use super::media::JSON;
use super::rust_name::NameCase;
use super::{Object, Reader};
use crate::model::{Kind, Parameter, ParameterPlace, ParameterStyle, Schema};
use crate::node::Node;
use crate::query::resolve;
use crate::suggest::did_you_mean;
use crate::vocabulary::{PARAMETER, PARAMETER_REFERENCE};

const PLACES: &[(&str, ParameterPlace)] = &[
    ("query", ParameterPlace::Query),
    ("path", ParameterPlace::Path),
    ("header", ParameterPlace::Header),
];

/// The styles that are specific to Alibaba Cloud.
pub(super) const ARRAY_STYLES: &[(&str, ParameterStyle)] = &[
    ("repeatList", ParameterStyle::RepeatList),
    ("flat", ParameterStyle::Flat),
    ("simple", ParameterStyle::Simple),
];

const STYLE_HELP: &str = "add `x-acs-array-style: repeatList`, `flat` or `simple`, or put the schema under \
                          `content: application/json:`";

impl<'a> Reader<'a> {
    /// Reads an entry of `parameters`: a parameter, or a reference to a shared one.
    pub(super) fn parameter_or_reference(&mut self, node: &'a Node) -> Option<Parameter> {
        let Some(reference) = node.get("$ref") else {
            return self.parameter(node);
        };
        let object = self.object(node, &PARAMETER_REFERENCE)?;
        let name = self.shared_name(reference, "parameters")?;
        if self.is_main_unknown || self.broken_parameters.contains(name) {
            return None;
        }
        let Some(mut parameter) = self.parameters.get(name).cloned() else {
            let message = format!("unknown shared parameter `{name}`");
            let help = did_you_mean(name, self.parameters.keys().map(String::as_str));
            self.error_with_help(reference, message, help);
            return None;
        };
        if object.get("description").is_some() {
            parameter.schema.description = self.prose(&object, "description");
        }
        Some(parameter)
    }

    /// Reads a parameter.
    pub(super) fn parameter(&mut self, node: &'a Node) -> Option<Parameter> {
        let object = self.object(node, &PARAMETER)?;
        let name = self.required_name(&object, "name");
        let place = self.required_word(&object, "in", PLACES, ParameterPlace::Query);
        let required = self.flag(&object, "required");
        if place == ParameterPlace::Path && !required {
            self.error(
                node,
                format!("missing `required: true` for the path parameter `{name}`"),
            );
        }
        let (mut schema, style) = self.parameter_schema(&object);
        let style = self.raw_style(&object, place, &schema).unwrap_or(style);
        if object.get("description").is_some() {
            schema.description = self.prose(&object, "description");
        }
        schema.deprecated |= self.flag(&object, "deprecated");
        schema.rust_name = self.rust_name(&object, NameCase::Snake);
        self.require_description(node, &schema.description, "parameter", &name);
        self.check_style(node, &schema, style, STYLE_HELP);
        Some(Parameter {
            name,
            place,
            style,
            required,
            schema,
        })
    }

    fn parameter_schema(&mut self, object: &Object<'a>) -> (Schema, ParameterStyle) {
        let array_style = object
            .get("x-acs-array-style")
            .and_then(|node| self.word(node, ARRAY_STYLES));
        match (object.get("schema"), object.get("content")) {
            (Some(schema), None) => (
                self.schema(schema),
                array_style.unwrap_or(ParameterStyle::Plain),
            ),
            (None, Some(content)) => {
                if let Some(entry) = object.entry("x-acs-array-style") {
                    self.error_at_key(
                        entry,
                        "`x-acs-array-style` cannot be used with `content`",
                        None,
                    );
                }
                let schema = self
                    .only_media(content, &[JSON])
                    .and_then(|(_, media)| self.media_schema(media));
                (schema.unwrap_or_default(), ParameterStyle::Json)
            }
            _ => {
                self.error(
                    object.node,
                    "expected either `schema` or `content` in a parameter",
                );
                (Schema::default(), ParameterStyle::Plain)
            }
        }
    }

    /// Reads `x-acs-raw`, which applies to text in the path.
    fn raw_style(
        &mut self,
        object: &Object<'a>,
        place: ParameterPlace,
        schema: &Schema,
    ) -> Option<ParameterStyle> {
        if !self.flag(object, "x-acs-raw") {
            return None;
        }
        let is_uncertain = schema.kind == Kind::Any && self.are_schemas_uncertain;
        if place != ParameterPlace::Path || (schema.kind != Kind::String && !is_uncertain) {
            let entry = object.entry("x-acs-raw")?;
            self.error_at_key(
                entry,
                "`x-acs-raw` only applies to a string in the path",
                None,
            );
        }
        Some(ParameterStyle::Raw)
    }

    /// Checks that a structured value has a style, and a scalar has none.
    pub(super) fn check_style(
        &mut self,
        node: &Node,
        schema: &Schema,
        style: ParameterStyle,
        help: &str,
    ) {
        let kind = &resolve(&self.schemas, schema).kind;
        if *kind == Kind::Any && self.are_schemas_uncertain {
            return;
        }
        let described = kind.describe();
        let structured = matches!(kind, Kind::Array(_) | Kind::Map(_) | Kind::Object(_));
        let simple_fits = match kind {
            Kind::Array(items) => resolve(&self.schemas, items).kind.is_scalar(),
            _ => false,
        };
        match style {
            ParameterStyle::Plain if structured => {
                self.error_with_help(node, format!("missing style for {described}"), help);
            }
            ParameterStyle::RepeatList | ParameterStyle::Flat if !structured => {
                self.error(
                    node,
                    format!("`x-acs-array-style` does not apply to {described}"),
                );
            }
            ParameterStyle::Simple if !simple_fits => {
                self.error(
                    node,
                    "`x-acs-array-style: simple` only applies to arrays of scalars",
                );
            }
            _ => {}
        }
    }
}
