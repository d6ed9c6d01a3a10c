//! Services and operations as the page shows them.

use crate::catalog::{Catalog, Entry, LoadedService};
use crate::naming::method;
use crate::schema_json::SchemaWriter;
use crate::search::{Hit, popularity};
use alibabacloud_spec::{
    ApiStyle, ErrorCode, Operation, OperationClass, Pagination, Parameter, ParameterPlace, Service,
};
use serde_json::{Value, json};

/// How many other operations of its group are shown beside an operation.
const RELATED: usize = 12;

/// Returns a service in the list of all, which may not have been read yet.
pub(crate) fn listed(entry: &Entry) -> Value {
    json!({
        "product": entry.product,
        "version": entry.version,
        "title": entry.title(),
        "operations": entry.operations(),
        "ready": entry.ready().is_some(),
    })
}

/// Returns a service with its operations by group.
pub(crate) fn service(entry: &Entry, loaded: &LoadedService) -> Value {
    let spec = loaded.spec();
    let in_group = |tag: Option<&str>| -> Vec<Value> {
        let operations = spec.operations.iter();
        operations
            .filter(|operation| operation.tag.as_deref() == tag)
            .map(summary)
            .collect()
    };
    let tags = spec.tags.iter().map(|tag| tag.name.as_str());
    let groups = tags
        .map(|tag| (tag, in_group(Some(tag))))
        .chain([("", in_group(None))])
        .filter(|(_, operations)| !operations.is_empty())
        .map(|(title, operations)| json!({"title": title, "operations": operations}));
    let mut written = listed(entry);
    written["crate"] = spec.crate_name.as_str().into();
    written["style"] = style(spec).into();
    written["description"] = spec.description.as_str().into();
    written["regions"] = json!(spec.endpoints.regions);
    written["groups"] = groups.collect();
    written
}

/// Returns the operations that contain all words of a text, the best `limit` of them.
pub(crate) fn search(catalog: &Catalog, text: &str, limit: usize) -> Value {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut entries = catalog.entries();
    entries.sort_by_key(|entry| popularity(&entry.product));
    let mut hits: Vec<(Hit, &LoadedService)> = Vec::new();
    if !words.is_empty() {
        for loaded in entries.iter().filter_map(|entry| entry.ready()) {
            let found = loaded.index.find(&words).into_iter();
            hits.extend(found.map(|hit| (hit, &**loaded)));
        }
    }
    // The sort is stable: services stay in their order.
    hits.sort_by_key(|(hit, _)| hit.rank());
    let shown = hits.iter().take(limit).filter_map(|(hit, loaded)| {
        let spec = loaded.spec();
        let mut shown = summary(spec.operations.get(hit.operation)?);
        shown["product"] = spec.code.as_str().into();
        shown["version"] = spec.version.as_str().into();
        shown["match"] = hit.place.as_str().into();
        shown["text"] = hit.text.as_str().into();
        Some(shown)
    });
    json!({
        "hits": shown.collect::<Vec<_>>(),
        "more": hits.len() > limit,
        "loading": !catalog.is_complete(),
    })
}

/// Returns everything about an operation.
pub(crate) fn operation(loaded: &LoadedService, operation: &Operation) -> Value {
    let spec = loaded.spec();
    let mut writer = SchemaWriter::new(spec);
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|one| parameter(spec, operation, one, &mut writer))
        .collect();
    let response = operation.response.schema();
    let response = response.map(|schema| writer.write(schema));
    let example = operation.example.as_ref();
    let required = operation.parameters.iter().filter(|one| one.required);
    let required: Vec<&str> = required.map(|one| one.name.as_str()).collect();
    let changes = operation.changes.iter();
    let changes: Vec<Value> = changes
        .map(|change| json!({"date": change.date, "text": change.description}))
        .collect();
    let mut written = summary(operation);
    let more = json!({
        "product": spec.code,
        "version": spec.version,
        "description": operation.description,
        "unsupported": operation.unsupported,
        "method": operation.method,
        "path": operation.path,
        "style": style(spec),
        "parameters": parameters,
        "response": response,
        "example": example
            .map(|example| json!({"request": example.request, "response": example.response})),
        "required": required,
        "pagination": operation.pagination.as_ref().map(pagination),
        "errors": errors(&operation.errors),
        "serviceErrors": errors(&spec.errors),
        "ram": ram(spec, operation),
        "changes": changes,
        "related": related(spec, operation),
        "documentation": operation.docs_url,
        "rust": {"crate": spec.crate_name, "method": method(operation)},
    });
    if let (Some(members), Value::Object(more)) = (written.as_object_mut(), more) {
        members.extend(more);
    }
    written
}

