//! Fresh facts into an existing specification: what people wrote and decided stays.
//!
//! Texts, examples, `x-acs-*` decisions and chosen types are the specification's; places, styles, methods, limits and what is
//! required are the metadata's. What the metadata does not mention stays too, unless pruning is asked for: specifications draw on
//! more than one source.

mod decisions;
mod parameters;
mod schema;

use super::json::Path;
use super::report::{Report, Rule};
use alibabacloud_spec::{
    Endpoints, ErrorCode, Kind, Operation, ParameterStyle, Response, Schema, Service,
};
use indexmap::IndexMap;
use schema::Merge;
use std::collections::HashSet;

/// Whether what the metadata does not mention is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It stays, and is reported.
    Keep,
    /// It goes, and is reported.
    Prune,
}

/// The existing specification with the facts of the metadata.
pub fn merge(old: Service, new: Service, missing: Missing, report: &mut Report) -> Service {
    // They are in the metadata, though nobody can read them.
    let refused: HashSet<String> = report
        .refusals
        .iter()
        .filter_map(|refusal| refusal.operation.clone())
        .collect();
    let shared = new.schemas.clone();
    let mut merge = Merge {
        missing,
        shared: &shared,
        report,
    };
    let schemas = merge_schemas(&mut merge, old.schemas, new.schemas);
    let endpoints = endpoints(&old.code, old.endpoints, new.endpoints);
    let mut service = Service {
        code: old.code,
        version: old.version,
        crate_name: old.crate_name,
        style: new.style,
        title: old.title,
        description: old.description,
        docs_url: old.docs_url,
        endpoints,
        tags: old.tags,
        operations: Vec::new(),
        parameters: old.parameters,
        schemas,
        waiters: old.waiters,
        errors: old.errors,
    };
    let mut fresh: IndexMap<String, Operation> = new
        .operations
        .into_iter()
        .map(|operation| (operation.name.clone(), operation))
        .collect();
    for operation in old.operations {
        match fresh.shift_remove(&operation.name) {
            Some(new) => {
                let merged = merge_operation(&mut merge, operation, new);
                service.operations.push(merged);
            }
            None if refused.contains(&operation.name) => {
                merge.note(
                    Rule::MissingKept,
                    &operation.name,
                    "the operation of the metadata was refused; that of the specification stays",
                );
                service.operations.push(operation);
            }
            None if missing == Missing::Prune => merge.note(
                Rule::OperationRemoved,
                &operation.name,
                "it is not in the metadata",
            ),
            None => {
                merge.note(
                    Rule::MissingKept,
                    &operation.name,
                    "the operation is not in the metadata",
                );
                service.operations.push(operation);
            }
        }
    }
    service.operations.extend(fresh.into_values());
    service.operations.sort_by(|a, b| a.name.cmp(&b.name));
    settle_tags(&mut service, new.tags);
    settle_styles(&mut service);
    decisions::drop_unfit(&mut service, report);
    service
}

/// The rule is a decision; which host serves a region is the metadata's. Regions stay, since upstream lists only what it knows of,
/// and so do hosts inside a VPC, which it seldom lists.
fn endpoints(code: &str, mut old: Endpoints, new: Endpoints) -> Endpoints {
    let rule = Endpoints {
        regional: old.regional,
        ..Endpoints::default()
    };
    for region in &new.regions {
        let (host, usual) = (
            new.public_host(code, region),
            rule.public_host(code, region),
        );
        set_host(&mut old.public, region, host, &usual);
        if !old.regions.contains(region) {
            old.regions.push(region.clone());
        }
    }
    for (region, host) in new.vpc {
        set_host(&mut old.vpc, &region, host, &rule.vpc_host(code, &region));
    }
    old
}

/// The table holds what differs from the rule.
fn set_host(table: &mut IndexMap<String, String>, region: &str, host: String, usual: &str) {
    if host == usual {
        table.shift_remove(region);
    } else {
        table.insert(region.to_owned(), host);
    }
}

