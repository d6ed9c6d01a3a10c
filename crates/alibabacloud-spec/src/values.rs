//! JSON values and their schemas: what values mean, and what is wrong with them.

use crate::model::{EnumValue, Kind, Operation, Schema, Service};
use crate::suggest::nearest;
use serde_json::{Map, Value};
use std::fmt;

/// What is wrong with a value, and where.
///
/// `Display` shows both in one sentence: `Tag[0].Key: expected text`.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueError {
    /// The path in the checked value: `[0].Key`, `.Key`, or nothing for the value itself. Among
    /// parameters, the path begins with the name of one: `Tag[0].Key`.
    pub path: String,
    /// What is wrong, and what is expected instead.
    pub problem: ValueProblem,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueProblem {
    /// The value is of another kind.
    WrongKind(ValueKind),
    /// There is no parameter or field of this name; the closest one, if it is similar.
    UnknownName(Option<String>),
    /// The integer does not fit into 32 bits.
    TooLarge,
    /// A required parameter or field is not set.
    Missing,
    /// The text is none of the known values of an enum.
    UnknownValue(Vec<String>),
    /// The number is less than the minimum.
    BelowMinimum(i64),
    /// The number is more than the maximum.
    AboveMaximum(i64),
    /// The text has fewer characters, or the array fewer items.
    TooShort(u64, LengthUnit),
    /// The text has more characters, or the array more items.
    TooLong(u64, LengthUnit),
    /// The text is not valid JSON; why.
    InvalidJson(String),
}

/// The kind of value that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// An array.
    Array,
    /// An object.
    Object,
    /// An integer, or text that holds one.
    Integer,
    /// A number, or text that holds one.
    Number,
    /// A boolean, or the text `true` or `false`.
    Boolean,
    /// Text, or a number or boolean, which is sent as text.
    Text,
    /// Bytes as Base64 text.
    Base64,
}

/// A rule of the service about a value, besides its type. The emulator and the dynamic client check
/// it, and so does a generated client with the feature `checks`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRule<'a> {
    /// An integer has a minimum or a maximum.
    Range {
        /// The minimum.
        least: Option<i64>,
        /// The maximum.
        most: Option<i64>,
    },
    /// A text or an array has a minimum or a maximum length.
    Length {
        /// The minimum.
        least: Option<u64>,
        /// The maximum.
        most: Option<u64>,
        /// What the length counts.
        unit: LengthUnit,
    },
    /// A text is one of the known values of an enum.
    OneOf(&'a [EnumValue]),
    /// A text is valid JSON, or empty.
    Json,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthUnit {
    /// Characters of a text.
    Characters,
    /// Items of an array.
    Items,
}

impl LengthUnit {
    /// Returns a length in words: `1 item`.
    fn count(self, length: u64) -> String {
        match (self, length) {
            (Self::Characters, 1) => "1 character".to_owned(),
            (Self::Items, 1) => "1 item".to_owned(),
            _ => format!("{length} {self}"),
        }
    }
}

impl ValueProblem {
    /// Returns whether the value cannot be written as its type. Everything else is a rule of the
    /// service, which can change it without notice, so that a client may leave it to the service.
    pub fn is_type_error(&self) -> bool {
        matches!(
            self,
            Self::WrongKind(_) | Self::UnknownName(_) | Self::TooLarge
        )
    }
}

impl Service {
    /// Checks a value of a request or response against its schema: types, names of fields, enum
    /// values, limits, and required fields of objects. Returns all errors, in the order of the
    /// schema.
    ///
    /// A null counts as not set. Text is accepted for a number or a boolean that it holds, and a
    /// number or a boolean for text, as services do.
    pub fn check_value(&self, schema: &Schema, value: &Value) -> Vec<ValueError> {
        let mut checker = Checker::new(self);
        checker.check(schema, value);
        checker.errors
    }

    /// Checks the parameters of a call, by wire name. A region or an idempotency token is never
    /// missing, because a client fills it in.
    pub fn check_parameters(
        &self,
        operation: &Operation,
        parameters: &Map<String, Value>,
    ) -> Vec<ValueError> {
        let mut checker = Checker::new(self);
        for parameter in &operation.parameters {
            let is_filled_in =
                parameter.is_region() || operation.idempotency.as_ref() == Some(&parameter.name);
            checker.path.push_str(&parameter.name);
            match parameters.get(&parameter.name) {
                Some(value) if !value.is_null() => checker.check(&parameter.schema, value),
                _ if parameter.required && !is_filled_in => checker.add(ValueProblem::Missing),
                _ => {}
            }
            checker.path.clear();
        }
        for name in parameters
            .keys()
            .filter(|name| operation.parameter(name).is_none())
        {
            let known = operation.parameters.iter().map(|known| known.name.as_str());
            checker.path.push_str(name);
            checker.add(ValueProblem::UnknownName(
                nearest(name, known).map(str::to_owned),
            ));
            checker.path.clear();
        }
        checker.errors
    }
}

/// A check in progress.
struct Checker<'a> {
    service: &'a Service,
    path: String,
    errors: Vec<ValueError>,
}

