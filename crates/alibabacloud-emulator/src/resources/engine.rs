//! What an operation does to resources, as the resource file of its service says.

use super::errors::{error, not_found};
use super::files;
use super::model::{Action, Change, Child, Create, Fields, Kind, Model, OnDelete, Read, Role};
use super::related::{Dependent, dependents, key_of, kind_of, parent_ids, remove, rename};
use super::scope::Values;
use super::states;
use super::tags;
use super::template;
use crate::api_error::ApiError;
use crate::call::{Call, tags_of};
use crate::ids;
use crate::paging;
use crate::store::record::{self, Record, SEQUENCE};
use crate::synthetic;
use crate::values;
use alibabacloud_spec::{Kind as Type, Pagination, ParameterPlace, Schema, Service};
use serde_json::{Map, Value};

/// Parameters of an operation that no resource keeps.
const NOT_KEPT: [&str; 8] = [
    "DryRun",
    "OwnerAccount",
    "OwnerId",
    "RegionId",
    "ResourceOwnerAccount",
    "ResourceOwnerId",
    "Tag",
    "Tags",
];

/// Maximum resources of one call.
const MAX_COUNT: i64 = 1000;

/// Returns the resources of a service, if its resource file has this operation.
///
/// # Errors
///
/// Describes what is invalid in the file, which a test excludes.
pub(crate) fn model_of(service: &Service) -> Result<Option<&'static Model>, String> {
    let model = files::model(&service.code).transpose()?;
    Ok(model.filter(|model| model.version == service.version))
}

/// Returns whether an operation keeps state.
pub(crate) fn has(model: &Model, operation: &str) -> bool {
    !model.actions(operation).is_empty() || tags::action(model, operation).is_some()
}

/// Executes an operation. `None` if the response is synthetic: the caller has not created a
/// resource of the kind, or asks for a dry run.
///
/// # Errors
///
/// Returns the error of the service, such as that of an unknown ID.
pub(crate) fn respond(model: &Model, call: &mut Call<'_>) -> Result<Option<Value>, ApiError> {
    if !call.operation.class.is_read() && (call.flag("DryRun") || call.flag("dry_run")) {
        return Ok(None);
    }
    advance(model, call);
    if let Some(action) = tags::action(model, &call.operation.name) {
        return tags::respond(model, call, action);
    }
    let actions = model.actions(&call.operation.name);
    let mut engine = Engine { model, call };
    match actions {
        [] => Ok(None),
        [action, ..] if action.role == Role::Read => engine.read(actions),
        [action, ..] => {
            if let Some(earlier) = engine.call.repeated()? {
                return Ok(Some(earlier));
            }
            let response = engine.write(*action)?;
            if let Some(response) = &response {
                engine.call.remember(response);
            }
            Ok(response)
        }
    }
}

/// Advances all resources of a service to the current time.
fn advance(model: &Model, call: &mut Call<'_>) {
    for (name, kind) in &model.resources {
        let (table, Some(field)) = (model.table(name), &kind.state) else {
            continue;
        };
        if call.region.resources.existing(&table).is_none() {
            continue;
        }
        let records = call.region.resources.table(&table);
        let mut gone = Vec::new();
        for (key, record) in records.iter_mut() {
            if states::advance(record, field, call.now) {
                gone.push(key.clone());
            }
        }
        for key in gone {
            remove(call.region, &table, &key);
        }
    }
}

struct Engine<'a, 'c, 'd> {
    model: &'a Model,
    call: &'c mut Call<'d>,
}

/// A kind with its name.
type Named<'a> = (&'a str, &'a Kind);

/// What a resource is created for.
#[derive(Clone, Copy, Default)]
struct CreatedFor<'a> {
    item: Option<&'a Value>,
    creator: Option<&'a Record>,
}

