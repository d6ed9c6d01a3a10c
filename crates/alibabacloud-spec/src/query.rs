//! Queries of a specification, for the generator, the emulator and the checks.

use indexmap::IndexMap;
use std::borrow::Cow;

use crate::model::{
    ErrorCode, Kind, Operation, OperationClass, Pagination, Parameter, Property, Ram, RamAction,
    RamStatus, Response, Schema, Service, Waiter,
};

/// The version of crates that were never released.
const FIRST_VERSION: &str = "0.1.0";

impl Service {
    /// Returns the version of the generated crates.
    pub fn crate_version(&self) -> &str {
        self.crate_version.as_deref().unwrap_or(FIRST_VERSION)
    }

    /// Adds error codes that any operation can return. Codes that the service describes itself
    /// keep its description.
    pub fn add_errors(&mut self, common: &[ErrorCode]) {
        let own = self.errors.len();
        for error in common {
            let known = &self.errors[..own];
            if !known.iter().any(|known| known.code == error.code) {
                self.errors.push(error.clone());
            }
        }
    }

    /// Returns the operation with this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let index = self
            .operations
            .binary_search_by(|operation| operation.name.as_str().cmp(name))
            .ok()?;
        self.operations.get(index)
    }

    /// Returns the product code in RAM actions.
    pub fn ram_code(&self) -> &str {
        self.ram_code.as_deref().unwrap_or(&self.code)
    }

    /// Returns the permissions that a caller of an operation needs: `x-acs-ram`. An operation
    /// without it needs none if it is sent without a signature, and else an unknown permission.
    ///
    /// An unknown permission has the action that services usually use, `<code>:<operation>` on all
    /// resources, with the product code of RAM actions.
    pub fn permissions<'a>(&self, operation: &'a Operation) -> Cow<'a, Ram> {
        let mut ram = match &operation.ram {
            Some(ram) if ram.status != RamStatus::Unknown => return Cow::Borrowed(ram),
            Some(ram) => ram.clone(),
            None => Ram {
                status: if operation.anonymous {
                    RamStatus::None
                } else {
                    RamStatus::Unknown
                },
                page: None,
                note: None,
                actions: Vec::new(),
            },
        };
        if ram.status == RamStatus::Unknown {
            ram.actions = vec![self.usual_action(operation)];
        }
        Cow::Owned(ram)
    }

    /// Returns the action that an operation usually needs.
    fn usual_action(&self, operation: &Operation) -> RamAction {
        RamAction {
            action: format!("{}:{}", self.ram_code(), operation.name),
            access: operation.class.access().to_owned(),
            resources: Vec::new(),
            conditions: Vec::new(),
            dependents: Vec::new(),
        }
    }

    /// Returns the schema, or the shared schema that it refers to. In a loaded specification the
    /// result is never a reference.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        resolve(&self.schemas, schema)
    }

    /// Follows a dotted path into a schema: `TagResources.TagResource`, `Executions[].Status` (`[]`
    /// enters each element).
    ///
    /// # Errors
    /// When part of the path does not exist, with the fields that exist instead.
    pub fn walk<'a>(&'a self, schema: &'a Schema, path: &str) -> Result<&'a Schema, String> {
        walk(&self.schemas, schema, path)
    }
}

impl OperationClass {
    /// Returns the RAM access level of operations of this class. RAM has none for actions, which
    /// change something.
    pub fn access(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Update | Self::Action => "update",
            Self::Delete => "delete",
        }
    }
}

impl Operation {
    /// Returns the parameter with this wire name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// Returns the first required parameter that is not in `given`, other than `RegionId`, which
    /// the client fills in.
    pub fn missing_parameter(&self, given: &[String]) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.required && parameter.name != "RegionId" && !given.contains(&parameter.name)
        })
    }
}

impl Waiter {
    /// Returns whether it reads all pages of a list: `operation`, which it polls, has pages, and
    /// the state is in a list.
    pub fn is_paged(&self, operation: &Operation) -> bool {
        operation.pagination.is_some() && self.state.contains("[]")
    }

    /// Returns the path of the list whose elements have the state, and the path of the state in an
    /// element; `None` if the state is in no list.
    pub fn list(&self) -> Option<(&str, &str)> {
        self.state.rsplit_once("[].")
    }

