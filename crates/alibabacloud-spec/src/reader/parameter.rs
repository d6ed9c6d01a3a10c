//! Parameters in the query, the path and headers.

use super::media::JSON;
use super::{Object, Reader};
use crate::model::{Kind, ParamStyle, Parameter, Place, Schema};
use crate::node::Node;
use crate::query::resolve;
use crate::suggest::did_you_mean;
use crate::vocabulary::{PARAMETER, PARAMETER_REFERENCE};

const PLACES: &[(&str, Place)] = &[
    ("query", Place::Query),
    ("path", Place::Path),
    ("header", Place::Header),
];

/// The styles that only Alibaba Cloud has.
pub(super) const ARRAY_STYLES: &[(&str, ParamStyle)] = &[
    ("repeatList", ParamStyle::RepeatList),
    ("flat", ParamStyle::Flat),
    ("simple", ParamStyle::Simple),
];

const STYLE_HELP: &str = "say how it is written: `x-acs-array-style: repeatList`, `flat` or `simple`, or put the schema \
                          under `content: application/json:`";

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
    pub(super) fn check_style(
        &mut self,
        node: &Node,
        schema: &Schema,
        style: ParamStyle,
        help: &str,
    ) {
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
}
