//! The places of a specification that have documentation, and its source.

use super::source::{TextSource, of_operation, of_value};
use alibabacloud_codegen::glossary::{Glossaries, GlossarySide};
use alibabacloud_spec::{Kind, Schema, Service};
use std::collections::BTreeSet;

/// The kind of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceKind {
    /// An operation.
    Operation,
    /// A parameter of a request, or a field of one.
    Parameter,
    /// A field of a response.
    Field,
}

impl PlaceKind {
    /// All kinds, in the order of the rows.
    pub(super) const ALL: [Self; 3] = [Self::Operation, Self::Parameter, Self::Field];

    /// Returns the name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Operation => "operations",
            Self::Parameter => "parameters",
            Self::Field => "fields",
        }
    }
}

/// A place with the source of its documentation.
#[derive(Clone, Debug)]
pub(super) struct DocumentedPlace {
    pub(super) kind: PlaceKind,
    /// The names that lead to it: `ListTemplates.Tags[].Key`.
    pub(super) place: String,
    pub(super) source: TextSource,
}

/// Returns all places of a service. What is shared counts once; a shared schema that a response
/// contains counts among its fields.
pub(super) fn places(service: &Service, glossaries: &Glossaries<'_>) -> Vec<DocumentedPlace> {
    let mut census = Census {
        service,
        glossaries,
        places: Vec::new(),
        in_requests: BTreeSet::new(),
        in_responses: BTreeSet::new(),
    };
    let mut shared = BTreeSet::new();
    for operation in &service.operations {
        census.places.push(DocumentedPlace {
            kind: PlaceKind::Operation,
            place: operation.name.clone(),
            source: of_operation(operation),
        });
        for parameter in &operation.parameters {
            let is_shared = service.parameters.values().any(|other| other == parameter);
            if is_shared && !shared.insert(parameter.name.as_str()) {
                continue;
            }
            let place = format!("{}.{}", operation.name, parameter.name);
            census.value(
                PlaceKind::Parameter,
                place,
                None,
                &parameter.name,
                &parameter.schema,
            );
        }
        if let Some(schema) = operation.response.schema() {
            census.inside(PlaceKind::Field, &operation.name, None, schema);
        }
    }
    let schemas = service.schemas.iter();
    for (name, schema) in schemas {
        let kind = if census.in_responses.contains(name.as_str()) {
            PlaceKind::Field
        } else if census.in_requests.contains(name.as_str()) {
            PlaceKind::Parameter
        } else {
            continue;
        };
        census.inside(kind, name, Some(name), schema);
    }
    census.places
}

struct Census<'a> {
    service: &'a Service,
    glossaries: &'a Glossaries<'a>,
    places: Vec<DocumentedPlace>,
    /// Names of the shared schemas that requests contain, and those that responses contain.
    in_requests: BTreeSet<&'a str>,
    in_responses: BTreeSet<&'a str>,
}

impl<'a> Census<'a> {
    fn value(
        &mut self,
        kind: PlaceKind,
        place: String,
        parent: Option<&str>,
        name: &str,
        schema: &'a Schema,
    ) {
        let side = match kind {
            PlaceKind::Field => GlossarySide::Response,
            PlaceKind::Parameter | PlaceKind::Operation => GlossarySide::Request,
        };
        let glossary = self.glossaries.find(side, parent, name);
        let glossary = glossary.map(|(layer, _)| layer);
        let source = of_value(name, schema, self.service.resolve(schema), glossary);
        self.places.push(DocumentedPlace {
            kind,
            place: place.clone(),
            source,
        });
        self.inside(kind, &place, Some(name), schema);
    }

    /// Adds the fields inside a schema, which belongs to the property or shared schema `parent`.
    fn inside(&mut self, kind: PlaceKind, place: &str, parent: Option<&str>, schema: &'a Schema) {
        match &schema.kind {
            Kind::Object(properties) => {
                for (name, property) in properties {
                    let place = format!("{place}.{name}");
                    self.value(kind, place, parent, name, &property.schema);
                }
            }
            Kind::Array(inner) | Kind::Map(inner) => {
                self.inside(kind, &format!("{place}[]"), parent, inner);
            }
            Kind::Ref(name) => self.mark(kind, name),
            _ => {}
        }
    }

