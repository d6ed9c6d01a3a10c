//! Texts in layers: the own text of a parameter or field, else that of the service's glossary, else
//! that of the common glossary.

use super::meaning::says_more;
use super::names;
use super::specs::shared_file;
use alibabacloud_spec::{
    Errors, GLOSSARY_FILE, Glossary, Kind, Loader, Response, Schema, Service, Term,
};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A glossary, the more specific one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// That of the service.
    Service,
    /// That of all services.
    Common,
}

/// The direction of a place. What requests and responses share counts as part of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GlossarySide {
    /// A parameter, or inside of one.
    Request,
    /// A field of a response, or a schema that requests and responses share.
    Response,
}

/// The common glossaries by file; each is read once.
#[derive(Debug, Default)]
pub struct CommonGlossaries {
    /// Where directories of specifications without the file have it.
    defaults: Option<PathBuf>,
    by_file: BTreeMap<PathBuf, Sections>,
}

/// The glossaries of a service.
#[derive(Debug)]
pub struct Glossaries<'a> {
    service: Sections,
    common: Option<Cow<'a, Sections>>,
}

/// The names of the service's glossary that are in use, by their positions in its file.
pub type UsedTerms = BTreeSet<(usize, usize)>;

impl CommonGlossaries {
    /// Creates an empty table. Directories of specifications without a common glossary have that of
    /// `defaults`.
    pub fn with_defaults(defaults: impl Into<PathBuf>) -> Self {
        Self {
            defaults: Some(defaults.into()),
            by_file: BTreeMap::new(),
        }
    }

    /// Returns the glossaries of the service whose specification is in a directory. The common one
    /// is that of its directory of specifications, or else the default one; it is in English and
    /// left out for a service with texts in another language.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with one of the files.
    pub fn of(&mut self, directory: &Path, service: &Service) -> Result<Glossaries<'_>, Errors> {
        let own = Sections::new(Loader::new().glossary(directory)?);
        let is_english = service.language.as_deref().is_none_or(|name| name == "en");
        let common = if is_english {
            let file = shared_file(directory, GLOSSARY_FILE, self.defaults.as_deref());
            if !self.by_file.contains_key(&file) {
                let glossary = Loader::new().glossary(file.parent().unwrap_or(&file))?;
                self.by_file.insert(file.clone(), Sections::new(glossary));
            }
            self.by_file.get(&file).map(Cow::Borrowed)
        } else {
            None
        };
        Ok(Glossaries {
            service: own,
            common,
        })
    }
}

impl Glossaries<'static> {
    /// Reads glossaries from YAML texts: that of the service, then the common one.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with one of the texts.
    pub fn from_yaml(service: &str, common: &str) -> Result<Self, Errors> {
        let read = |text| {
            let glossary = Loader::new().glossary_from_yaml("glossary.yaml", text)?;
            Ok(Sections::new(glossary))
        };
        Ok(Self {
            service: read(service)?,
            common: Some(Cow::Owned(read(common)?)),
        })
    }
}

impl Glossaries<'_> {
    /// Returns the text for a parameter or field, with its layer. `parent` is the property or the
    /// shared schema that contains it.
    pub fn find(
        &self,
        side: GlossarySide,
        parent: Option<&str>,
        name: &str,
    ) -> Option<(Layer, &Term)> {
        let spellings = Spellings::new(parent, name);
        let service = self.service.find(side, &spellings);
        let common = || self.common.as_ref()?.find(side, &spellings);
        service
            .map(|term| (Layer::Service, term))
            .or_else(|| common().map(|term| (Layer::Common, term)))
    }

    /// Describes the parameters and fields without own words. Returns which names of the service's
    /// glossary were used.
    pub fn apply(&self, service: &mut Service) -> UsedTerms {
        let schemas = service.schemas.iter();
        let described = schemas.map(|(key, schema)| {
            let text = service.resolve(schema).description.clone();
            (key.clone(), text)
        });
        let mut describer = Describer {
            described: described.collect(),
            glossaries: self,
            used: UsedTerms::new(),
        };
        let sides = sides(service);
        for operation in &mut service.operations {
            for parameter in &mut operation.parameters {
                describer.value(
                    GlossarySide::Request,
                    None,
                    &parameter.name,
                    &mut parameter.schema,
                );
            }
            if let Response::Json(schema) | Response::Events(schema) = &mut operation.response {
                describer.inside(GlossarySide::Response, None, schema);
            }
        }
        for parameter in service.parameters.values_mut() {
            describer.value(
                GlossarySide::Request,
                None,
                &parameter.name,
                &mut parameter.schema,
            );
        }
        for (key, schema) in &mut service.schemas {
            if let Some(side) = sides.get(key) {
                describer.inside(*side, Some(key), schema);
            }
        }
        describer.used
    }
}