impl<'a> Checker<'a> {
    fn new(service: &'a Service) -> Self {
        Self {
            service,
            path: String::new(),
            errors: Vec::new(),
        }
    }

    fn add(&mut self, problem: ValueProblem) {
        let path = self.path.clone();
        self.errors.push(ValueError { path, problem });
    }

    fn check(&mut self, schema: &Schema, value: &Value) {
        let schema = self.service.resolve(schema);
        if value.is_null() {
            return;
        }
        if let Err(problem) = check_one(schema, value) {
            self.add(problem);
        }
        match (&schema.kind, value) {
            (Kind::Array(inner), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(format_args!("[{index}]"), |this| this.check(inner, item));
                }
            }
            (Kind::Map(inner), Value::Object(entries)) => {
                for (key, entry) in entries {
                    self.within(format_args!(".{key}"), |this| this.check(inner, entry));
                }
            }
            (Kind::Object(properties), Value::Object(entries)) => {
                for (name, property) in properties {
                    self.within(format_args!(".{name}"), |this| match entries.get(name) {
                        Some(entry) => this.check(&property.schema, entry),
                        None if property.required => this.add(ValueProblem::Missing),
                        None => {}
                    });
                }
                let unknown = entries
                    .keys()
                    .filter(|name| !properties.contains_key(*name));
                for name in unknown {
                    let near = nearest(name, properties.keys().map(String::as_str));
                    let problem = ValueProblem::UnknownName(near.map(str::to_owned));
                    self.within(format_args!(".{name}"), |this| this.add(problem));
                }
            }
            _ => {}
        }
    }

    /// Runs `check` with a longer path.
    fn within(&mut self, step: fmt::Arguments<'_>, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a string cannot fail.
        let _ = fmt::Write::write_fmt(&mut self.path, step);
        check(self);
        self.path.truncate(length);
    }
}

/// Checks a value without what it contains.
fn check_one(schema: &Schema, value: &Value) -> Result<(), ValueProblem> {
    check_type(schema, value)?;
    schema.rule().map_or(Ok(()), |rule| rule.check(value))
}

fn check_type(schema: &Schema, value: &Value) -> Result<(), ValueProblem> {
    let kind = match &schema.kind {
        Kind::Array(_) if !value.is_array() => ValueKind::Array,
        Kind::Map(_) | Kind::Object(_) if !value.is_object() => ValueKind::Object,
        Kind::Int32 | Kind::Int64 => match integer(value) {
            None => ValueKind::Integer,
            Some(number) if schema.kind == Kind::Int32 && i32::try_from(number).is_err() => {
                return Err(ValueProblem::TooLarge);
            }
            Some(_) => return Ok(()),
        },
        Kind::Number if number(value).is_none() => ValueKind::Number,
        Kind::Boolean if boolean(value).is_none() => ValueKind::Boolean,
        Kind::String | Kind::DateTime | Kind::Binary if value.is_array() || value.is_object() => {
            ValueKind::Text
        }
        _ => return Ok(()),
    };
    Err(ValueProblem::WrongKind(kind))
}

impl Schema {
    /// Returns the rule about a value of the schema itself; what an array or an object contains has
    /// its own.
    pub fn rule(&self) -> Option<ValueRule<'_>> {
        let length = |least: Option<u64>, most: Option<u64>, unit| {
            let rule = ValueRule::Length { least, most, unit };
            (least.is_some() || most.is_some()).then_some(rule)
        };
        match &self.kind {
            Kind::Array(_) => length(self.min_items, self.max_items, LengthUnit::Items),
            Kind::String => length(self.min_length, self.max_length, LengthUnit::Characters),
            Kind::Int32 | Kind::Int64 => {
                let (least, most) = (self.minimum, self.maximum);
                let rule = ValueRule::Range { least, most };
                (least.is_some() || most.is_some()).then_some(rule)
            }
            Kind::Enum(known) => Some(ValueRule::OneOf(known)),
            Kind::JsonText => Some(ValueRule::Json),
            _ => None,
        }
    }
}