    /// Returns the first required parameter of `operation` that no poll sends: neither for an
    /// argument of the waiter, nor with a fixed value, nor as a parameter of paging.
    pub fn missing_parameter<'o>(&self, operation: &'o Operation) -> Option<&'o Parameter> {
        let mut given = self.parameters.clone();
        given.extend(self.fixed.keys().cloned());
        if let Some(pagination) = operation
            .pagination
            .as_ref()
            .filter(|_| self.is_paged(operation))
        {
            given.extend(pagination.first().keys().cloned());
            if let Pagination::PageNumber { page, .. } = pagination {
                given.push(page.clone());
            }
        }
        operation.missing_parameter(&given)
    }
}

impl Response {
    /// Returns the schema of the response, or of each event.
    pub fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Json(schema) | Self::Events(schema) => Some(schema),
            Self::Empty | Self::Text | Self::Binary => None,
        }
    }
}

impl Kind {
    /// Returns the properties of an object.
    pub fn properties(&self) -> Option<&IndexMap<String, Property>> {
        match self {
            Self::Object(properties) => Some(properties),
            _ => None,
        }
    }

    /// Returns whether the value is a scalar: text, a number or a boolean.
    pub fn is_scalar(&self) -> bool {
        !matches!(
            self,
            Self::Any | Self::Array(_) | Self::Map(_) | Self::Object(_) | Self::Ref(_)
        )
    }

    /// Returns whether the value can be a page token, a page number, a page size or a total.
    pub fn is_text_or_integer(&self) -> bool {
        matches!(self, Self::String | Self::Int32 | Self::Int64)
    }

    /// Returns whether a waiter can take the value as an argument.
    pub fn is_waiter_argument(&self) -> bool {
        matches!(
            self,
            Self::String
                | Self::DateTime
                | Self::Enum(_)
                | Self::Int32
                | Self::Int64
                | Self::Array(_)
        )
    }

    /// Returns whether a waiter can use the value as a state.
    pub fn is_waiter_state(&self) -> bool {
        matches!(
            self,
            Self::String | Self::Enum(_) | Self::Boolean | Self::Int32 | Self::Int64
        )
    }

    /// Returns whether a waiter can send a fixed value of this kind.
    pub fn is_waiter_constant(&self) -> bool {
        match self {
            Self::Array(items) => matches!(items.kind, Self::String | Self::Enum(_)),
            Self::String | Self::Enum(_) | Self::Boolean => true,
            kind => kind.is_text_or_integer(),
        }
    }

    /// Returns whether the value can identify the resource of a waiter: text, a number, or a list
    /// of texts.
    pub fn is_waiter_identity(&self) -> bool {
        match self {
            Self::Array(items) => items.kind == Self::String,
            kind => kind.is_text_or_integer(),
        }
    }

    /// Describes the kind for messages: `an array`.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Any => "any JSON",
            Self::String => "a string",
            Self::JsonText => "JSON text",
            Self::DateTime => "a timestamp",
            Self::Binary => "bytes",
            Self::Enum(_) => "an enum",
            Self::Int32 | Self::Int64 => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            Self::Ref(_) => "a reference",
        }
    }
}

/// Follows references, at most as many as there are shared schemas, so that a circle ends.
pub(crate) fn resolve<'a>(schemas: &'a IndexMap<String, Schema>, schema: &'a Schema) -> &'a Schema {
    let mut schema = schema;
    for _ in 0..=schemas.len() {
        match &schema.kind {
            Kind::Ref(name) => match schemas.get(name) {
                Some(target) => schema = target,
                None => return schema,
            },
            _ => return schema,
        }
    }
    schema
}

