//! Operations that create, change or delete resources.

use super::engine::{CreatedFor, Engine, is_kept, keys, list, sent, state_of, synthetic_body};
use super::errors::{error, not_found};
use super::model::{Action, ActionKind, Change, Child, Create, Fields, Kind, OnDelete};
use super::related::{Dependent, dependents, key_of, remove, rename};
use super::states;
use super::template;
use crate::api_error::ApiError;
use crate::store::record::{self, Record};
use alibabacloud_spec::Kind as Type;
use alibabacloud_spec::values;
use serde_json::Value;

/// Maximum resources of one call.
const MAX_COUNT: i64 = 1000;

/// The resources that a call has written, each with its state before the call.
type Written = Vec<(Record, Option<Value>)>;

impl<'a> Engine<'a, '_, '_> {
    /// Executes an operation that creates, changes or deletes resources. `None` if the response is
    /// synthetic.
    ///
    /// # Errors
    ///
    /// Returns the error of the service, such as that of an unknown ID.
    pub(super) fn write(&mut self, actions: &[Action]) -> Result<Option<Value>, ApiError> {
        let (model, name) = (self.model, self.call.operation.name.as_str());
        let mut response = None;
        let mut creator = None;
        // Creates come first: what they create, the changes can name.
        for role in [ActionKind::Create, ActionKind::Change, ActionKind::Delete] {
            let actions = actions.iter().filter(|action| action.role == role);
            for kind in actions.filter_map(|action| model.kind(action.kind)) {
                let written = self.write_kind(kind, role, name, creator.as_ref())?;
                let Some((records, returns)) = written else {
                    continue;
                };
                if response.is_none() {
                    response = Some(self.response(kind, returns, &records)?);
                }
                if role == ActionKind::Create {
                    creator = records.into_iter().next().map(|(record, _)| record);
                }
            }
        }
        Ok(response)
    }

    /// Creates, changes or deletes resources of one kind. `None` if the operation has no effect on
    /// them.
    fn write_kind(
        &mut self,
        kind: &'a Kind,
        role: ActionKind,
        operation: &str,
        creator: Option<&Record>,
    ) -> Result<Option<(Written, &'a Fields)>, ApiError> {
        let (change, deletes) = match role {
            ActionKind::Create => {
                let Some(create) = kind.create.get(operation) else {
                    return Ok(None);
                };
                return Ok(Some((self.create(kind, create)?, &create.returns)));
            }
            ActionKind::Change => (kind.change.get(operation), false),
            ActionKind::Delete => (kind.delete.get(operation), true),
            ActionKind::Read => return Ok(None),
        };
        let Some(change) = change else {
            return Ok(None);
        };
        let written = self.change(kind, change, creator, deletes)?;
        Ok(written.map(|written| (written, &change.returns)))
    }

