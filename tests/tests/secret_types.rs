//! The generated types of every service, read as text: each value that its specification calls
//! sensitive has the type `Sensitive`, which `Debug` does not show, and no other value has.
//!
//! Reading is enough, since `Sensitive` itself is tested, and compiling all services into one test
//! is not possible. `no_secrets.rs` does the same with the values of a service at run time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use alibabacloud_spec::{Kind, Operation, Property, Response, Schema, Service, find_specs};
use indexmap::IndexMap;
use serde::Deserialize;
use syn::{GenericArgument, Item, PathArguments, Type};

/// The part of `decisions.yaml` that this test reads.
#[derive(Deserialize)]
struct Decisions {
    sensitive: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_secret_of_every_service_has_a_type_that_hides_it() {
    let mut checked = 0;
    for directory in find_specs(&root().join("api-specs")).unwrap() {
        let service = Service::load(&directory).unwrap();
        let path = directory.join("decisions.yaml");
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let decisions: Decisions = serde_yaml::from_str(&text).unwrap();
        let model = root().join(format!("crates/{}-model/src", service.crate_name));
        checked += check(&service, &model, Some(&decisions.sensitive));
    }
    assert!(checked > 0, "no secrets to check");
}

#[test]
fn the_fixtures_hide_their_secrets_in_every_position() {
    let fixtures = root().join("tests/fixtures");
    let mut checked = 0;
    for directory in find_specs(&fixtures.join("specs")).unwrap() {
        let service = Service::load(&directory).unwrap();
        let model = fixtures.join(format!("crates/{}-model/src", service.crate_name));
        checked += check(&service, &model, None);
    }
    assert!(checked >= 8, "{checked}");
}

/// Checks the model of a service against its specification, and the secrets that `decisions.yaml`
/// lists against both. Returns how many secrets there are.
#[track_caller]
fn check(service: &Service, model: &Path, listed: Option<&Vec<String>>) -> usize {
    let mut walk = Walk {
        service,
        model: Model::read(model),
        hidden: BTreeSet::new(),
        visited: HashSet::new(),
        problems: Vec::new(),
    };
    for operation in &service.operations {
        walk.operation(operation);
    }
    for place in listed.into_iter().flatten() {
        // A shared schema that no operation uses has no type.
        let shared = place.strip_prefix("schema ");
        let is_unused = shared.is_some_and(|path| {
            let name = path.split(['.', '[', '{']).next().unwrap_or_default();
            !walk.visited.iter().any(|(visited, _)| visited == name)
        });
        if !walk.hidden.contains(place) && !is_unused {
            walk.problems
                .push(format!("{place}: listed as sensitive, but not hidden"));
        }
    }
    if let Some(listed) = listed {
        let listed: BTreeSet<&String> = listed.iter().collect();
        for place in walk.hidden.iter().filter(|place| !listed.contains(place)) {
            let problem = format!("{place}: sensitive, but not listed in decisions.yaml");
            walk.problems.push(problem);
        }
    }
    assert!(
        walk.problems.is_empty(),
        "{}:\n{}",
        service.crate_name,
        walk.problems.join("\n")
    );
    walk.hidden.len()
}

/// The types of a model crate.
struct Model {
    /// By module, and then by name.
    modules: HashMap<String, Module>,
    /// The module of each operation, by the name of its specification.
    operations: HashMap<String, String>,
}

#[derive(Default)]
struct Module {
    /// The fields of each struct by wire name.
    structs: HashMap<String, BTreeMap<String, Type>>,
    aliases: HashMap<String, Type>,
    /// The names of all types, in order.
    names: Vec<String>,
}

impl Model {
    fn read(directory: &Path) -> Self {
        let mut model = Self {
            modules: HashMap::new(),
            operations: HashMap::new(),
        };
        let entries = fs::read_dir(directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let source = text
                .lines()
                .find_map(|line| line.strip_prefix("// Source: "));
            if let Some(operation) = source.and_then(|source| {
                let file = source.rsplit_once("/operations/")?.1;
                file.strip_suffix(".yaml")
            }) {
                model.operations.insert(operation.to_owned(), name.clone());
            }
            model.modules.insert(name, Module::read(&text));
        }
        model
    }
}

impl Module {
    fn read(text: &str) -> Self {
        let mut module = Self::default();
        let mut structs: HashMap<String, HashMap<String, Type>> = HashMap::new();
        for item in syn::parse_file(text).unwrap().items {
            match item {
                Item::Struct(item) => {
                    let fields = item.fields.into_iter();
                    let fields =
                        fields.filter_map(|field| Some((field.ident?.to_string(), field.ty)));
                    module.names.push(item.ident.to_string());
                    structs.insert(item.ident.to_string(), fields.collect());
                }
                Item::Type(item) => {
                    module.names.push(item.ident.to_string());
                    module.aliases.insert(item.ident.to_string(), *item.ty);
                }
                Item::Macro(item) if item.mac.path.is_ident("fields") => {
                    let (name, pairs) = field_names(&item.mac.tokens.to_string());
                    let types = &structs[&name];
                    let fields = pairs.into_iter();
                    let fields = fields.map(|(field, wire)| (wire, types[&field].clone()));
                    module.structs.insert(name, fields.collect());
                }
                _ => {}
            }
        }
        module
    }
}

/// Reads `Name { field : "Wire" , .. }`: the name, and the names of each field.
fn field_names(tokens: &str) -> (String, Vec<(String, String)>) {
    let (name, rest) = tokens.split_once('{').unwrap();
    let body = rest.trim().strip_suffix('}').unwrap();
    let mut pairs = Vec::new();
    let mut rest = body.trim();
    while let Some((field, after)) = rest.split_once(':') {
        let after = after.trim().strip_prefix('"').unwrap();
        let (wire, after) = after.split_once('"').unwrap();
        pairs.push((field.trim().to_owned(), wire.to_owned()));
        rest = after.trim().trim_start_matches(',').trim();
    }
    (name.trim().to_owned(), pairs)
}

struct Walk<'a> {
    service: &'a Service,
    model: Model,
    /// The places that are hidden.
    hidden: BTreeSet<String>,
    /// Shared schemas, each with the Rust type that it was compared with.
    visited: HashSet<(String, String)>,
    problems: Vec<String>,
}