/// Tags that operations brought along from upstream stand behind those of the specification.
fn settle_tags(service: &mut Service, upstream: Vec<alibabacloud_spec::Tag>) {
    for tag in upstream {
        let used = service
            .operations
            .iter()
            .any(|operation| operation.tag.as_ref() == Some(&tag.name));
        if used && !service.tags.iter().any(|known| known.name == tag.name) {
            service.tags.push(tag);
        }
    }
}

/// A style is for the type that the metadata has. A shared schema can say more, or be another by now than a parameter was made for
/// that the metadata does not mention.
fn settle_styles(service: &mut Service) {
    let mut operations = std::mem::take(&mut service.operations);
    for parameter in operations.iter_mut().flat_map(|op| &mut op.parameters) {
        let kind = &service.resolve(&parameter.schema).kind;
        let structured = matches!(kind, Kind::Array(_) | Kind::Map(_) | Kind::Object(_));
        parameter.style = match parameter.style {
            ParameterStyle::Plain if structured => ParameterStyle::Json,
            ParameterStyle::RepeatList | ParameterStyle::Flat | ParameterStyle::Simple
                if !structured =>
            {
                ParameterStyle::Plain
            }
            style => style,
        };
    }
    service.operations = operations;
}

fn merge_schemas(
    merge: &mut Merge<'_>,
    old: IndexMap<String, Schema>,
    mut new: IndexMap<String, Schema>,
) -> IndexMap<String, Schema> {
    let mut merged = IndexMap::new();
    for (name, schema) in old {
        let place = format!("components {name}");
        match new.shift_remove(&name) {
            Some(fresh) => {
                let schema = merge.schema(schema, fresh, schema::Side::Shared, &place);
                merged.insert(name, schema);
            }
            // Kept operations can refer to it.
            None => {
                merged.insert(name, schema);
            }
        }
    }
    merged.extend(new);
    merged
}

fn merge_operation(merge: &mut Merge<'_>, old: Operation, new: Operation) -> Operation {
    let method = if new.methods.contains(&old.method) {
        old.method.clone()
    } else {
        new.method.clone()
    };
    let parameters = parameters::merge(merge, &old, &new, &method);
    let response = merge_response(merge, &old.name, old.response, new.response);
    Operation {
        summary: old.summary,
        description: old.description,
        tag: old.tag,
        docs_url: old.docs_url,
        deprecated: new.deprecated,
        method,
        methods: new.methods,
        path: new.path,
        class: old.class,
        arguments: old.arguments,
        parameters,
        response,
        pagination: old.pagination,
        idempotency: old.idempotency,
        anonymous: old.anonymous,
        success_field: old.success_field,
        unsupported: old.unsupported,
        ram: old.ram,
        errors: merge_errors(old.errors, new.errors),
        changes: old.changes,
        provenance: old.provenance,
        example: old.example,
        name: old.name,
    }
}

fn merge_errors(old: Vec<ErrorCode>, new: Vec<ErrorCode>) -> Vec<ErrorCode> {
    let mut errors = old;
    for error in new {
        let known = errors
            .iter()
            .any(|known| known.code == error.code && known.status == error.status);
        if !known {
            errors.push(error);
        }
    }
    errors
}

fn merge_response(
    merge: &mut Merge<'_>,
    operation: &str,
    old: Response,
    new: Response,
) -> Response {
    let place = format!("{operation}!");
    match (old, new) {
        (Response::Json(old), Response::Json(new)) => {
            Response::Json(merge.schema(old, new, schema::Side::Answer, &place))
        }
        (Response::Events(old), Response::Events(new) | Response::Json(new)) => {
            Response::Events(merge.schema(old, new, schema::Side::Answer, &place))
        }
        // Upstream leaves many answers undescribed.
        (
            old @ (Response::Json(_) | Response::Events(_) | Response::Text | Response::Binary),
            Response::Empty,
        ) => {
            merge.note(
                Rule::TypeKept,
                operation,
                "the metadata has no answer; that of the specification stays",
            );
            old
        }
        (_, new) => new,
    }
}

/// A place in the report that is no place in the metadata.
fn spec_path(report: &mut Report, rule: Rule, operation: &str, message: &str) {
    report.find(
        rule,
        Some(operation),
        &Path::ROOT.key("apis").key(operation),
        message,
    );
}
