//! The rules about the values of requests, for the feature `checks`.

use crate::ir::{Rule, RuleSubject, ValueRule};
use alibabacloud_spec::{self as spec, Kind, Operation, Schema, Service};
use std::collections::BTreeSet;

/// Returns the rules of shared schemas that requests use, and of all operations that a client can
/// call.
pub(super) fn lower(service: &Service) -> Vec<Rule> {
    let lowering = Lowering::new(service);
    let callable = service.operations.iter();
    let operations: Vec<Rule> = callable
        .filter(|operation| operation.unsupported.is_none())
        .filter_map(|operation| lowering.operation(operation))
        .collect();
    let mut rules = lowering.shared_by(&operations);
    rules.extend(operations);
    rules
}

struct Lowering<'a> {
    service: &'a Service,
    /// The shared schemas that have rules at any depth.
    with_rules: BTreeSet<&'a str>,
}

impl<'a> Lowering<'a> {
    fn new(service: &'a Service) -> Self {
        let mut lowering = Self {
            service,
            with_rules: BTreeSet::new(),
        };
        // A schema has rules if one that it contains has, which can be the schema itself.
        loop {
            let schemas = service.schemas.iter();
            let more: Vec<&str> = schemas
                .filter(|(name, _)| !lowering.with_rules.contains(name.as_str()))
                .filter(|(_, schema)| lowering.has_rules(schema))
                .map(|(name, _)| name.as_str())
                .collect();
            if more.is_empty() {
                return lowering;
            }
            lowering.with_rules.extend(more);
        }
    }

    fn has_rules(&self, schema: &'a Schema) -> bool {
        let subject = RuleSubject::Elements;
        self.rule(subject, false, schema).is_some()
    }

    fn operation(&self, operation: &'a Operation) -> Option<Rule> {
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let is_filled_in =
                parameter.is_region() || operation.idempotency.as_ref() == Some(&parameter.name);
            self.rule(
                RuleSubject::Field(parameter.name.clone()),
                parameter.required && !is_filled_in,
                &parameter.schema,
            )
        });
        let inner: Vec<Rule> = parameters.collect();
        (!inner.is_empty()).then(|| Rule {
            subject: RuleSubject::Operation(operation.name.clone()),
            required: false,
            value: None,
            inner,
        })
    }

    /// Returns the rules about a value and what it contains, if there are any.
    fn rule(&self, subject: RuleSubject, required: bool, schema: &'a Schema) -> Option<Rule> {
        let (value, inner) = match self.target(schema) {
            Some(name) => {
                let shared = || ValueRule::Shared(name.to_owned());
                (self.with_rules.contains(name).then(shared), Vec::new())
            }
            None => (schema.rule().map(value_rule), self.inner(schema)),
        };
        (required || value.is_some() || !inner.is_empty()).then_some(Rule {
            subject,
            required,
            value,
            inner,
        })
    }

    /// Returns the rules about what a value contains.
    fn inner(&self, schema: &'a Schema) -> Vec<Rule> {
        match &schema.kind {
            Kind::Array(items) => {
                let elements = self.rule(RuleSubject::Elements, false, items);
                elements.into_iter().collect()
            }
            Kind::Map(values) => {
                let entries = self.rule(RuleSubject::Entries, false, values);
                entries.into_iter().collect()
            }
            Kind::Object(properties) => properties
                .iter()
                .filter_map(|(name, property)| {
                    let subject = RuleSubject::Field(name.clone());
                    self.rule(subject, property.required, &property.schema)
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the name of the shared schema that a reference leads to in the end.
    fn target(&self, schema: &'a Schema) -> Option<&'a str> {
        let Kind::Ref(name) = &schema.kind else {
            return None;
        };
        let resolved = self.service.resolve(schema);
        let schemas = self.service.schemas.iter();
        let found = schemas.filter(|(_, schema)| std::ptr::eq(*schema, resolved));
        Some(found.map(|(name, _)| name.as_str()).next().unwrap_or(name))
    }

    /// Returns the rules of all shared schemas that the rules of operations refer to, and of those
    /// that these refer to, sorted by name.
    fn shared_by(&self, operations: &[Rule]) -> Vec<Rule> {
        let mut names = BTreeSet::new();
        let mut new = BTreeSet::new();
        operations.iter().for_each(|rule| refer(rule, &mut new));
        let mut rules = Vec::new();
        while let Some(name) = new.pop_first() {
            let schema = self.service.schemas.get(&name);
            if let Some(schema) = schema.filter(|_| names.insert(name.clone())) {
                let rule = self.rule(RuleSubject::Schema(name), false, schema);
                rule.iter().for_each(|rule| refer(rule, &mut new));
                rules.extend(rule);
            }
        }
        rules.sort_by(|a, b| a.subject.name().cmp(b.subject.name()));
        rules
    }
}

/// Adds the names of the shared schemas that a rule refers to.
fn refer(rule: &Rule, names: &mut BTreeSet<String>) {
    if let Some(ValueRule::Shared(name)) = &rule.value {
        names.insert(name.clone());
    }
    rule.inner.iter().for_each(|rule| refer(rule, names));
}

fn value_rule(rule: spec::ValueRule<'_>) -> ValueRule {
    match rule {
        spec::ValueRule::Range { least, most } => ValueRule::Limits {
            least: least.map(i128::from),
            most: most.map(i128::from),
        },
        spec::ValueRule::Length { least, most, .. } => ValueRule::Limits {
            least: least.map(i128::from),
            most: most.map(i128::from),
        },
        spec::ValueRule::OneOf(known) => {
            ValueRule::OneOf(known.iter().map(|one| one.value.clone()).collect())
        }
        spec::ValueRule::Json => ValueRule::Json,
    }
}