    /// Marks a shared schema, and those that it refers to, as used in requests or responses.
    fn mark(&mut self, kind: PlaceKind, name: &'a str) {
        let used = match kind {
            PlaceKind::Field => &mut self.in_responses,
            PlaceKind::Parameter | PlaceKind::Operation => &mut self.in_requests,
        };
        if !used.insert(name) {
            return;
        }
        let mut inside = self
            .service
            .schemas
            .get(name)
            .into_iter()
            .collect::<Vec<_>>();
        while let Some(schema) = inside.pop() {
            match &schema.kind {
                Kind::Object(properties) => {
                    inside.extend(properties.values().map(|property| &property.schema));
                }
                Kind::Array(inner) | Kind::Map(inner) => inside.push(inner),
                Kind::Ref(name) => self.mark(kind, name),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_spec::Loader;

    const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Test, version: "2020-01-01" }
x-acs-product: { code: test, crate: alibabacloud-test, style: rpc }
paths:
  /#Action=GetThing:
    post:
      operationId: GetThing
      summary: Gets a thing.
      x-acs-class: get
      parameters:
        - $ref: "#/components/parameters/RegionId"
        - name: Filter
          in: query
          x-acs-array-style: flat
          schema:
            type: object
            properties:
              Limit: { type: integer, maximum: 7 }
      responses:
        "200":
          description: Done.
          content:
            application/json:
              schema:
                type: object
                properties:
                  Tags: { type: array, items: { $ref: "#/components/schemas/Tag" } }
  /#Action=ListThings:
    post:
      operationId: ListThings
      summary: Lists what is in stock.
      x-acs-class: list
      parameters:
        - $ref: "#/components/parameters/RegionId"
      responses:
        "200": { description: Done. }
components:
  parameters:
    RegionId: { name: RegionId, in: query, schema: { type: string } }
  schemas:
    Tag:
      type: object
      properties:
        Key: { type: string, description: Unique among the tags of a thing. }
        Parent: { $ref: "#/components/schemas/Tag" }
    Unused:
      type: object
      properties:
        Field: { type: string }
"##;

    /// Returns the places of the specification above with a glossary of the service.
    fn census(glossary: &str) -> Vec<(String, &'static str, &'static str)> {
        let service = Loader::new().from_yaml("test", SPEC).unwrap();
        let glossaries = Glossaries::from_yaml(glossary, "{}").unwrap();
        let mut places: Vec<_> = places(&service, &glossaries)
            .into_iter()
            .map(|place| (place.place, place.kind.name(), place.source.name()))
            .collect();
        places.sort();
        places
    }

    #[test]
    fn each_place_counts_once() {
        let expected = [
            ("GetThing", "operations", "none"),
            ("GetThing.Filter", "parameters", "none"),
            ("GetThing.Filter.Limit", "parameters", "facts"),
            ("GetThing.RegionId", "parameters", "none"),
            ("GetThing.Tags", "fields", "none"),
            ("ListThings", "operations", "own"),
            ("Tag.Key", "fields", "own"),
            ("Tag.Parent", "fields", "none"),
        ];
        assert_eq!(
            census("{}"),
            expected.map(|(place, a, b)| (place.to_owned(), a, b))
        );
    }

    #[test]
    fn glossaries_describe_what_has_no_own_words() {
        let glossary = "terms: { Key: Not used., Limit: At least one. }\n\
                        parameters: { Tags: Not used either., RegionId: Where it is. }\n\
                        fields: { Tag.Parent: The tag above it. }\n";
        let places = census(glossary);
        let of_glossary: Vec<&str> = places
            .iter()
            .filter(|(_, _, source)| *source == "service glossary")
            .map(|(place, ..)| place.as_str())
            .collect();
        assert_eq!(
            of_glossary,
            ["GetThing.Filter.Limit", "GetThing.RegionId", "Tag.Parent"]
        );
    }
}
