//! Merges new facts into an existing specification and keeps what people wrote and decided.
//!
//! Texts, examples, `x-acs-*` decisions and chosen types are taken from the specification; places,
//! styles, methods, limits and what is required from the metadata. What the metadata does not
//! mention stays, too, unless it is pruned: specifications use more than one source.

use super::context::{MergeContext, Missing, RequiredSource};
use super::{decisions, parameters};
use crate::import::report::{Report, Rule};
use alibabacloud_spec::{
    Endpoints, ErrorCode, Kind, Operation, ParameterStyle, Response, Schema, Service,
};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Merges the facts of the metadata into an existing specification.
pub fn merge(old: Service, new: Service, missing: Missing, report: &mut Report) -> Service {
    // Refused operations are in the metadata, although they cannot be read.
    let refused: HashSet<String> = report
        .refusals
        .iter()
        .filter_map(|refusal| refusal.operation.clone())
        .collect();
    let shared = new.schemas.clone();
    let mut merge = MergeContext {
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
        language: old.language,
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
                    "the operation was refused in the metadata and was kept",
                );
                service.operations.push(operation);
            }
            None if missing == Missing::Prune => merge.note(
                Rule::OperationRemoved,
                &operation.name,
                "the operation is not in the metadata and was removed",
            ),
            None => {
                merge.note(
                    Rule::MissingKept,
                    &operation.name,
                    "the operation is not in the metadata and was kept",
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

/// Merges endpoints. The rule is a decision of the specification; the host of a region is a fact of
/// the metadata. Regions and hosts inside a VPC stay, since the metadata does not list all of them.
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

/// Sets the host of a region in the table, which holds only the exceptions from the rule.
fn set_host(table: &mut IndexMap<String, String>, region: &str, host: String, usual: &str) {
    if host == usual {
        table.shift_remove(region);
    } else {
        table.insert(region.to_owned(), host);
    }
}

/// Appends the tags that new operations use to those of the specification.
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

/// Corrects styles that do not fit the type of their parameter. A style fits the type in the
/// metadata; a shared schema can be more precise, or have changed under a parameter that the
/// metadata does not mention.
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
    merge: &mut MergeContext<'_>,
    old: IndexMap<String, Schema>,
    mut new: IndexMap<String, Schema>,
) -> IndexMap<String, Schema> {
    let mut merged = IndexMap::new();
    for (name, schema) in old {
        let place = format!("components {name}");
        match new.shift_remove(&name) {
            Some(fresh) => {
                let schema = merge.schema(schema, fresh, RequiredSource::Either, &place);
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

fn merge_operation(merge: &mut MergeContext<'_>, old: Operation, new: Operation) -> Operation {
    let method = if new.methods.contains(&old.method) {
        old.method.clone()
    } else {
        new.method.clone()
    };
    let parameters = parameters::merge(merge, &old, &new, &method);
    let response = merge_response(merge, &old.name, old.response, new.response);
    Operation {
        rust_name: old.rust_name,
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
    merge: &mut MergeContext<'_>,
    operation: &str,
    old: Response,
    new: Response,
) -> Response {
    let place = format!("{operation}!");
    match (old, new) {
        (Response::Json(old), Response::Json(new)) => {
            Response::Json(merge.schema(old, new, RequiredSource::Specification, &place))
        }
        (Response::Events(old), Response::Events(new) | Response::Json(new)) => {
            Response::Events(merge.schema(old, new, RequiredSource::Specification, &place))
        }
        // The metadata leaves many responses undescribed.
        (
            old @ (Response::Json(_) | Response::Events(_) | Response::Text | Response::Binary),
            Response::Empty,
        ) => {
            merge.note(
                Rule::TypeKept,
                operation,
                "the metadata has no response; that of the specification stays",
            );
            old
        }
        (_, new) => new,
    }
}