impl<'a> Engine<'a, '_, '_> {
    fn write(&mut self, action: Action) -> Result<Option<Value>, ApiError> {
        let Some(kind) = self.model.kind(action.kind) else {
            return Ok(None);
        };
        let name = self.call.operation.name.as_str();
        match action.role {
            Role::Create => match kind.1.create.get(name) {
                Some(create) => self.create(kind, create).map(Some),
                None => Ok(None),
            },
            Role::Change => match kind.1.change.get(name) {
                Some(change) => self.change(kind, change, false),
                None => Ok(None),
            },
            Role::Delete => match kind.1.delete.get(name) {
                Some(change) => self.change(kind, change, true),
                None => Ok(None),
            },
            Role::Read => Ok(None),
        }
    }

    fn create(&mut self, kind: Named<'a>, create: &'a Create) -> Result<Value, ApiError> {
        let items = create.each.as_deref().map(|each| list(self.call, each));
        let count = create.count.as_deref();
        let count = count.and_then(|count| self.call.integer(count));
        let items: Vec<Option<Value>> = match items {
            Some(items) if !items.is_empty() => items.into_iter().map(Some).collect(),
            _ => (0..count.unwrap_or(1).clamp(1, MAX_COUNT))
                .map(|_| None)
                .collect(),
        };
        // All are made before one is added, so that a call that fails adds none.
        let mut made = Vec::new();
        for item in &items {
            let created_for = CreatedFor {
                item: item.as_ref(),
                creator: None,
            };
            let mut record = self.sent();
            if let Some(Value::Object(fields)) = item {
                record.extend(fields.clone());
            }
            self.fill(kind, &mut record, &create.fields, created_for);
            self.complete(&mut record);
            if let Some(state) = &kind.1.state {
                states::start(&mut record, state, &create.states, self.call.now);
            }
            made.push((self.check_new(kind, &record)?, record));
        }
        let mut created = Vec::new();
        for (key, record) in made {
            self.put(kind, &key, record.clone());
            for child in &create.with {
                self.create_child(child, &record)?;
            }
            created.push((record, None));
        }
        self.response(kind, &create.returns, &created)
    }

    fn create_child(&mut self, child: &'a Child, creator: &Record) -> Result<(), ApiError> {
        let model = self.model;
        let Some((name, kind)) = model.resources.get_key_value(&child.kind) else {
            return Ok(());
        };
        let kind = (name.as_str(), kind);
        let items: Vec<Option<Value>> = match &child.each {
            Some(each) => list(self.call, each).into_iter().map(Some).collect(),
            None => vec![None],
        };
        for item in &items {
            let created_for = CreatedFor {
                item: item.as_ref(),
                creator: Some(creator),
            };
            let mut record = match item {
                Some(Value::Object(fields)) => fields.clone(),
                _ => Record::new(),
            };
            record.insert("RegionId".to_owned(), Value::from(self.call.region_id));
            self.fill(kind, &mut record, &child.fields, created_for);
            if let Some(state) = &kind.1.state {
                states::start(&mut record, state, &child.states, self.call.now);
            }
            let key = self.check_new(kind, &record)?;
            self.put(kind, &key, record);
        }
        Ok(())
    }

    /// Returns a record with the parameters of the call that a resource keeps.
    fn sent(&self) -> Record {
        let mut record = Record::new();
        record.insert("RegionId".to_owned(), Value::from(self.call.region_id));
        for (name, value) in sent(self.call) {
            record::set(&mut record, name, value.clone());
        }
        let tags = tags::sent(self.call);
        if !tags.is_empty() {
            tags::put(&mut record, tags);
        }
        record
    }

    /// Sets the ID and the fields of a new resource that follow from templates. Those of the
    /// operation come before those of the kind.
    fn fill(
        &self,
        kind: Named<'a>,
        record: &mut Record,
        fields: &'a Fields,
        created_for: CreatedFor<'_>,
    ) {
        let evaluate =
            |record: &Record, value: &Value| self.evaluate(kind, record, value, created_for, None);
        if let (Some(template), Some(id)) = (&kind.1.new_id, kind.1.id.last()) {
            let id_of = Value::from(template.as_str());
            template::apply(record, [(id, &id_of)], evaluate);
        }
        template::apply(record, fields, evaluate);
        let of_kind = kind.1.fields.iter();
        let others = of_kind.filter(|(path, _)| !fields.contains_key(*path));
        template::apply(record, others, evaluate);
    }