fn style(spec: &Service) -> &'static str {
    match spec.style {
        ApiStyle::Rpc => "RPC",
        ApiStyle::Roa => "ROA",
    }
}

fn summary(operation: &Operation) -> Value {
    json!({
        "name": operation.name,
        "summary": operation.summary,
        "access": access(operation.class),
        "deprecated": operation.deprecated,
    })
}

/// Returns what an operation does to resources: `read`, `write` or `delete`.
pub(crate) fn access(class: OperationClass) -> &'static str {
    match class {
        OperationClass::Get | OperationClass::List => "read",
        OperationClass::Delete => "delete",
        OperationClass::Create | OperationClass::Update | OperationClass::Action => "write",
    }
}

fn parameter<'s>(
    spec: &Service,
    operation: &Operation,
    parameter: &'s Parameter,
    writer: &mut SchemaWriter<'s>,
) -> Value {
    let place = match parameter.place {
        ParameterPlace::Query => "query",
        ParameterPlace::Form | ParameterPlace::Body => "body",
        ParameterPlace::Path => "path",
        ParameterPlace::Header => "header",
    };
    let resolved = spec.resolve(&parameter.schema);
    let mut written = json!({
        "name": parameter.name,
        "in": place,
        "schema": writer.write(&parameter.schema),
    });
    let facts = [
        ("required", parameter.required),
        (
            "sensitive",
            parameter.schema.sensitive || resolved.sensitive,
        ),
        ("deprecated", parameter.schema.deprecated),
        (
            "idempotency",
            operation.idempotency.as_ref() == Some(&parameter.name),
        ),
        ("region", parameter.is_region()),
    ];
    for (name, _) in facts.into_iter().filter(|(_, fact)| *fact) {
        written[name] = true.into();
    }
    written
}

fn pagination(pagination: &Pagination) -> Value {
    match pagination {
        Pagination::Token { input, items, .. } => {
            json!({"kind": "token", "items": items, "input": input})
        }
        Pagination::PageNumber { page, items, .. } => {
            json!({"kind": "number", "items": items, "input": page})
        }
    }
}

fn errors(codes: &[ErrorCode]) -> Vec<Value> {
    let codes = codes.iter().map(|error| {
        json!({
            "code": error.code,
            "status": error.status,
            "message": null,
            "meaning": error.description,
            "recommendation": null,
        })
    });
    codes.collect()
}

fn ram(spec: &Service, operation: &Operation) -> Value {
    let permissions = spec.permissions(operation);
    let page = permissions.page.as_ref();
    let actions = permissions.actions.iter().map(|action| {
        let resources = action.resources.iter();
        let resources: Vec<&str> = resources.map(|resource| resource.arn.as_str()).collect();
        json!({
            "action": action.action,
            "access": action.access,
            "resources": resources,
            "conditions": action.conditions,
            "dependents": action.dependents,
        })
    });
    json!({
        "status": permissions.status.name(),
        "page": page.map(|page| page.url.as_str()),
        "read": page.map(|page| page.read.as_str()),
        "note": permissions.note,
        "actions": actions.collect::<Vec<_>>(),
    })
}

/// Returns other operations of the same group.
fn related(spec: &Service, operation: &Operation) -> Vec<Value> {
    let others = spec.operations.iter().filter(|other| {
        operation.tag.is_some() && other.tag == operation.tag && other.name != operation.name
    });
    let others = others.take(RELATED);
    others
        .map(|other| json!({"name": other.name, "summary": other.summary}))
        .collect()
}