/// Implements [`Service::walk`].
pub(crate) fn walk<'a>(
    schemas: &'a IndexMap<String, Schema>,
    schema: &'a Schema,
    path: &str,
) -> Result<&'a Schema, String> {
    let mut here = resolve(schemas, schema);
    let mut rest = path;
    let mut walked = String::from("the response");
    while !rest.is_empty() {
        let Kind::Object(properties) = &here.kind else {
            return Err(format!(
                "{walked} is {}, so it has no field `{rest}`",
                here.kind.describe()
            ));
        };
        let Some((name, elements, after)) = split_field(properties, rest) else {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            return Err(format!(
                "{walked} has no field `{}`; it has {}",
                first_part(rest),
                known.join(", ")
            ));
        };
        let Some(property) = properties.get(name) else {
            return Err(format!("{walked} has no field `{name}`"));
        };
        here = resolve(schemas, &property.schema);
        walked = format!("`{name}`");
        if elements {
            let Kind::Array(items) = &here.kind else {
                return Err(format!(
                    "{walked} is {}, so `[]` does not apply",
                    here.kind.describe()
                ));
            };
            here = resolve(schemas, items);
            walked = format!("`{name}[]`");
        }
        rest = after;
    }
    Ok(here)
}

/// Splits a path after its first field, whose name may contain dots. Returns the name, whether `[]`
/// follows, and the rest.
fn split_field<'p>(
    properties: &IndexMap<String, Property>,
    path: &'p str,
) -> Option<(&'p str, bool, &'p str)> {
    let dots = path.match_indices('.').map(|(index, _)| index);
    for end in dots.chain([path.len()]) {
        let (Some(field), after) = (path.get(..end), path.get(end + 1..).unwrap_or_default())
        else {
            continue;
        };
        let (name, elements) = match field.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (field, false),
        };
        if properties.contains_key(name) {
            return Some((name, elements, after));
        }
    }
    None
}

fn first_part(path: &str) -> &str {
    let part = path.split('.').next().unwrap_or(path);
    part.strip_suffix("[]").unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(kind: Kind) -> Schema {
        Schema {
            kind,
            ..Schema::default()
        }
    }

    fn object(fields: &[(&str, Schema)]) -> Schema {
        let property = |schema: &Schema| Property {
            schema: schema.clone(),
            required: false,
        };
        let fields = fields
            .iter()
            .map(|(name, schema)| ((*name).to_owned(), property(schema)));
        self::schema(Kind::Object(fields.collect()))
    }

    /// Returns shared schemas, and a response that contains one in an array.
    fn example() -> (IndexMap<String, Schema>, Schema) {
        let item = object(&[
            ("Id", schema(Kind::String)),
            ("Name.zh", schema(Kind::Boolean)),
        ]);
        let schemas = IndexMap::from([
            ("Item".to_owned(), item),
            ("Alias".to_owned(), schema(Kind::Ref("Item".into()))),
            ("Loop".to_owned(), schema(Kind::Ref("Loop".into()))),
        ]);
        let items = schema(Kind::Array(Box::new(schema(Kind::Ref("Alias".into())))));
        let response = object(&[("Data", object(&[("Items", items)]))]);
        (schemas, response)
    }

    #[test]
    fn paths_lead_through_objects_references_and_elements() {
        let (schemas, response) = example();
        let kind = |path| walk(&schemas, &response, path).map(|schema| schema.kind.describe());
        assert_eq!(kind("Data.Items"), Ok("an array"));
        assert_eq!(kind("Data.Items[]"), Ok("an object"));
        assert_eq!(kind("Data.Items[].Id"), Ok("a string"));
        assert_eq!(kind("Data.Items[].Name.zh"), Ok("a boolean"));
    }

    #[test]
    fn a_path_that_does_not_exist_reports_where_it_ends() {
        let (schemas, response) = example();
        let message = |path| walk(&schemas, &response, path).unwrap_err();
        assert_eq!(
            message("Date.Items"),
            "the response has no field `Date`; it has Data"
        );
        assert_eq!(
            message("Data.Items.Id"),
            "`Items` is an array, so it has no field `Id`"
        );
        assert_eq!(
            message("Data[].Items"),
            "`Data` is an object, so `[]` does not apply"
        );
        assert_eq!(
            message("Data.Items[].Name"),
            "`Items[]` has no field `Name`; it has Id, Name.zh"
        );
    }

    #[test]
    fn references_are_followed_and_a_circle_ends() {
        let (schemas, _) = example();
        let resolved = |name: &str| resolve(&schemas, &schemas[name]).kind.describe();
        assert_eq!(resolved("Alias"), "an object");
        assert_eq!(resolved("Loop"), "a reference");
    }
}