    fn evaluate(
        &self,
        kind: Named<'_>,
        record: &Record,
        value: &Value,
        created_for: CreatedFor<'_>,
        previous: Option<&Value>,
    ) -> Option<Value> {
        let values = Values {
            model: self.model,
            kind,
            call: self.call,
            record,
            item: created_for.item,
            creator: created_for.creator,
            previous,
        };
        template::evaluate(value, &values)
    }

    /// Sets what the caller has left to the service: defaults, and empty texts.
    fn complete(&self, record: &mut Record) {
        for parameter in &self.call.operation.parameters {
            let name = parameter.name.as_str();
            let is_set =
                name.contains('.') || record.contains_key(name) || !is_kept(self.call, name);
            if is_set || parameter.schema.sensitive {
                continue;
            }
            let schema = self.call.service.resolve(&parameter.schema);
            if let Some(default) = &schema.default {
                record.insert(name.to_owned(), default.clone());
            } else if schema.kind == Type::String {
                record.insert(name.to_owned(), Value::from(""));
            }
        }
    }

    /// Returns the key of a new resource.
    ///
    /// # Errors
    ///
    /// Fails when it exists, or a resource that it belongs to does not.
    fn check_new(&self, (name, kind): Named<'_>, record: &Record) -> Result<String, ApiError> {
        let operation = self.call.operation;
        let Some(key) = key_of(kind, record) else {
            let field = kind.id.first().map(String::as_str);
            return Err(ApiError::missing(field.unwrap_or_default()));
        };
        let resources = &self.call.region.resources;
        if resources.get(&self.model.table(name), &key).is_some() {
            let code = format!("EntityAlreadyExists.{name}");
            let code = kind.exists.as_deref().unwrap_or(&code);
            return Err(error(operation, code, format!("The {name} {key} exists.")));
        }
        self.check_parents(kind, record)?;
        Ok(key)
    }

    /// Checks that the resources that one belongs to exist, as far as the caller has created any
    /// of their kind.
    fn check_parents(&self, kind: &Kind, record: &Record) -> Result<(), ApiError> {
        let (operation, resources) = (self.call.operation, &self.call.region.resources);
        for (field, parent) in &kind.parents {
            let table = self.model.table(&parent.kind);
            let Some(parents) = resources.existing(&table).filter(|_| parent.required) else {
                continue;
            };
            for id in parent_ids(record, field, parent) {
                let (_, name) = table.split_once('/').unwrap_or_default();
                if let (false, Some((_, kind))) = (parents.contains_key(&id), kind_of(&table)) {
                    return Err(not_found(operation, (name, kind), &id));
                }
            }
        }
        Ok(())
    }

    /// Adds a resource; the first one of a kind together with those that exist from the start.
    fn put(&mut self, kind: Named<'a>, key: &str, record: Record) {
        let table = self.model.table(kind.0);
        if self.call.region.resources.existing(&table).is_none() {
            for (key, record) in self.initial(kind) {
                self.call.region.resources.put(&table, &key, record);
            }
        }
        self.call.region.resources.put(&table, key, record);
    }