impl ValueRule<'_> {
    /// Checks a value of the type that the rule is about.
    fn check(self, value: &Value) -> Result<(), ValueProblem> {
        match self {
            Self::Range { least, most } => match (integer(value), least, most) {
                (Some(number), Some(least), _) if number < least => {
                    Err(ValueProblem::BelowMinimum(least))
                }
                (Some(number), _, Some(most)) if number > most => {
                    Err(ValueProblem::AboveMaximum(most))
                }
                _ => Ok(()),
            },
            Self::Length { least, most, unit } => {
                let length = match value {
                    Value::Array(items) => items.len(),
                    other => text(other).chars().count(),
                } as u64;
                match (least, most) {
                    (Some(least), _) if length < least => Err(ValueProblem::TooShort(least, unit)),
                    (_, Some(most)) if length > most => Err(ValueProblem::TooLong(most, unit)),
                    _ => Ok(()),
                }
            }
            Self::OneOf(known) => {
                let text = text(value);
                if known.iter().any(|one| one.value == text) {
                    return Ok(());
                }
                let known = known.iter().map(|one| one.value.clone());
                Err(ValueProblem::UnknownValue(known.collect()))
            }
            Self::Json => match value {
                Value::String(json) if !json.is_empty() => {
                    serde_json::from_str::<serde::de::IgnoredAny>(json)
                        .map(|_| ())
                        .map_err(|error| ValueProblem::InvalidJson(error.to_string()))
                }
                _ => Ok(()),
            },
        }
    }
}

/// Returns the integer that a number or a text holds.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

/// Returns the number that a number or a text holds.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}

/// Returns the boolean that a boolean, or a text in any case, holds.
pub fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Returns a value as text: a text unchanged, any other value as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the value at a dotted path in a response: `TagResources.TagResource`. Names of fields
/// can contain dots themselves.
pub fn at_path<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let entries = value.as_object()?;
    ends(path).find_map(|(name, rest)| {
        let inner = entries.get(name)?;
        rest.map_or(Some(inner), |rest| at_path(inner, rest))
    })
}

/// Takes the value at a dotted path out of a response; null remains there. See [`at_path`].
pub fn take_path(value: &mut Value, path: &str) -> Option<Value> {
    let entries = value.as_object_mut()?;
    ends(path).find_map(|(name, rest)| {
        let inner = entries.get_mut(name)?;
        match rest {
            None => Some(inner.take()),
            Some(rest) => take_path(inner, rest),
        }
    })
}

/// Returns each way to split a path after its first field.
fn ends(path: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let dots = path.match_indices('.').map(|(index, _)| index);
    let ends = dots.chain([path.len()]);
    ends.filter_map(|end| Some((path.get(..end)?, path.get(end + 1..))))
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.strip_prefix('.').unwrap_or(&self.path);
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKind(kind) => write!(f, "expected {kind}"),
            Self::UnknownName(None) => f.write_str("unknown name"),
            Self::UnknownName(Some(near)) => write!(f, "unknown name, did you mean {near}?"),
            Self::TooLarge => f.write_str("the integer does not fit into 32 bits"),
            Self::Missing => f.write_str("required, but not set"),
            Self::UnknownValue(known) => write!(f, "expected one of {}", known.join(", ")),
            Self::BelowMinimum(least) => write!(f, "expected at least {least}"),
            Self::AboveMaximum(most) => write!(f, "expected at most {most}"),
            Self::TooShort(least, unit) => write!(f, "expected at least {}", unit.count(*least)),
            Self::TooLong(most, unit) => write!(f, "expected at most {}", unit.count(*most)),
            Self::InvalidJson(why) => write!(f, "expected JSON text ({why})"),
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Text => "text",
            Self::Base64 => "Base64 text",
        })
    }
}

