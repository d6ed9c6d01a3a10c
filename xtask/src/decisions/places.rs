//! Places in a specification, as people write them: `CreateKeyPair response PrivateKeyBody`,
//! `schema Tag.Key`.

use alibabacloud_spec::{Kind, Operation, Property, Schema, Service};
use indexmap::IndexMap;
use std::fmt;

/// The part of a specification that a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FieldSide {
    /// A parameter, or what is in one.
    Request,
    /// A field of a response.
    Response,
    /// A field of a shared schema, in whatever direction it is used.
    Shared,
}

impl fmt::Display for FieldSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "requests",
            Self::Response => "responses",
            Self::Shared => "shared schemas",
        })
    }
}

/// A parameter or a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldPlace<'a> {
    /// The operation; `None` in a shared schema.
    pub(super) operation: Option<&'a Operation>,
    pub(super) side: FieldSide,
    /// The last name of the path.
    pub(super) name: &'a str,
    /// The whole path, below the operation or from the name of the shared schema on.
    pub(super) path: &'a str,
    pub(super) schema: &'a Schema,
    /// The fields of the object that the field is in.
    pub(super) siblings: Option<&'a IndexMap<String, Property>>,
}

impl fmt::Display for FieldPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(operation) => {
                let side = if self.side == FieldSide::Request {
                    "request"
                } else {
                    "response"
                };
                write!(f, "{} {side} {}", operation.name, self.path)
            }
            None => write!(f, "schema {}", self.path),
        }
    }
}

/// Visits every parameter and field once: shared schemas by themselves, and not where they are
/// used.
pub(super) fn each_place(service: &Service, visit: &mut dyn FnMut(FieldPlace<'_>)) {
    for operation in &service.operations {
        for parameter in &operation.parameters {
            let place = FieldPlace {
                operation: Some(operation),
                side: FieldSide::Request,
                name: &parameter.name,
                path: &parameter.name,
                schema: &parameter.schema,
                siblings: None,
            };
            visit(place);
            each_below(place, visit);
        }
        if let Some(schema) = operation.response.schema() {
            let root = FieldPlace {
                operation: Some(operation),
                side: FieldSide::Response,
                name: "",
                path: "",
                schema,
                siblings: None,
            };
            each_below(root, visit);
        }
    }
    for (name, schema) in &service.schemas {
        let root = FieldPlace {
            operation: None,
            side: FieldSide::Shared,
            name,
            path: name,
            schema,
            siblings: None,
        };
        visit(root);
        each_below(root, visit);
    }
}

fn each_below(above: FieldPlace<'_>, visit: &mut dyn FnMut(FieldPlace<'_>)) {
    let mut enter = |mark: &str, schema: &Schema| {
        let place = FieldPlace {
            path: &format!("{}{mark}", above.path),
            schema,
            siblings: None,
            ..above
        };
        // An element has no name of its own, but it can be a secret.
        visit(place);
        each_below(place, visit);
    };
    match &above.schema.kind {
        Kind::Array(inner) => enter("[]", inner),
        Kind::Map(inner) => enter("{}", inner),
        Kind::Object(properties) => {
            for (name, property) in properties {
                let separator = if above.path.is_empty() { "" } else { "." };
                let place = FieldPlace {
                    name,
                    path: &format!("{}{separator}{name}", above.path),
                    schema: &property.schema,
                    siblings: Some(properties),
                    ..above
                };
                visit(place);
                each_below(place, visit);
            }
        }
        _ => {}
    }
}