    /// Returns the resources of a kind that exist from the start.
    fn initial(&self, kind: Named<'a>) -> Vec<(String, Record)> {
        let record = |fields: &'a Fields| {
            let mut record = Record::new();
            record.insert("RegionId".to_owned(), Value::from(self.call.region_id));
            let evaluate = |record: &Record, value: &Value| {
                self.evaluate(kind, record, value, CreatedFor::default(), None)
            };
            template::apply(&mut record, fields, evaluate);
            Some((key_of(kind.1, &record)?, record))
        };
        kind.1.initial.iter().filter_map(record).collect()
    }

    /// Changes or deletes resources: all that the call names, or none when one does not permit it.
    fn change(
        &mut self,
        kind: Named<'a>,
        change: &'a Change,
        deletes: bool,
    ) -> Result<Option<Value>, ApiError> {
        let table = self.model.table(kind.0);
        if self.call.region.resources.existing(&table).is_none() {
            return Ok(None);
        }
        let Some(keys) = keys(self.call, kind.1, change.ids.as_deref()) else {
            return Ok(None);
        };
        let force = change.force.as_deref();
        let is_forced = force.is_some_and(|force| self.call.flag(force));
        for key in &keys {
            self.check_change(kind, change, key, is_forced, deletes)?;
        }
        let mut changed = Vec::new();
        for key in &keys {
            changed.push(match deletes {
                true => self.delete_one(kind, change, key),
                false => self.change_one(kind, change, key),
            });
        }
        self.response(kind, &change.returns, &changed).map(Some)
    }

    fn check_change(
        &self,
        (name, kind): Named<'a>,
        change: &Change,
        key: &str,
        is_forced: bool,
        deletes: bool,
    ) -> Result<(), ApiError> {
        let operation = self.call.operation;
        let table = self.model.table(name);
        let Some(record) = self.call.region.resources.get(&table, key) else {
            return Err(not_found(operation, (name, kind), key));
        };
        let state = state_of(kind, record).map(values::text_of);
        let state = state.unwrap_or_default();
        if !change.from.is_empty() && !is_forced && !change.from.contains(&state) {
            let code = change.error.as_deref().or(kind.wrong_state.as_deref());
            let code = code.unwrap_or("IncorrectStatus");
            let message = format!("The state {state} of the {name} {key} does not permit this.");
            return Err(error(operation, code, message));
        }
        if !deletes {
            let mut sent = self.sent();
            sent.retain(|name, _| kind.parents.contains_key(name));
            // Of a condition, the record knows more than the call.
            let mut changed = record.clone();
            changed.retain(|name, _| !kind.parents.contains_key(name));
            changed.extend(sent);
            self.check_parents(kind, &changed)?;
        } else {
            let all = dependents(self.call.region, &table, key);
            let refusing = |child: &&Dependent| child.parent.on_delete == OnDelete::Refuse;
            if let Some(child) = all.iter().find(refusing) {
                let code = child
                    .parent
                    .error
                    .as_deref()
                    .unwrap_or("DependencyViolation");
                let message = format!("The {name} {key} is used by {}.", child.key);
                return Err(error(operation, code, message));
            }
        }
        Ok(())
    }

    fn change_one(
        &mut self,
        kind: Named<'a>,
        change: &'a Change,
        key: &str,
    ) -> (Record, Option<Value>) {
        let table = self.model.table(kind.0);
        let found = self.call.region.resources.get(&table, key);
        let mut record = found.cloned().unwrap_or_default();
        let previous = state_of(kind.1, &record).cloned();
        for (name, value) in sent(self.call) {
            let is_id =
                change.ids.as_deref() == Some(name) || kind.1.id.iter().any(|id| id == name);
            if !is_id {
                record::set(&mut record, name, value.clone());
            }
        }
        template::apply(&mut record, &change.fields, |record, value| {
            self.evaluate(
                kind,
                record,
                value,
                CreatedFor::default(),
                previous.as_ref(),
            )
        });
        if let (Some(state), false) = (&kind.1.state, change.states.is_empty()) {
            states::start(&mut record, state, &change.states, self.call.now);
        }
        let new = key_of(kind.1, &record).unwrap_or_else(|| key.to_owned());
        if new == key {
            self.call.region.resources.put(&table, key, record.clone());
        } else {
            rename(self.call.region, &table, key, record.clone(), &new);
        }
        (record, previous)
    }

    fn delete_one(
        &mut self,
        kind: Named<'a>,
        change: &'a Change,
        key: &str,
    ) -> (Record, Option<Value>) {
        let table = self.model.table(kind.0);
        let found = self.call.region.resources.get(&table, key);
        let mut record = found.cloned().unwrap_or_default();
        let previous = state_of(kind.1, &record).cloned();
        match &kind.1.state {
            Some(state) if !change.states.is_empty() => {
                states::start(&mut record, state, &change.states, self.call.now);
                self.call.region.resources.put(&table, key, record.clone());
            }
            _ => remove(self.call.region, &table, key),
        }
        (record, previous)
    }

    /// Returns the response to a call that has created, changed or deleted resources: synthetic,
    /// except for fields with the name of a field of the first one, and those of `returns`.
    fn response(
        &self,
        kind: Named<'a>,
        returns: &'a Fields,
        records: &[(Record, Option<Value>)],
    ) -> Result<Value, ApiError> {
        let mut given = self.call.parameters.clone();
        if let Some((record, _)) = records.first() {
            given.extend(record.clone());
        }
        let mut body = synthetic_body(self.call, &given, None)?;
        let Value::Object(object) = &mut body else {
            return Ok(body);
        };
        for (path, template) in returns {
            let mut values = records.iter().filter_map(|(record, previous)| {
                self.evaluate(
                    kind,
                    record,
                    template,
                    CreatedFor::default(),
                    previous.as_ref(),
                )
            });
            match path.strip_suffix("[]") {
                Some(list) => record::set(object, list, values.collect()),
                None => {
                    if let Some(value) = values.next() {
                        record::set(object, path, value);
                    }
                }
            }
        }
        Ok(body)
    }

    fn read(&self, actions: &[Action]) -> Result<Option<Value>, ApiError> {
        let name = self.call.operation.name.as_str();
        let reads = actions.iter().filter_map(|action| {
            let kind = self.model.kind(action.kind)?;
            Some((kind, kind.1.read.get(name)?))
        });
        // The body of a list is made as a whole; resources are put into it.
        let (lists, single): (Vec<_>, Vec<_>) = reads.partition(|(_, read)| read.item.is_none());
        let mut body: Option<Value> = None;
        for (kind, read) in lists {
            body = match self.read_list(kind, read, body.take())? {
                Some(body) => Some(body),
                None => continue,
            };
        }
        for (kind, read) in single {
            body = match (self.read_one(kind, read)?, body.take()) {
                (Some((path, item)), body) => Some(self.with_item(body, path, item)?),
                (None, body) => body,
            };
        }
        Ok(body)
    }

    /// Puts a resource into a body, which is synthetic without one.
    fn with_item(&self, body: Option<Value>, path: &str, item: Value) -> Result<Value, ApiError> {
        let mut body = match (body, path) {
            (None, "") => return Ok(item),
            (None, _) => synthetic_body(self.call, self.call.parameters, None)?,
            (Some(body), _) => body,
        };
        match (&mut body, item) {
            (Value::Object(fields), Value::Object(item)) if path.is_empty() => {
                // Lists that the body has are not fields of the resource.
                let others = item.into_iter().filter(|(_, value)| !is_list(value));
                fields.extend(others);
            }
            (Value::Object(fields), item) => record::set(fields, path, item),
            _ => {}
        }
        Ok(body)
    }

    /// Returns the resources of a kind, and whether the caller has created one.
    fn existing(&self, kind: Named<'a>) -> (Vec<(String, Record)>, bool) {
        match self
            .call
            .region
            .resources
            .existing(&self.model.table(kind.0))
        {
            Some(table) => {
                let records = table.iter();
                let all = records.map(|(key, record)| (key.clone(), record.clone()));
                (all.collect(), true)
            }
            None => (self.initial(kind), false),
        }
    }

    /// Returns the resource that a call reads, and its path in the response.
    fn read_one(
        &self,
        kind: Named<'a>,
        read: &'a Read,
    ) -> Result<Option<(&'a str, Value)>, ApiError> {
        let (mut records, is_known) = self.existing(kind);
        let call = &*self.call;
        let (Some(schema), Some(path)) = (call.operation.response.schema(), &read.item) else {
            return Ok(None);
        };
        let keys = keys(call, kind.1, read.ids.as_deref());
        match &keys {
            Some(keys) => records.retain(|(key, _)| keys.contains(key)),
            None => records.retain(|(_, record)| self.selects(kind.1, read, record, record)),
        }
        let Some((_, record)) = records.into_iter().next() else {
            let key = keys.and_then(|keys| keys.into_iter().next());
            return match (is_known, key) {
                (true, Some(key)) => Err(not_found(call.operation, kind, &key)),
                _ => Ok(None),
            };
        };
        let schema = match path.as_str() {
            "" => schema,
            path => call.service.walk(schema, path).unwrap_or(schema),
        };
        Ok(Some((path, self.item(kind, read, record, schema))))
    }

    fn read_list(
        &self,
        kind: Named<'a>,
        read: &'a Read,
        earlier: Option<Value>,
    ) -> Result<Option<Value>, ApiError> {
        let (mut records, is_known) = self.existing(kind);
        let call = &*self.call;
        if !is_known && records.is_empty() && earlier.is_none() {
            return Ok(None);
        }
        let paged = call.operation.pagination.as_ref().map(|pages| match pages {
            Pagination::Token { items, .. } | Pagination::PageNumber { items, .. } => items,
        });
        let path = read.items.as_deref();
        let path = path.or(paged.map(String::as_str)).unwrap_or_default();
        let Some(schema) = call.operation.response.schema() else {
            return Ok(None);
        };
        let list = match path {
            "" => schema,
            path => call.service.walk(schema, path).unwrap_or(schema),
        };
        let Type::Array(item) = &call.service.resolve(list).kind else {
            return Ok(None);
        };
        if let Some(keys) = keys(call, kind.1, read.ids.as_deref()) {
            records.retain(|(key, _)| keys.contains(key));
        }
        let age = |record: &Record| record.get(SEQUENCE).and_then(Value::as_u64);
        records.sort_by_key(|(_, record)| std::cmp::Reverse(age(record)));
        let wanted = tags_of(tags::filter(call).as_ref());
        let mut items = Vec::new();
        for (_, record) in records {
            if !tags::has(&record, &wanted) {
                continue;
            }
            let stored = record.clone();
            let item = self.item(kind, read, record, item);
            let shown = item.as_object();
            if shown.is_none_or(|shown| self.selects(kind.1, read, shown, &stored)) {
                items.push(item);
            }
        }
        if paged.is_some_and(|paged| paged == path) {
            return synthetic_body(call, call.parameters, Some(items)).map(Some);
        }
        let mut body = match earlier {
            Some(earlier) => earlier,
            None => synthetic_body(call, call.parameters, None)?,
        };
        match (path, &mut body) {
            ("", _) => body = Value::Array(items),
            (path, Value::Object(object)) => record::set(object, path, Value::Array(items)),
            _ => {}
        }
        Ok(Some(body))
    }

    /// Returns a resource as an operation shows it.
    fn item(&self, kind: Named<'a>, read: &'a Read, mut record: Record, schema: &Schema) -> Value {
        let (name, of_kind) = kind;
        for fields in [&of_kind.computed, &read.fields] {
            template::apply(&mut record, fields, |record, value| {
                self.evaluate(kind, record, value, CreatedFor::default(), None)
            });
        }
        if let Some(path) = &of_kind.tags {
            let tags = tags::shown(&record);
            record::set(&mut record, path, tags);
        }
        let key = key_of(of_kind, &record).unwrap_or_default();
        let seed = ids::hash(&[&self.model.product, name, &key]);
        synthetic::complete(self.call.service, schema, &record, seed)
    }

    /// Returns whether a resource has the values of the parameters that select some.
    fn selects(&self, kind: &Kind, read: &Read, shown: &Record, stored: &Record) -> bool {
        let call = &*self.call;
        let of_page = paging::page_parameters(call.operation);
        // Resources have been selected by ID.
        let is_id = |name: &str| match (&read.ids, kind.id.as_slice()) {
            (Some(ids), _) => ids == name,
            (None, [id]) => id == name,
            (None, _) => false,
        };
        call.parameters.iter().all(|(name, wanted)| {
            let field = match read.filters.get(name) {
                Some(None) => return true,
                Some(Some(field)) => field.as_str(),
                None if is_id(name)
                    || of_page.contains(&name.as_str())
                    || NOT_KEPT.contains(&name.as_str()) =>
                {
                    return true;
                }
                None => name.as_str(),
            };
            let actual = record::at(shown, field).or_else(|| record::at(stored, field));
            match actual {
                Some(actual) => has_value(actual, wanted),
                None => !read.filters.contains_key(name),
            }
        })
    }
}