    fn create(&mut self, kind: &'a Kind, create: &'a Create) -> Result<Written, ApiError> {
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
            if let Some(state) = &kind.state {
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
        Ok(created)
    }

    fn create_child(&mut self, child: &'a Child, creator: &Record) -> Result<(), ApiError> {
        let Some(kind) = self.model.resources.get(&child.kind) else {
            return Ok(());
        };
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
            if let Some(state) = &kind.state {
                states::start(&mut record, state, &child.states, self.call.now);
            }
            let key = self.check_new(kind, &record)?;
            self.put(kind, &key, record);
        }
        Ok(())
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
    fn check_new(&self, kind: &Kind, record: &Record) -> Result<String, ApiError> {
        let Some(key) = key_of(kind, record) else {
            let field = kind.id.first().map(String::as_str);
            return Err(ApiError::missing(field.unwrap_or_default()));
        };
        self.check_unknown(kind, &key)?;
        self.check_parents(kind, record)?;
        Ok(key)
    }

    /// Checks that no resource of the kind has a key.
    fn check_unknown(&self, kind: &Kind, key: &str) -> Result<(), ApiError> {
        let (operation, resources) = (self.call.operation, &self.call.region.resources);
        if resources.get(&kind.table, key).is_none() {
            return Ok(());
        }
        let code = format!("EntityAlreadyExists.{}", kind.name);
        let code = kind.exists.as_deref().unwrap_or(&code);
        let message = format!("The {} {key} already exists.", kind.name);
        Err(error(operation, code, message))
    }

    /// Changes or deletes resources: all that the call names, or none when one does not permit it.
    fn change(
        &mut self,
        kind: &'a Kind,
        change: &'a Change,
        creator: Option<&Record>,
        deletes: bool,
    ) -> Result<Option<Written>, ApiError> {
        let is_set = |flag: &Option<String>| flag.as_deref().map(|flag| self.call.flag(flag));
        if !self.is_known(kind) || is_set(&change.condition) == Some(false) {
            return Ok(None);
        }
        let is_forced = is_set(&change.force) == Some(true);
        let cascades = is_set(&change.cascade) == Some(true);
        let Some(keys) = keys(self.call, kind, change.ids.as_deref()) else {
            return Ok(None);
        };
        self.materialize(kind);
        for key in &keys {
            self.check_change(kind, change, key, is_forced)?;
            if deletes && !cascades {
                self.check_unused(kind, key)?;
            }
        }
        if deletes {
            let deleted = keys.iter().map(|key| self.delete_one(kind, change, key));
            return Ok(Some(deleted.collect()));
        }
        // All are changed before one is stored, so that a call that fails changes none.
        let mut changed = Vec::new();
        for key in &keys {
            let (record, previous) = self.changed(kind, change, creator, key);
            let new = key_of(kind, &record).unwrap_or_else(|| key.clone());
            if new != *key {
                self.check_unknown(kind, &new)?;
            }
            changed.push((new, record, previous));
        }
        let mut written = Vec::new();
        for (key, (new, record, previous)) in keys.iter().zip(changed) {
            if new == *key {
                self.put(kind, key, record.clone());
            } else {
                rename(self.call.region, &kind.table, key, record.clone(), &new);
            }
            written.push((record, previous));
        }
        Ok(Some(written))
    }

    fn check_change(
        &self,
        kind: &'a Kind,
        change: &Change,
        key: &str,
        is_forced: bool,
    ) -> Result<(), ApiError> {
        let operation = self.call.operation;
        let Some(record) = self.call.region.resources.get(&kind.table, key) else {
            return Err(not_found(operation, kind, key));
        };
        let state = state_of(kind, record).map(values::text);
        let state = state.unwrap_or_default();
        if !change.from.is_empty() && !is_forced && !change.from.contains(&state) {
            let code = change.error.as_deref().or(kind.wrong_state.as_deref());
            let code = code.unwrap_or("IncorrectStatus");
            let message = format!("The {} {key} is {state}.", kind.name);
            return Err(error(operation, code, message));
        }
        let mut sent = self.sent();
        sent.retain(|name, _| kind.parents.contains_key(name));
        // Of conditions, the record knows more than the call.
        let mut changed = record.clone();
        changed.retain(|name, _| !kind.parents.contains_key(name));
        changed.extend(sent);
        self.check_parents(kind, &changed)
    }

    /// Checks that no resource refuses the deletion of the one that it belongs to.
    fn check_unused(&self, kind: &'a Kind, key: &str) -> Result<(), ApiError> {
        let users = dependents(self.call.region, &kind.table, key);
        let refuses = |user: &&Dependent| user.parent.on_delete == OnDelete::Refuse;
        let Some(user) = users.iter().find(refuses) else {
            return Ok(());
        };
        let code = user.parent.error.as_deref();
        let code = code.unwrap_or("DependencyViolation");
        let message = format!("The {} {key} is used by {}.", kind.name, user.key);
        Err(error(self.call.operation, code, message))
    }

    /// Deletes the resources that refuse the deletion of the one that they belong to, if any are
    /// left after the check.
    fn delete_users(&mut self, kind: &'a Kind, key: &str) {
        for user in dependents(self.call.region, &kind.table, key) {
            if user.parent.on_delete == OnDelete::Refuse {
                remove(self.call.region, &user.table, &user.key);
            }
        }
    }

    /// Returns a resource as it is after a change, and its state before.
    fn changed(
        &self,
        kind: &'a Kind,
        change: &'a Change,
        creator: Option<&Record>,
        key: &str,
    ) -> (Record, Option<Value>) {
        let table = &kind.table;
        let found = self.call.region.resources.get(table, key);
        let mut record = found.cloned().unwrap_or_default();
        let previous = state_of(kind, &record).cloned();
        let created_for = CreatedFor {
            creator,
            ..CreatedFor::default()
        };
        for (name, value) in sent(self.call) {
            let is_id = change.ids.as_deref() == Some(name) || kind.id.iter().any(|id| id == name);
            if !is_id {
                record::set(&mut record, name, value.clone());
            }
        }
        template::apply(&mut record, &change.fields, |record, value| {
            self.evaluate(kind, record, value, created_for, previous.as_ref())
        });
        if let (Some(state), false) = (&kind.state, change.states.is_empty()) {
            states::start(&mut record, state, &change.states, self.call.now);
        }
        (record, previous)
    }

    /// Deletes a resource, or starts to. Returns it, and its state before.
    fn delete_one(
        &mut self,
        kind: &'a Kind,
        change: &'a Change,
        key: &str,
    ) -> (Record, Option<Value>) {
        self.delete_users(kind, key);
        let table = &kind.table;
        let found = self.call.region.resources.get(table, key);
        let mut record = found.cloned().unwrap_or_default();
        let previous = state_of(kind, &record).cloned();
        match &kind.state {
            Some(state) if !change.states.is_empty() => {
                states::start(&mut record, state, &change.states, self.call.now);
                self.call.region.resources.put(table, key, record.clone());
            }
            _ => remove(self.call.region, table, key),
        }
        (record, previous)
    }

    /// Returns the response to a call that has created, changed or deleted resources: synthetic,
    /// except for fields with the name of a field of the first one, and those of `returns`.
    fn response(
        &self,
        kind: &'a Kind,
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
}