impl Walk<'_> {
    fn operation(&mut self, operation: &Operation) {
        let name = &operation.name;
        let Some(module) = self.model.operations.get(name).cloned() else {
            self.problems.push(format!("{name}: has no types"));
            return;
        };
        let of = |end: &str| {
            let names = &self.model.modules[&module].names;
            names.iter().find(|name| name.ends_with(end)).cloned()
        };
        let (input, output) = (of("Input"), of("Output"));
        let properties: IndexMap<String, Property> = operation
            .parameters
            .iter()
            .map(|parameter| {
                let property = Property {
                    schema: parameter.schema.clone(),
                    required: parameter.required,
                };
                (parameter.name.clone(), property)
            })
            .collect();
        let input = input.unwrap_or_else(|| panic!("{name} has no input"));
        self.fields(&properties, &module, &input, &format!("{name} request "));
        if let Response::Json(schema) | Response::Events(schema) = &operation.response {
            let output = output.unwrap_or_else(|| panic!("{name} has no output"));
            let ty: Type = syn::parse_str(&output).unwrap();
            self.value(schema, &module, &ty, &format!("{name} response "));
        }
    }

    /// Compares the fields of an object with those of a struct.
    fn fields(
        &mut self,
        properties: &IndexMap<String, Property>,
        module: &str,
        name: &str,
        place: &str,
    ) {
        for (wire, property) in properties {
            let separator = if place.ends_with(' ') { "" } else { "." };
            let below = format!("{place}{separator}{wire}");
            let fields = self.model.modules[module].structs.get(name);
            match fields.and_then(|fields| fields.get(wire)).cloned() {
                Some(ty) => self.value(&property.schema, module, &ty, &below),
                None => self
                    .problems
                    .push(format!("{below}: {name} has no such field")),
            }
        }
    }

    /// Compares a value with a type.
    fn value(&mut self, schema: &Schema, module: &str, ty: &Type, place: &str) {
        let ty = inside(ty, &["Option", "Box"]);
        let (shown, is_hidden) = match last(&ty) {
            (name, Some(inner)) if name == "Sensitive" => (inner, true),
            _ => (ty.clone(), false),
        };
        if schema.sensitive {
            if is_hidden {
                self.hidden.insert(place.to_owned());
            } else {
                self.problems
                    .push(format!("{place}: `Debug` shows this secret"));
                return;
            }
        }
        if let Kind::Ref(name) = &schema.kind {
            let key = (name.clone(), format!("{module} {}", last(&ty).0));
            if self.visited.insert(key) {
                // What the reference hides need not be hidden again.
                let ty = if schema.sensitive { &shown } else { &ty };
                let target = self.service.schemas[name].clone();
                self.value(&target, module, ty, &format!("schema {name}"));
            }
            return;
        }
        if is_hidden && !schema.sensitive {
            self.problems
                .push(format!("{place}: hidden, although it is not sensitive"));
        }
        match &schema.kind {
            Kind::Array(items) => self.element(items, module, &shown, "Vec", &format!("{place}[]")),
            Kind::Map(values) => {
                self.element(values, module, &shown, "BTreeMap", &format!("{place}{{}}"));
            }
            Kind::Object(properties) => {
                let shown = inside(&shown, &["Box"]);
                let name = last(&shown).0;
                let is_shared = path(&shown).first().is_some_and(|first| first == "shared");
                let module = if is_shared { "shared" } else { module };
                if let Some(target) = self.model.modules[module].aliases.get(&name).cloned() {
                    self.value(schema, module, &target, place);
                } else {
                    self.fields(properties, module, &name, place);
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, schema: &Schema, module: &str, ty: &Type, list: &str, place: &str) {
        // The root of a response has a name of its own.
        let alias = self.model.modules[module].aliases.get(&last(ty).0).cloned();
        let ty = alias.unwrap_or_else(|| ty.clone());
        match last(&ty) {
            (name, Some(inner)) if name == list => self.value(schema, module, &inner, place),
            (name, _) => {
                let problem = format!("{place}: expected {list}, found {name}");
                self.problems.push(problem);
            }
        }
    }
}

/// Returns what is in wrappers of these names.
fn inside(ty: &Type, wrappers: &[&str]) -> Type {
    match last(ty) {
        (name, Some(inner)) if wrappers.contains(&name.as_str()) => inside(&inner, wrappers),
        _ => ty.clone(),
    }
}

/// Returns the names of a path.
fn path(ty: &Type) -> Vec<String> {
    let Type::Path(path) = ty else {
        return Vec::new();
    };
    let segments = path.path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

/// Returns the last name of a path, and its last argument.
fn last(ty: &Type) -> (String, Option<Type>) {
    let Type::Path(path) = ty else {
        return (String::new(), None);
    };
    let segment = path.path.segments.last().unwrap();
    let argument = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.last(),
        _ => None,
    };
    let argument = match argument {
        Some(GenericArgument::Type(ty)) => Some(ty.clone()),
        _ => None,
    };
    (segment.ident.to_string(), argument)
}