/// Returns whether a field has one of the wanted values. Texts can begin and end with `*`; the text
/// `all` fits all.
fn has_value(actual: &Value, wanted: &Value) -> bool {
    match (actual, wanted) {
        (_, Value::Array(wanted)) => {
            wanted.is_empty() || wanted.iter().any(|one| has_value(actual, one))
        }
        (Value::Array(items), _) => items.iter().any(|item| has_value(item, wanted)),
        (Value::Object(fields), _) if fields.len() == 1 => {
            fields.values().any(|field| has_value(field, wanted))
        }
        (Value::Object(_), _) => true,
        _ => {
            let (actual, wanted) = (values::text_of(actual), values::text_of(wanted));
            let inner = wanted.trim_matches('*');
            match (wanted.starts_with('*'), wanted.ends_with('*')) {
                _ if wanted.is_empty() || wanted.eq_ignore_ascii_case("all") => true,
                (true, true) => actual.contains(inner),
                (true, false) => actual.ends_with(inner),
                (false, true) => actual.starts_with(inner),
                (false, false) => actual.eq_ignore_ascii_case(&wanted),
            }
        }
    }
}

/// Returns the parameters of a call that a resource keeps.
fn sent<'a>(call: &Call<'a>) -> Vec<(&'a str, &'a Value)> {
    let mut sent = Vec::new();
    for parameter in &call.operation.parameters {
        let Some(value) = call.parameters.get(&parameter.name) else {
            continue;
        };
        match (parameter.place, value) {
            _ if parameter.schema.sensitive || !is_kept(call, &parameter.name) => {}
            (ParameterPlace::Header, _) => {}
            (ParameterPlace::Body, Value::Object(fields)) => {
                let fields = fields.iter();
                sent.extend(
                    fields
                        .filter(|(name, _)| is_kept(call, name))
                        .map(|(name, value)| (name.as_str(), value)),
                );
            }
            _ => sent.push((parameter.name.as_str(), value)),
        }
    }
    sent
}

