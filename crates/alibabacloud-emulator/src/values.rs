//! JSON values and their schemas.

use alibabacloud_spec::values::{boolean, integer, number};
use alibabacloud_spec::{Kind, Schema, Service, ValueError, ValueKind, ValueProblem};
use serde_json::Value;

/// Checks a value of a request: types, enum values, limits, and required fields of objects. Fields
/// that the specification does not have are ignored, as services do.
///
/// # Errors
///
/// Describes the first error and where it is, as the end of a sentence.
pub(crate) fn check(service: &Service, schema: &Schema, value: &Value) -> Result<(), String> {
    let errors = service.check_value(schema, value);
    let is_ignored = |error: &&ValueError| matches!(error.problem, ValueProblem::UnknownName(_));
    match errors.iter().find(|error| !is_ignored(error)) {
        Some(error) => Err(describe(error)),
        None => Ok(()),
    }
}

/// Describes an error in the words of a service.
fn describe(ValueError { path, problem }: &ValueError) -> String {
    let why = match problem {
        ValueProblem::Missing => return format!("{path} is mandatory"),
        ValueProblem::WrongKind(kind) => match kind {
            ValueKind::Array => "a list is expected".to_owned(),
            ValueKind::Boolean => "true or false is expected".to_owned(),
            ValueKind::Text => "a text is expected".to_owned(),
            other => format!("{other} is expected"),
        },
        ValueProblem::UnknownName(_) => "it is unknown".to_owned(),
        ValueProblem::TooLarge => "the integer is too large".to_owned(),
        ValueProblem::UnknownValue(known) => format!("it is none of {}", known.join(", ")),
        ValueProblem::BelowMinimum(least) => format!("it is less than {least}"),
        ValueProblem::AboveMaximum(most) => format!("it is more than {most}"),
        ValueProblem::TooShort(least, unit) => format!("it has fewer than {least} {unit}"),
        ValueProblem::TooLong(most, unit) => format!("it has more than {most} {unit}"),
        ValueProblem::InvalidJson(error) => format!("it is not valid JSON ({error})"),
    };
    match path.as_str() {
        "" => why,
        path => format!("{why} at {path}"),
    }
}

/// Converts a value to the schema of a response: removes unknown fields, and converts texts to
/// numbers and the reverse.
///
/// `None` for null and for a value that cannot be converted.
pub(crate) fn fit(service: &Service, schema: &Schema, mut value: Value) -> Option<Value> {
    fit_in_place(service, schema, &mut value).then_some(value)
}

/// Converts in place, since most values fit already and large lists are costly to rebuild.
fn fit_in_place(service: &Service, schema: &Schema, value: &mut Value) -> bool {
    let schema = service.resolve(schema);
    match (&schema.kind, &mut *value) {
        (_, Value::Null) => return false,
        (Kind::Object(properties), Value::Object(entries)) => {
            entries.retain(|name, value| {
                let property = properties.get(name);
                property.is_some_and(|known| fit_in_place(service, &known.schema, value))
            });
            return true;
        }
        (Kind::Map(inner), Value::Object(entries)) => {
            entries.retain(|_, value| fit_in_place(service, inner, value));
            return true;
        }
        (Kind::Array(inner), Value::Array(items)) => {
            items.retain_mut(|item| fit_in_place(service, inner, item));
            return true;
        }
        (Kind::Any | Kind::Ref(_), _) => return true,
        _ => {}
    }
    match fit_scalar(service, schema, value) {
        Some(fitted) => {
            *value = fitted;
            true
        }
        None => false,
    }
}

/// Converts what cannot change in place: scalars, and objects and lists encoded as text.
fn fit_scalar(service: &Service, schema: &Schema, value: &mut Value) -> Option<Value> {
    match &schema.kind {
        Kind::Object(_) | Kind::Map(_) | Kind::Array(_) => {
            let parsed: Value = serde_json::from_str(value.as_str()?).ok()?;
            let is_tree = parsed.is_object() || parsed.is_array();
            is_tree.then(|| fit(service, schema, parsed)).flatten()
        }
        Kind::Int32 | Kind::Int64 => integer(value).map(Value::from),
        Kind::Number => number(value).map(Value::from),
        Kind::Boolean => boolean(value).map(Value::Bool),
        _ => match value.take() {
            text @ Value::String(_) => Some(text),
            other => Some(Value::String(other.to_string())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::empty_service;
    use alibabacloud_spec::{EnumValue, Property};
    use serde_json::json;

    fn schema(kind: Kind) -> Schema {
        Schema {
            kind,
            ..Schema::default()
        }
    }

    fn object(fields: Vec<(&str, Kind, bool)>) -> Schema {
        let fields = fields.into_iter().map(|(name, kind, required)| {
            let schema = schema(kind);
            (name.to_owned(), Property { schema, required })
        });
        schema(Kind::Object(fields.collect()))
    }

    #[test]
    fn a_value_fits_the_schema_of_the_response() {
        let service = empty_service();
        let response = object(vec![
            ("Version", Kind::String, false),
            ("Count", Kind::Int64, false),
            ("Tags", Kind::String, false),
            ("Names", Kind::Array(Box::new(schema(Kind::String))), false),
            ("Gone", Kind::String, false),
        ]);
        let record = json!({"Version": 3, "Count": "12", "Tags": {"a": "b"}, "Names": ["x", 1], "Gone": null, "~secret": 1});
        assert_eq!(
            fit(&service, &response, record),
            Some(
                json!({"Version": "3", "Count": 12, "Tags": "{\"a\":\"b\"}", "Names": ["x", "1"]})
            )
        );
    }

    #[test]
    fn errors_name_what_is_wrong_and_where() {
        let service = empty_service();
        let known = vec![EnumValue {
            value: "a".into(),
            rust_name: None,
            description: String::new(),
        }];
        let item = object(vec![
            ("Key", Kind::String, true),
            ("Kind", Kind::Enum(known), false),
        ]);
        let list = Schema {
            kind: Kind::Array(Box::new(item)),
            max_items: Some(2),
            ..Schema::default()
        };
        for (value, expected) in [
            (json!([{"Key": "k", "Kind": "a"}]), Ok(())),
            (json!({}), Err("a list is expected")),
            (json!([{}]), Err("[0].Key is mandatory")),
            (
                json!([{"Key": "k", "Kind": "b"}]),
                Err("it is none of a at [0].Kind"),
            ),
            (
                json!([{"Key": "k"}, {"Key": []}]),
                Err("a text is expected at [1].Key"),
            ),
            (
                json!([{"Key": "k"}, {"Key": "k"}, {"Key": "k"}]),
                Err("it has more than 2 items"),
            ),
        ] {
            assert_eq!(
                check(&service, &list, &value),
                expected.map_err(str::to_owned),
                "{value}"
            );
        }
    }

    #[test]
    fn integers_respect_width_and_limits() {
        let service = empty_service();
        let limited = Schema {
            minimum: Some(1),
            maximum: Some(100),
            ..schema(Kind::Int32)
        };
        for (value, good) in [
            (json!(1), true),
            (json!("100"), true),
            (json!(0), false),
            (json!(101), false),
            (json!(1.5), false),
            (json!("x"), false),
        ] {
            assert_eq!(check(&service, &limited, &value).is_ok(), good, "{value}");
        }
        assert!(check(&service, &schema(Kind::Int32), &json!(4_294_967_296_i64)).is_err());
        assert!(check(&service, &schema(Kind::Int64), &json!(4_294_967_296_i64)).is_ok());
    }
}