/// Checks a place that a person wrote: `service`, `region NAME`, `schema NAME.FIELD`, or operations
/// with an optional path below `request` or `response`. Operations and paths are separated by
/// commas, and `*` stands for any part of the name of an operation.
///
/// # Errors
///
/// Says what does not exist.
pub(super) fn check(service: &Service, place: &str) -> Result<(), String> {
    let (head, rest) = place.split_once(' ').unwrap_or((place, ""));
    match head {
        "service" => return Ok(()),
        "region" => {
            let regions = &service.endpoints;
            let is_known = regions.regions.iter().any(|region| region == rest)
                || regions.public.contains_key(rest)
                || regions.vpc.contains_key(rest);
            // A region that was left out is a decision, too.
            return if is_known || rest.contains('-') {
                Ok(())
            } else {
                Err(format!("there is no region {rest:?}"))
            };
        }
        "schema" => {
            let (name, path) = rest.split_once('.').unwrap_or((rest, ""));
            let schema = service.schemas.get(name.trim_end_matches("[]"));
            let schema = schema.ok_or_else(|| format!("there is no schema {name:?}"))?;
            return walk(service, schema, path);
        }
        _ => {}
    }
    let (names, path, is_request) = match split_side(place) {
        Some((names, "request", path)) => (names, path, true),
        Some((names, _, path)) => (names, path, false),
        None => (place, "", true),
    };
    for pattern in names.split(',').map(str::trim) {
        let mut operations = service
            .operations
            .iter()
            .filter(|operation| matches(pattern, &operation.name))
            .peekable();
        if operations.peek().is_none() {
            return Err(format!("there is no operation {pattern:?}"));
        }
        let is_pattern = pattern.contains('*');
        let paths: Vec<&str> = path.split(',').map(str::trim).collect();
        let mut results = operations.map(|operation| {
            paths.iter().try_for_each(|path| {
                in_operation(service, operation, path, is_request)
                    .map_err(|error| format!("{}: {error}", operation.name))
            })
        });
        // A pattern names the operations that have the path.
        let result = if is_pattern {
            results
                .find(Result::is_ok)
                .unwrap_or_else(|| Err(format!("no operation {pattern} has {path:?}")))
        } else {
            results.collect()
        };
        result?;
    }
    Ok(())
}

/// Splits a place at `request` or `response`.
fn split_side(place: &str) -> Option<(&str, &str, &str)> {
    ["request", "response"].into_iter().find_map(|side| {
        if let Some((names, path)) = place.split_once(&format!(" {side} ")) {
            return Some((names, side, path));
        }
        let names = place.strip_suffix(side)?.strip_suffix(' ')?;
        Some((names, side, ""))
    })
}

/// Returns whether a name fits a pattern with `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(head) else {
        return false;
    };
    (0..=name.len()).any(|at| name.get(at..).is_some_and(|tail| matches(rest, tail)))
}

fn in_operation(
    service: &Service,
    operation: &Operation,
    path: &str,
    is_request: bool,
) -> Result<(), String> {
    if path.is_empty() {
        return Ok(());
    }
    if !is_request {
        let schema = operation.response.schema();
        let schema = schema.ok_or("the response has no fields")?;
        return walk(service, schema, path);
    }
    let (name, below) = path.split_once('.').unwrap_or((path, ""));
    let name = name.trim_end_matches("[]").trim_end_matches("{}");
    let parameter = operation.parameter(name);
    let parameter = parameter.ok_or_else(|| format!("there is no parameter {name:?}"))?;
    walk(service, &parameter.schema, below)
}

fn walk(service: &Service, schema: &Schema, path: &str) -> Result<(), String> {
    let mut schema = schema;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches("[]").trim_end_matches("{}");
        schema = entered(service, schema);
        let properties = schema.kind.properties();
        let property = properties.and_then(|properties| properties.get(name));
        schema = match property {
            Some(property) => &property.schema,
            None if name.is_empty() => schema,
            None => return Err(format!("there is no field {name:?}")),
        };
    }
    Ok(())
}

/// Follows references, lists and maps to what has fields.
fn entered<'a>(service: &'a Service, schema: &'a Schema) -> &'a Schema {
    let mut schema = service.resolve(schema);
    while let Kind::Array(inner) | Kind::Map(inner) = &schema.kind {
        schema = service.resolve(inner);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_any_part_of_a_name() {
        for (pattern, name, expected) in [
            ("Get*", "GetUser", true),
            ("*User", "GetUser", true),
            ("*", "GetUser", true),
            ("G*r", "GetUser", true),
            ("GetUser", "GetUser", true),
            ("GetUser", "GetUsers", false),
            ("*Users", "GetUser", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn the_side_of_a_place_is_found() {
        assert_eq!(
            split_side("GetUser request UserName"),
            Some(("GetUser", "request", "UserName"))
        );
        assert_eq!(split_side("A, B response"), Some(("A, B", "response", "")));
        assert_eq!(split_side("GetUser"), None);
    }
}