fn is_kept(call: &Call<'_>, name: &str) -> bool {
    !NOT_KEPT.contains(&name) && call.operation.idempotency.as_deref() != Some(name)
}

/// Returns the keys of the resources that a call names; `None` if it names none.
fn keys(call: &Call<'_>, kind: &Kind, parameter: Option<&str>) -> Option<Vec<String>> {
    let names = |name: &str| {
        let mut names = call.names(name);
        if let [single] = names.as_slice() {
            let single = single.split(',').map(|part| part.trim().to_owned());
            names = single.filter(|part| !part.is_empty()).collect();
        }
        Some(names).filter(|names| !names.is_empty())
    };
    match (parameter, kind.id.as_slice()) {
        (Some(parameter), _) => names(parameter),
        (None, [id]) => names(id),
        (None, ids) => {
            let part = |id: &String| call.text(id).map(str::to_owned);
            let parts: Option<Vec<String>> = ids.iter().map(part).collect();
            parts.map(|parts| vec![parts.join("/")])
        }
    }
}

/// Returns the items of a list parameter.
fn list(call: &Call<'_>, parameter: &str) -> Vec<Value> {
    match call.json(parameter) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Returns whether a value is a list, or an object that only wraps one.
fn is_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(fields) => fields.len() == 1 && fields.values().all(Value::is_array),
        _ => false,
    }
}

fn state_of<'a>(kind: &Kind, record: &'a Record) -> Option<&'a Value> {
    record::at(record, kind.state.as_deref()?)
}

fn synthetic_body(
    call: &Call<'_>,
    given: &Map<String, Value>,
    items: Option<Vec<Value>>,
) -> Result<Value, ApiError> {
    let scope = call.caller.page_scope(call.region_id);
    let (service, operation) = (call.service, call.operation);
    synthetic::response_with(service, operation, given, &scope, call.pages, items)
}