impl fmt::Display for LengthUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Items => "items",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn service() -> Service {
        let object = json!({
            "type": "object",
            "required": ["Key"],
            "properties": {
                "Key": {"type": "string", "maxLength": 3},
                "Kind": {"type": "string", "enum": ["a", "b"]},
                "Policy": {"type": "string", "contentMediaType": "application/json"},
            },
        });
        let operation = json!({
            "operationId": "Test",
            "summary": "For tests.",
            "x-acs-class": "create",
            "x-acs-idempotency": "Token",
            "parameters": [
                {"name": "RegionId", "in": "query", "required": true, "schema": {"type": "string"}},
                {"name": "Token", "in": "query", "required": true, "schema": {"type": "string"}},
                {"name": "Name", "in": "query", "required": true, "schema": {"type": "string"}},
                {
                    "name": "Size",
                    "in": "query",
                    "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9},
                },
                {"name": "On", "in": "query", "schema": {"type": "boolean"}},
                {
                    "name": "Tag",
                    "in": "query",
                    "x-acs-array-style": "repeatList",
                    "schema": {"type": "array", "maxItems": 2, "items": object},
                },
                {
                    "name": "Weights",
                    "in": "query",
                    "content": {"application/json": {
                        "schema": {"type": "object", "additionalProperties": {"type": "number"}},
                    }},
                },
                {
                    "name": "Until",
                    "in": "query",
                    "schema": {"type": "string", "format": "acs-date-time"},
                },
            ],
            "responses": {"200": {"description": "Done."}},
        });
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "2020-01-01", "description": "For tests."},
            "x-acs-product": {"code": "test", "crate": "alibabacloud-test", "style": "rpc"},
            "paths": {"/#Action=Test": {"post": operation}},
        });
        Service::from_bundle(&document.to_string()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    fn errors(parameters: Value) -> Vec<String> {
        let service = service();
        let parameters = parameters.as_object().unwrap();
        let errors = service.check_parameters(&service.operations[0], parameters);
        errors.iter().map(ValueError::to_string).collect()
    }

    #[test]
    fn what_fits_has_no_errors() {
        let parameters = json!({
            "Name": 5, "Size": "9", "On": "TRUE", "Weights": {"a": 1, "b": "1.5"}, "Until": null,
            "Tag": [{"Key": "k", "Kind": "b", "Policy": "{}"}, {"Key": 7, "Policy": {"a": 1}}],
        });
        assert_eq!(errors(parameters), [""; 0]);
    }

    #[test]
    fn every_error_is_reported_with_its_path() {
        let parameters = json!({
            "Size": 10, "On": 1, "Weights": {"a": []}, "Until": {}, "Siz": 1,
            "Tag": [{"Kind": "c"}, {"Key": "long"}, {"Key": "k", "Policy": "{", "Kindd": "a"}],
        });
        assert_eq!(
            errors(parameters),
            [
                "Name: required, but not set",
                "Size: expected at most 9",
                "On: expected a boolean",
                "Tag: expected at most 2 items",
                "Tag[0].Key: required, but not set",
                "Tag[0].Kind: expected one of a, b",
                "Tag[1].Key: expected at most 3 characters",
                "Tag[2].Policy: expected JSON text (EOF while parsing an object at line 1 column 1)",
                "Tag[2].Kindd: unknown name, did you mean Kind?",
                "Weights.a: expected a number",
                "Until: expected text",
                "Siz: unknown name, did you mean Size?",
            ]
        );
    }

    #[test]
    fn rules_of_the_service_are_no_type_errors() {
        let service = service();
        let parameters = json!({"Size": 4_294_967_296_i64, "Tag": [{"Kind": "c", "New": 1}]});
        let parameters = parameters.as_object().unwrap();
        let errors = service.check_parameters(&service.operations[0], parameters);
        let errors = errors.iter().filter(|error| error.problem.is_type_error());
        let paths: Vec<&str> = errors.map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["Size", "Tag[0].New"]);
    }

    #[test]
    fn a_path_leads_through_names_with_dots() {
        let mut body = json!({"Data": {"Items.zh": {"Item": [1]}, "Items": null}});
        assert_eq!(at_path(&body, "Data.Items.zh.Item"), Some(&json!([1])));
        assert_eq!(at_path(&body, "Data.Items"), Some(&Value::Null));
        assert_eq!(at_path(&body, "Data.Items.Item"), None);
        assert_eq!(at_path(&body, "Data.Items.zh.Item.x"), None);
        assert_eq!(take_path(&mut body, "Data.Items.zh.Item"), Some(json!([1])));
        assert_eq!(at_path(&body, "Data.Items.zh.Item"), Some(&Value::Null));
    }
}