/// Returns whether a parameter or field has words of its own. `resolved` is the description of the
/// shared schema that it refers to, or its own one.
pub fn has_own_words(name: &str, schema: &Schema, resolved: &str) -> bool {
    let own = schema.description.as_str();
    let text = if own.trim().is_empty() { resolved } else { own };
    says_more(text, name)
}

/// Describes places.
struct Describer<'a> {
    glossaries: &'a Glossaries<'a>,
    /// The descriptions of the shared schemas.
    described: BTreeMap<String, String>,
    used: UsedTerms,
}

impl Describer<'_> {
    fn value(&mut self, side: GlossarySide, parent: Option<&str>, name: &str, schema: &mut Schema) {
        let resolved = match &schema.kind {
            Kind::Ref(key) => self.described.get(key).map(String::as_str),
            _ => None,
        };
        if !has_own_words(name, schema, resolved.unwrap_or_default()) {
            if let Some((layer, term)) = self.glossaries.find(side, parent, name) {
                schema.description.clone_from(&term.text);
                if layer == Layer::Service {
                    self.used.insert(term.position);
                }
            }
        }
        self.inside(side, Some(name), schema);
    }

    fn inside(&mut self, side: GlossarySide, parent: Option<&str>, schema: &mut Schema) {
        match &mut schema.kind {
            Kind::Object(properties) => {
                for (name, property) in properties {
                    self.value(side, parent, name, &mut property.schema);
                }
            }
            Kind::Array(inner) | Kind::Map(inner) => self.inside(side, parent, inner),
            _ => {}
        }
    }
}

/// Returns the side of each shared schema that an operation uses.
fn sides(service: &Service) -> BTreeMap<String, GlossarySide> {
    let mut sides = BTreeMap::new();
    let of = |schema, side, sides: &mut _| reach(service, schema, side, sides);
    for operation in &service.operations {
        for parameter in &operation.parameters {
            of(&parameter.schema, GlossarySide::Request, &mut sides);
        }
        if let Some(schema) = operation.response.schema() {
            of(schema, GlossarySide::Response, &mut sides);
        }
    }
    sides
}

fn reach(
    service: &Service,
    schema: &Schema,
    side: GlossarySide,
    sides: &mut BTreeMap<String, GlossarySide>,
) {
    match &schema.kind {
        Kind::Object(properties) => {
            for property in properties.values() {
                reach(service, &property.schema, side, sides);
            }
        }
        Kind::Array(inner) | Kind::Map(inner) => reach(service, inner, side, sides),
        Kind::Ref(key) if sides.get(key).is_none_or(|known| *known < side) => {
            sides.insert(key.clone(), side);
            if let Some(target) = service.schemas.get(key) {
                reach(service, target, side, sides);
            }
        }
        _ => {}
    }
}

/// The spellings under which a glossary may have a place.
struct Spellings<'a> {
    /// With what contains it: `Disks.Status`, then `Disk.Status`. A name can have dots itself, as
    /// the parameter `SystemDisk.Size`.
    qualified: Vec<String>,
    name: &'a str,
}

