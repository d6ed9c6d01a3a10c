//! Checks the resource files against the specifications: every operation, parameter, field, state
//! and kind that a file names exists.

use super::files;
use super::model::{Change, Fields, Kind, Model, Parent, Read, StateStep};
use super::template::{FUNCTIONS, Part, alternatives, parts};
use crate::specs;
use alibabacloud_spec::{Kind as Type, Operation, Pagination, Schema, Service, did_you_mean};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_resource_file_names_what_exists() {
    let mut wrong = Vec::new();
    for product in files::products() {
        let model = files::model(product)
            .unwrap()
            .unwrap_or_else(|why| panic!("{why}"));
        let copy = specs::copies(&[product.to_owned()]).unwrap().remove(0);
        let service = copy.read().unwrap();
        wrong.extend(check(model, &service));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[cfg(feature = "ecs")]
fn what_does_not_exist_is_named_with_its_place() {
    let text = "
version: 2014-05-26
resources:
  Disk:
    id: DiskId
    state: Status
    parents: {InstanceId: {kind: Server}}
    fields: {Sise: 40, Size: $Soze, Device: $DiskId.x, CreationTime: $today(), Category: $Category | cloud_esd}
    create: {CreateDisk: {states: [Created 1s, Available]}}
    change: {AttachDisk: {ids: Disk, from: [Ready]}, AttachDsk: }
    read: {DescribeDisks: {filters: {DiskKind: Type, DiskType: Sort}}, ResizeDisk: {item: Disk}}
";
    let model = Model::from_yaml("ecs", text).unwrap();
    let copy = specs::copies(&["ecs".to_owned()]).unwrap().remove(0);
    let found = check(&model, &copy.read().unwrap());
    let expected = [
        "ecs.yaml: Disk.parents.InstanceId: there is no kind Server",
        "ecs.yaml: Disk.fields.Sise: no operation of the kind has this field; did you mean `Size`?",
        "ecs.yaml: Disk.fields.Size: there is no parameter or field Soze; did you mean `Size`?",
        "ecs.yaml: Disk.fields.Device: DiskId has no fields; write ${DiskId}",
        "ecs.yaml: Disk.fields.CreationTime: there is no function today",
        "ecs.yaml: Disk.fields.Category: Category is never cloud_esd; did you mean `cloud_essd`?",
        "ecs.yaml: Disk.create.CreateDisk.states: Status is never Created",
        "ecs.yaml: Disk.change.AttachDisk.ids: there is no parameter Disk",
        "ecs.yaml: Disk.change.AttachDisk.from: Status is never Ready",
        "ecs.yaml: Disk.change.AttachDsk: there is no such operation; did you mean `AttachDisk`?",
        "ecs.yaml: Disk.read.DescribeDisks.filters: there is no parameter DiskKind",
        "ecs.yaml: Disk.read.DescribeDisks.filters: there is no field Sort",
        "ecs.yaml: Disk.read.ResizeDisk: the response has no Disk",
    ];
    for line in expected {
        assert!(
            found.iter().any(|one| one.starts_with(line)),
            "{line}\n\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
}

/// Whose names a schema has.
#[derive(Clone, Copy)]
enum Names {
    /// Of a parameter.
    Sent,
    /// Of the response to a read.
    Read,
    /// Of the response to any other operation.
    Written,
}

/// Returns what is wrong in a file, each with its place.
fn check(model: &Model, service: &Service) -> Vec<String> {
    if model.version != service.version {
        return vec![format!(
            "{}.yaml: the version is {}",
            model.product, service.version
        )];
    }
    let mut wrong = Vec::new();
    for kind in model.resources.values() {
        let mut checker = Checker {
            model,
            service,
            kind,
            fields: BTreeSet::new(),
            parameters: BTreeSet::new(),
            objects: BTreeSet::new(),
            enums: BTreeMap::new(),
            wrong: Vec::new(),
        };
        checker.collect();
        checker.check();
        let place = |why| format!("{}.yaml: {}.{why}", model.product, kind.name);
        wrong.extend(checker.wrong.into_iter().map(place));
    }
    wrong
}

struct Checker<'a> {
    model: &'a Model,
    service: &'a Service,
    kind: &'a Kind,
    /// The names of fields in responses of operations of the kind, at any depth.
    fields: BTreeSet<&'a str>,
    /// The names of parameters of operations of the kind.
    parameters: BTreeSet<&'a str>,
    /// The names of those fields and parameters that are objects.
    objects: BTreeSet<&'a str>,
    /// The values of fields in responses to reads, by name, where they are known.
    enums: BTreeMap<&'a str, BTreeSet<&'a str>>,
    wrong: Vec<String>,
}

impl<'a> Checker<'a> {
    fn collect(&mut self) {
        let kind = self.kind;
        let operations = kind.create.keys().chain(kind.change.keys());
        let operations = operations.chain(kind.delete.keys()).chain(kind.read.keys());
        for name in operations {
            let Some(operation) = self.service.operation(name) else {
                continue;
            };
            for parameter in &operation.parameters {
                self.parameters.insert(&parameter.name);
                if !self.service.resolve(&parameter.schema).kind.is_scalar() {
                    self.objects.insert(&parameter.name);
                }
                self.names_in(&parameter.schema, 0, Names::Sent);
            }
            if let Some(schema) = operation.response.schema() {
                let names = match kind.read.contains_key(name) {
                    true => Names::Read,
                    false => Names::Written,
                };
                self.names_in(schema, 0, names);
            }
        }
    }

    fn names_in(&mut self, schema: &'a Schema, depth: usize, of: Names) {
        match &self.service.resolve(schema).kind {
            Type::Object(properties) if depth < 8 => {
                for (name, property) in properties {
                    let names = match of {
                        Names::Sent => &mut self.parameters,
                        Names::Read | Names::Written => &mut self.fields,
                    };
                    names.insert(name);
                    if !self.service.resolve(&property.schema).kind.is_scalar() {
                        self.objects.insert(name);
                    }
                    let inner = &self.service.resolve(&property.schema).kind;
                    if let (Type::Enum(values), Names::Read) = (inner, of) {
                        let values = values.iter().map(|value| value.value.as_str());
                        self.enums.entry(name).or_default().extend(values);
                    }
                    self.names_in(&property.schema, depth + 1, of);
                }
            }
            Type::Array(inner) | Type::Map(inner) => self.names_in(inner, depth + 1, of),
            _ => {}
        }
    }

    fn check(&mut self) {
        let kind = self.kind;
        // A resource has the parameters of its creation, so they can identify it as well.
        let is_parameter = |id: &&String| self.parameters.contains(id.as_str());
        let ids: Vec<&String> = kind.id.iter().filter(|id| !is_parameter(id)).collect();
        for field in ids.into_iter().chain(&kind.state) {
            self.field("id and state", field);
        }
        if let Some(tags) = &kind.tags {
            self.field("tags", tags);
        }
        for (field, parent) in &kind.parents {
            self.parent(field, parent);
        }
        self.templates("fields", &kind.fields, true);
        self.templates("computed", &kind.computed, true);
        self.created_with_others();
        for initial in &kind.initial {
            self.templates("initial", initial, false);
        }
        if let Some(template) = &kind.new_id {
            self.template("new-id", &Value::from(template.as_str()));
        }
        for (name, create) in &kind.create {
            let place = format!("create.{name}");
            let Some(operation) = self.operation(&place, name) else {
                continue;
            };
            for parameter in create.count.iter().chain(&create.each) {
                self.parameter(&place, operation, parameter);
            }
            self.steps(&place, &create.states);
            self.templates(&place, &create.fields, true);
            self.returns(&place, operation, &create.returns);
            for child in &create.with {
                if !self.model.resources.contains_key(&child.kind) {
                    self.report(&place, format!("there is no kind {}", child.kind));
                }
                if let Some(each) = &child.each {
                    self.parameter(&place, operation, each);
                }
            }
        }
        for (name, change) in &kind.change {
            self.change(&format!("change.{name}"), name, change);
        }
        for (name, change) in &kind.delete {
            self.change(&format!("delete.{name}"), name, change);
        }
        for (name, read) in &kind.read {
            self.read(&format!("read.{name}"), name, read);
        }
    }

    /// Checks the fields of resources of the kind that other kinds create together with theirs.
    /// Their templates name parameters of the other kind, which are not checked.
    fn created_with_others(&mut self) {
        for other in self.model.resources.values() {
            for (name, create) in &other.create {
                let children = create.with.iter();
                for child in children.filter(|child| child.kind == self.kind.name) {
                    let place = format!("create.{name}.with.{}", other.name);
                    self.steps(&place, &child.states);
                    for (path, template) in &child.fields {
                        self.shown(&format!("{place}.{path}"), path);
                        self.constant(&format!("{place}.{path}"), path, template);
                    }
                }
            }
        }
    }

    fn change(&mut self, place: &str, name: &str, change: &Change) {
        let Some(operation) = self.operation(place, name) else {
            return;
        };
        let ids = format!("{place}.ids");
        match &change.ids {
            Some(parameter) => self.parameter(&ids, operation, parameter),
            None => {
                for id in &self.kind.id {
                    self.parameter(&ids, operation, id);
                }
            }
        }
        let flags = change.force.iter().chain(&change.cascade);
        for flag in flags.chain(&change.condition) {
            self.parameter(place, operation, flag);
        }
        for state in &change.from {
            self.state(&format!("{place}.from"), state);
        }
        self.steps(place, &change.states);
        self.templates(place, &change.fields, true);
        self.returns(place, operation, &change.returns);
    }

    fn read(&mut self, place: &str, name: &str, read: &Read) {
        let Some(operation) = self.operation(place, name) else {
            return;
        };
        if let Some(ids) = &read.ids {
            self.parameter(&format!("{place}.ids"), operation, ids);
        }
        let filters = format!("{place}.filters");
        for (parameter, field) in &read.filters {
            self.parameter(&filters, operation, parameter);
            if let Some(field) = field {
                self.field(&filters, field);
            }
        }
        self.templates(place, &read.fields, true);
        self.templates(&format!("{place}.where"), &read.condition, true);
        let paged = operation.pagination.as_ref().map(|pages| match pages {
            Pagination::Token { items, .. } | Pagination::PageNumber { items, .. } => items,
        });
        let path = read.item.as_ref().or(read.items.as_ref()).or(paged);
        let Some((path, schema)) = path.zip(operation.response.schema()) else {
            return self.report(place, "it needs `item` or `items`".to_owned());
        };
        let found = match path.as_str() {
            "" => Ok(schema),
            path => self.service.walk(schema, path),
        };
        match found {
            Ok(found) => {
                let is_list = matches!(self.service.resolve(found).kind, Type::Array(_));
                if is_list == read.item.is_some() {
                    self.report(place, format!("{path:?} must be a list for `items` only"));
                }
            }
            Err(why) => self.report(place, format!("the response has no {path}: {why}")),
        }
    }

    fn operation(&mut self, place: &str, name: &str) -> Option<&'a Operation> {
        let found = self.service.operation(name);
        if found.is_none() {
            let known = self
                .service
                .operations
                .iter()
                .map(|known| known.name.as_str());
            let hint = hint(name, known);
            self.report(place, format!("there is no such operation{hint}"));
        }
        found
    }

    fn parameter(&mut self, place: &str, operation: &Operation, name: &str) {
        let mut known: Vec<&str> = Vec::new();
        for parameter in &operation.parameters {
            known.push(&parameter.name);
            let of_body = self.service.resolve(&parameter.schema).kind.properties();
            known.extend(
                of_body
                    .into_iter()
                    .flat_map(|fields| fields.keys().map(String::as_str)),
            );
        }
        if !known.contains(&name) {
            let hint = hint(name, known.into_iter());
            self.report(place, format!("there is no parameter {name}{hint}"));
        }
    }

    fn field(&mut self, place: &str, path: &str) {
        let first = path.split(['.', '[']).next().unwrap_or_default();
        if !self.fields.contains(first) && !self.is_own(first) {
            let hint = hint(first, self.fields.iter().copied());
            self.report(place, format!("there is no field {path}{hint}"));
        }
    }

    /// Returns whether the file itself makes a field, which other templates can use.
    fn is_own(&self, name: &str) -> bool {
        let kind = self.kind;
        let of_operations = kind.create.values().flat_map(|create| create.fields.keys());
        let of_kind = kind.fields.keys().chain(kind.parents.keys());
        let initial = kind.initial.iter().flat_map(|fields| fields.keys());
        of_kind
            .chain(of_operations)
            .chain(initial)
            .any(|own| own == name)
    }

    fn parent(&mut self, field: &str, parent: &Parent) {
        let place = format!("parents.{field}");
        let known = match parent.kind.split_once('/') {
            // A build without the other service does not have its file.
            Some((product, kind)) => match files::model(product) {
                Some(Ok(model)) => model.resources.contains_key(kind),
                _ => true,
            },
            None => self.model.resources.contains_key(&parent.kind),
        };
        if !known {
            self.report(&place, format!("there is no kind {}", parent.kind));
        }
        for conditions in [&parent.when, &parent.delete_when, &parent.otherwise] {
            for field in conditions.keys() {
                self.field(&place, field);
            }
        }
    }

    fn steps(&mut self, place: &str, steps: &[StateStep]) {
        for step in steps {
            self.state(&format!("{place}.states"), &step.state);
        }
    }

    fn state(&mut self, place: &str, state: &str) {
        let Some(field) = &self.kind.state else {
            return self.report(place, "the kind has no `state`".to_owned());
        };
        self.value(place, field, state);
    }

    /// Checks a value of a field whose values are known.
    fn value(&mut self, place: &str, path: &str, value: &str) {
        let name = path.rsplit('.').next().unwrap_or_default();
        let Some(known) = self.enums.get(name) else {
            return;
        };
        if !known.contains(value) {
            let hint = hint(value, known.iter().copied());
            self.report(place, format!("{name} is never {value}{hint}"));
        }
    }

    /// Checks the alternatives of a template that are constant texts.
    fn constant(&mut self, place: &str, path: &str, template: &Value) {
        match template {
            Value::String(text) => {
                for text in alternatives(text).filter(|text| !text.is_empty()) {
                    if !text.contains('$') {
                        self.value(place, path, text);
                    }
                }
            }
            Value::Object(fields) => {
                for (path, field) in fields {
                    self.constant(place, path, field);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.constant(place, path, item);
                }
            }
            _ => {}
        }
    }

    fn returns(&mut self, place: &str, operation: &Operation, returns: &Fields) {
        for (path, template) in returns {
            let place = format!("{place}.returns.{path}");
            let list = path.trim_end_matches("[]");
            let found = operation
                .response
                .schema()
                .map(|schema| self.service.walk(schema, list));
            // Operations on one resource can share the templates of those on several.
            let is_shared = operation.response.schema().is_some_and(|schema| {
                let fields = self.service.resolve(schema).kind.properties();
                fields.is_some_and(|fields| fields.len() == 1)
            });
            if let (Some(Err(why)), false) = (found, is_shared) {
                self.report(&place, why);
            }
            self.template(&place, template);
        }
    }

    /// Checks templates, and that a response has their fields unless templates use them.
    fn templates(&mut self, place: &str, fields: &Fields, shown: bool) {
        for (path, template) in fields {
            let place = format!("{place}.{path}");
            if shown {
                self.shown(&place, path);
            }
            self.constant(&place, path, template);
            self.template(&place, template);
        }
    }

    /// Checks that a response has a field, unless templates use it.
    fn shown(&mut self, place: &str, path: &str) {
        let first = path.split('.').next().unwrap_or_default();
        if !self.fields.contains(first) && !self.is_used(first) {
            let hint = hint(first, self.fields.iter().copied());
            let why = format!("no operation of the kind has this field{hint}");
            self.report(place, why);
        }
    }

    fn is_used(&self, name: &str) -> bool {
        let kind = self.kind;
        let mut reads = kind.read.keys();
        let selects = |operation: &Operation| operation.parameter(name).is_some();
        if reads.any(|read| self.service.operation(read).is_some_and(selects)) {
            return true;
        }
        kind.parents.contains_key(name)
            || kind.state.as_deref() == Some(name)
            || kind.id.iter().any(|id| id == name)
            || self.model.resources.values().any(|other| {
                let texts = other.fields.values().map(Value::to_string);
                texts
                    .into_iter()
                    .any(|text| text.contains(&format!("$creator.{name}")))
            })
    }

    fn template(&mut self, place: &str, template: &Value) {
        match template {
            Value::String(text) => {
                for part in alternatives(text).flat_map(parts).collect::<Vec<_>>() {
                    match part {
                        Part::Text(_) => {}
                        Part::Function(name, _) if FUNCTIONS.contains(&name) => {}
                        Part::Function(name, _) => {
                            self.report(place, format!("there is no function {name}"));
                        }
                        Part::Name(name) | Part::Braced(name) => self.name(place, name),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.template(place, item)),
            Value::Object(fields) => fields
                .values()
                .for_each(|field| self.template(place, field)),
            _ => {}
        }
    }

    fn name(&mut self, place: &str, name: &str) {
        let first = name.split('.').next().unwrap_or_default();
        let mut parents = self.kind.parents.values();
        let is_parent = parents.any(|parent| parent.kind.rsplit('/').next() == Some(first));
        let is_known = ["item", "creator"].contains(&first)
            || is_parent
            || self.parameters.contains(first)
            || self.parameters.contains(name)
            || self.fields.contains(first)
            || self.is_own(first);
        if !is_known {
            let known = self.parameters.iter().chain(&self.fields).copied();
            let hint = hint(first, known);
            self.report(
                place,
                format!("there is no parameter or field {name}{hint}"),
            );
        } else if name.contains('.')
            && !is_parent
            && !self.parameters.contains(name)
            && !["item", "creator"].contains(&first)
            && !self.objects.contains(first)
        {
            self.report(place, format!("{first} has no fields; write ${{{first}}}"));
        }
    }

    fn report(&mut self, place: &str, why: String) {
        self.wrong.push(format!("{place}: {why}"));
    }
}

fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let meant = did_you_mean(name, known);
    meant.map(|meant| format!("; {meant}")).unwrap_or_default()
}
