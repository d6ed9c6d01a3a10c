//! Questions that the generator, the emulator and the checks ask a specification.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::model::{
    Class, Kind, Operation, Parameter, Property, Ram, RamAction, Response, Schema, Service,
};

impl Service {
    /// The operation of a name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let index = self
            .operations
            .binary_search_by(|operation| operation.name.as_str().cmp(name))
            .ok()?;
        self.operations.get(index)
    }

    /// What a caller of an operation must be allowed to do: `x-acs-ram`, or else the action of the rule `<code>:<operation>` on all resources.
    /// What is sent without a signature needs no permission, so it has no actions.
    pub fn permissions<'a>(&self, operation: &'a Operation) -> Cow<'a, Ram> {
        if let Some(ram) = &operation.ram {
            return Cow::Borrowed(ram);
        }
        let action = RamAction {
            action: format!("{}:{}", self.code, operation.name),
            access: operation.class.access().to_owned(),
            resources: Vec::new(),
            conditions: Vec::new(),
            dependents: Vec::new(),
        };
        Cow::Owned(Ram {
            derived: true,
            actions: (!operation.anonymous)
                .then_some(action)
                .into_iter()
                .collect(),
        })
    }

    /// The schema itself, or the shared one that it refers to. In a loaded specification the result is never a reference.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        resolve(&self.schemas, schema)
    }

    /// Walks a dotted path into a schema: `TagResources.TagResource`, `Executions[].Status` (`[]` enters every element).
    ///
    /// # Errors
    /// Says which part of the path does not exist, and what there is instead.
    pub fn walk<'a>(&'a self, schema: &'a Schema, path: &str) -> Result<&'a Schema, String> {
        walk(&self.schemas, schema, path)
    }
}

impl Class {
    /// How RAM calls what an operation of this class does. It knows no word for actions, which change something.
    fn access(self) -> &'static str {
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
    /// The parameter of a name on the wire.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// A parameter that the service demands and that is not among those given. `RegionId` the client fills in.
    pub fn demanded_beside(&self, given: &[String]) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.required && parameter.name != "RegionId" && !given.contains(&parameter.name)
        })
    }
}

impl Response {
    /// The schema of the answer, or of each event.
    pub fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Json(schema) | Self::Events(schema) => Some(schema),
            Self::Empty | Self::Text | Self::Binary => None,
        }
    }
}

impl Kind {
    /// The properties of an object.
    pub fn properties(&self) -> Option<&IndexMap<String, Property>> {
        match self {
            Self::Object(properties) => Some(properties),
            _ => None,
        }
    }

    /// Whether a value is one piece: text, a number or a boolean.
    pub fn is_scalar(&self) -> bool {
        !matches!(
            self,
            Self::Any | Self::Array(_) | Self::Map(_) | Self::Object(_) | Self::Ref(_)
        )
    }

    /// Whether a value can be a page token, a page number, a page size or a total.
    pub fn is_text_or_integer(&self) -> bool {
        matches!(self, Self::String | Self::Int32 | Self::Int64)
    }

    /// Whether a waiter can take a value as an argument.
    pub fn is_waiter_argument(&self) -> bool {
        matches!(
            self,
            Self::String | Self::DateTime | Self::Enum(_) | Self::Array(_)
        )
    }

    /// Whether a waiter can tell states by a value.
    pub fn is_waiter_state(&self) -> bool {
        matches!(self, Self::String | Self::Enum(_) | Self::Boolean)
    }

    /// What it is, for messages: `an array`.
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

/// Follows references; at most as many as there are shared schemas, so that a circle ends.
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

/// See [`Service::walk`].
pub(crate) fn walk<'a>(
    schemas: &'a IndexMap<String, Schema>,
    schema: &'a Schema,
    path: &str,
) -> Result<&'a Schema, String> {
    let mut here = resolve(schemas, schema);
    let mut rest = path;
    let mut walked = String::from("the answer");
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
                    "{walked} is {}, so `[]` has nothing to enter",
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

/// Splits a path behind its first field, which can have dots in its own name: name, whether `[]` follows, the rest.
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

    /// A shared schema, and an answer that has it in an array.
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
        let answer = object(&[("Data", object(&[("Items", items)]))]);
        (schemas, answer)
    }

    #[test]
    fn paths_lead_through_objects_references_and_elements() {
        let (schemas, answer) = example();
        let kind = |path| walk(&schemas, &answer, path).map(|schema| schema.kind.describe());
        assert_eq!(kind("Data.Items"), Ok("an array"));
        assert_eq!(kind("Data.Items[]"), Ok("an object"));
        assert_eq!(kind("Data.Items[].Id"), Ok("a string"));
        assert_eq!(kind("Data.Items[].Name.zh"), Ok("a boolean"));
    }

    #[test]
    fn a_path_that_leads_nowhere_says_where_it_ends() {
        let (schemas, answer) = example();
        let message = |path| walk(&schemas, &answer, path).unwrap_err();
        assert_eq!(
            message("Date.Items"),
            "the answer has no field `Date`; it has Data"
        );
        assert_eq!(
            message("Data.Items.Id"),
            "`Items` is an array, so it has no field `Id`"
        );
        assert_eq!(
            message("Data[].Items"),
            "`Data` is an object, so `[]` has nothing to enter"
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