impl<'a> Spellings<'a> {
    fn new(parent: Option<&str>, full: &'a str) -> Self {
        let last_of = |name: &'a str| name.rsplit_once('.').unwrap_or(("", name)).1;
        let name = last_of(full);
        let mut qualified = Vec::new();
        let parent = match full.rsplit_once('.') {
            Some((before, _)) => {
                qualified.push(full.to_owned());
                Some(before)
            }
            None => parent,
        };
        if let Some(parent) = parent {
            let parent = parent.rsplit_once('.').unwrap_or(("", parent)).1;
            qualified.push(format!("{parent}.{name}"));
            qualified.push(format!("{}.{name}", names::singular(parent)));
        }
        Self { qualified, name }
    }
}

/// A glossary that is ready to be searched.
#[derive(Clone, Debug)]
struct Sections {
    terms: Section,
    parameters: Section,
    fields: Section,
}

/// A section of a glossary. A name that is not in it is compared without regard to case and to the
/// characters that services separate words with.
#[derive(Clone, Debug)]
struct Section {
    terms: IndexMap<String, Term>,
    loose: BTreeMap<String, usize>,
}

impl Sections {
    fn new(glossary: Glossary) -> Self {
        Self {
            terms: Section::new(glossary.terms),
            parameters: Section::new(glossary.parameters),
            fields: Section::new(glossary.fields),
        }
    }

    fn find(&self, side: GlossarySide, spellings: &Spellings<'_>) -> Option<&Term> {
        let of_side = match side {
            GlossarySide::Request => &self.parameters,
            GlossarySide::Response => &self.fields,
        };
        let sections = [of_side, &self.terms];
        let qualified = sections.iter().find_map(|section| {
            spellings
                .qualified
                .iter()
                .find_map(|name| section.find(name))
        });
        qualified.or_else(|| {
            sections
                .iter()
                .find_map(|section| section.find(spellings.name))
        })
    }
}

impl Section {
    fn new(terms: IndexMap<String, Term>) -> Self {
        let mut spellings = BTreeMap::new();
        for (index, name) in terms.keys().enumerate() {
            spellings.entry(loose(name)).or_insert(index);
        }
        Self {
            terms,
            loose: spellings,
        }
    }

    fn find(&self, name: &str) -> Option<&Term> {
        let close = || {
            let index = self.loose.get(&loose(name))?;
            Some(self.terms.get_index(*index)?.1)
        };
        self.terms.get(name).or_else(close)
    }
}

fn loose(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "
terms: { Disk.Status: service term of disk, Status: service term, Size: service size }
parameters: { Status: service parameter, System.Disk.Size: system disk }
fields: { Status: service field, disk_id: service spelling, DiskId: service exact }
";
    const COMMON: &str = "
terms: { Status: common term, RegionId: common region, Image.Status: common image }
parameters: { Disk.Status: common parameter of disk, DryRun: common dry run }
fields: { DryRun: common field }
";

    fn found(side: GlossarySide, parent: Option<&str>, name: &str) -> Option<String> {
        let glossaries = Glossaries::from_yaml(SERVICE, COMMON).unwrap();
        let (_, term) = glossaries.find(side, parent, name)?;
        Some(term.text.clone())
    }

    #[test]
    fn the_most_specific_text_of_the_nearest_glossary_is_found() {
        use GlossarySide::{Request, Response};
        for (side, parent, name, expected) in [
            // What contains the place decides before the side, and both before the layer.
            (Request, Some("Disk"), "Status", "service term of disk"),
            (Response, Some("Disk"), "Status", "service term of disk"),
            (Response, Some("Image"), "Status", "service field"),
            (Request, None, "Status", "service parameter"),
            (Request, Some("Disk"), "RegionId", "common region"),
            (Request, None, "DryRun", "common dry run"),
            (Response, None, "DryRun", "common field"),
            // The singular of a list, and names with dots.
            (Response, Some("Disks"), "Status", "service term of disk"),
            (Response, Some("DiskSet"), "Status", "service term of disk"),
            (Request, None, "Disk.Status", "service term of disk"),
            (Request, None, "Data.Size", "service size"),
            (Request, None, "System.Disk.Size", "system disk"),
            (Request, Some("Old.Disk"), "Status", "service term of disk"),
            // Another spelling of a name; the exact one is better.
            (Request, None, "region_id", "common region"),
            (Request, Some("disks"), "status", "service term of disk"),
            (Response, None, "DiskId", "service exact"),
            (Response, None, "diskId", "service spelling"),
        ] {
            let text = found(side, parent, name);
            assert_eq!(
                text.as_deref(),
                Some(expected),
                "{side:?} {parent:?} {name}"
            );
        }
        assert_eq!(found(GlossarySide::Request, None, "DiskId"), None);
        assert_eq!(found(GlossarySide::Request, None, "Disk"), None);
    }

    const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Test, version: "2020-01-01" }
x-acs-product: { code: test, crate: alibabacloud-test, style: rpc }
paths:
  /#Action=GetDisk:
    post:
      operationId: GetDisk
      x-acs-class: get
      parameters:
        - { name: Size, in: query, description: Size., schema: { type: integer } }
        - { name: Note, in: query, description: Free words., schema: { type: string } }
        - name: Filter
          in: query
          x-acs-array-style: flat
          schema: { type: object, properties: { Tag: { $ref: "#/components/schemas/Tag" } } }
      responses:
        "200":
          description: Done.
          content:
            application/json:
              schema:
                type: object
                properties:
                  Size: { type: integer }
                  Tags: { type: array, items: { $ref: "#/components/schemas/Tag" } }
                  Owner: { $ref: "#/components/schemas/Owner" }
components:
  schemas:
    Tag: { type: object, properties: { Key: { type: string } } }
    Owner: { type: object, description: Who pays for it., properties: { Id: { type: string } } }
    Unused: { type: object, properties: { Key: { type: string } } }
"##;

    /// Own words stay; a text that only repeats the name does not.
    #[test]
    fn places_without_own_words_are_described() {
        let mut service = Loader::new().from_yaml("test", SPEC).unwrap();
        let glossary = "
terms: { Size: In bytes., Note: n, Owner: o, Tags: What people stick on it., Absent: a }
parameters: { Filter.Tag: Only these., Tag.Key: Not for responses. }
fields: { Tag.Key: Unique among tags., Owner.Id: Account. }
";
        let glossaries = Glossaries::from_yaml(glossary, "{}").unwrap();
        let used = glossaries.apply(&mut service);
        let operation = &service.operations[0];
        let text = |name| {
            operation
                .parameter(name)
                .unwrap()
                .schema
                .description
                .as_str()
        };
        assert_eq!(text("Size"), "In bytes.");
        assert_eq!(text("Note"), "Free words.");
        let field = |path| {
            let schema = operation.response.schema().unwrap();
            service.walk(schema, path).unwrap().description.as_str()
        };
        assert_eq!(field("Size"), "In bytes.");
        assert_eq!(field("Tags"), "What people stick on it.");
        // Requests and responses have it: it counts among the fields.
        assert_eq!(field("Tags[].Key"), "Unique among tags.");
        assert_eq!(field("Owner"), "Who pays for it.");
        assert_eq!(field("Owner.Id"), "Account.");
        let filter = &operation.parameter("Filter").unwrap().schema;
        let properties = filter.kind.properties().unwrap();
        assert_eq!(properties["Tag"].schema.description, "Only these.");
        let unused = service.schemas["Unused"].kind.properties().unwrap();
        assert_eq!(unused["Key"].schema.description, "");
        // `Size`, `Tags`, `Filter.Tag`, and two fields.
        assert_eq!(used.len(), 5, "{used:?}");
    }
}
