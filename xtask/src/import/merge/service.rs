//! Merges new facts into an existing specification and keeps what people wrote and decided.
//!
//! A fact that upstream changed since the last import comes from the metadata, any other from the
//! specification. Where nothing is known about the last import, texts, examples, `x-acs-*`
//! decisions and chosen types are taken from the specification; places, styles, methods, limits and
//! what is required from the metadata. What the metadata does not mention stays, too, unless it is
//! pruned: specifications use more than one source.

use super::context::{Fate, MergeContext, Missing, RequiredSource};
use super::{decisions, parameters};
use crate::diff::{Change, ChangeCode};
use crate::import::infer;
use crate::import::report::{Report, Rule};
use crate::import::texts::Texts;
use alibabacloud_spec::{
    Change as ReleaseNote, Endpoints, ErrorCode, Kind, Operation, Pagination, ParameterPlace,
    ParameterStyle, Ram, RamStatus, RateLimit, Response, Schema, Service,
};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashSet;

/// The result of a merge.
#[derive(Debug)]
pub struct Merged {
    /// The specification after the import.
    pub service: Service,
    /// What a comparison of the specification before and after cannot show.
    pub changes: Vec<Change>,
}

/// Merges the facts of the metadata into an existing specification. `base` are the facts of the
/// metadata that was imported last, if they are known.
pub fn merge(
    base: Option<&Service>,
    old: Service,
    new: Service,
    texts: Texts,
    missing: &Missing,
    report: &mut Report,
) -> Merged {
    // Refused operations are in the metadata, although they cannot be read.
    let refused: HashSet<String> = report
        .refusals
        .iter()
        .filter_map(|refusal| refusal.operation.clone())
        .collect();
    let shared = new.schemas.clone();
    let mut merge = MergeContext {
        missing,
        texts,
        base,
        shared: &shared,
        operation: "components".to_owned(),
        report,
        changes: Vec::new(),
    };
    let listed: Vec<String> = old.schemas.keys().cloned().collect();
    let schemas = merge_schemas(&mut merge, old.schemas, new.schemas);
    let endpoints = endpoints(&mut merge, &old.code, old.endpoints, new.endpoints);
    merge.operation = "errors".to_owned();
    let known_errors = base.map(|base| base.errors.as_slice());
    let errors = merge_errors(&mut merge, "", known_errors, old.errors, new.errors);
    // The texts of the product are the specification's.
    let title = merge.text(base.map(|base| &base.title), old.title, new.title, "title");
    let description = merge.text(
        base.map(|base| &base.description),
        old.description,
        new.description,
        "description",
    );
    let mut service = Service {
        code: old.code,
        version: old.version,
        crate_name: old.crate_name,
        crate_version: old.crate_version,
        ram_code: match base {
            Some(base) => merge.pick(
                Some(&base.ram_code),
                old.ram_code,
                new.ram_code,
                "product",
                "ram",
            ),
            None => old.ram_code.or(new.ram_code),
        },
        known_as: old.known_as,
        style: match base {
            Some(base) if base.style == new.style => old.style,
            _ => new.style,
        },
        title,
        description,
        language: old.language,
        docs_url: old.docs_url,
        endpoints,
        tags: old.tags,
        showcase: old.showcase,
        operations: Vec::new(),
        parameters: old.parameters,
        schemas,
        waiters: old.waiters,
        errors,
    };
    let mut fresh: IndexMap<String, Operation> = new
        .operations
        .into_iter()
        .map(|operation| (operation.name.clone(), operation))
        .collect();
    let known = |name: &str| base.and_then(|base| base.operation(name));
    for mut operation in old.operations {
        merge.operation.clone_from(&operation.name);
        match fresh.shift_remove(&operation.name) {
            Some(new) => {
                let before = known(&operation.name);
                let merged = merge_operation(&mut merge, before, operation, new);
                service.operations.push(merged);
            }
            None if refused.contains(&operation.name) => {
                let message = "the operation was refused in the metadata and was kept";
                merge.note(Rule::MissingKept, message);
                service.operations.push(operation);
            }
            None => {
                let name = operation.name.clone();
                match merge.missing(&name, "the operation", known(&name).is_some()) {
                    Fate::Removed => continue,
                    Fate::Deprecated => operation.deprecated = true,
                    Fate::Kept => {}
                }
                service.operations.push(operation);
            }
        }
    }
    // What the last import had, too, was left out by a person.
    fresh.retain(|name, _| known(name).is_none());
    service.operations.extend(fresh.into_values());
    service.operations.sort_by(|a, b| a.name.cmp(&b.name));
    settle_tags(&mut service, new.tags);
    settle_styles(&mut service);
    remove_unreachable(&mut merge, &mut service, &listed);
    let mut changes = merge.changes;
    decisions::drop_unfit(&mut service, report, &mut changes);
    Merged { service, changes }
}

/// Merges endpoints. The rule is a decision of the specification; the host of a region is a fact of
/// the metadata. Regions and hosts inside a VPC stay, since the metadata does not list all of them.
fn endpoints(
    merge: &mut MergeContext<'_>,
    code: &str,
    mut old: Endpoints,
    new: Endpoints,
) -> Endpoints {
    let rule = Endpoints {
        regional: old.regional,
        ..Endpoints::default()
    };
    let base = merge.base.map(|base| &base.endpoints);
    let is_sorted = old.regions.is_sorted();
    let was_known =
        |region: &str| base.is_some_and(|base| base.regions.iter().any(|r| r == region));
    for region in &new.regions {
        let host = new.public_host(code, region);
        if was_known(region) {
            let before = base.map(|base| base.public_host(code, region));
            // Unchanged, or left out by a person.
            if before.as_ref() == Some(&host) || !old.regions.contains(region) {
                continue;
            }
            let ours = old.public_host(code, region);
            let place = format!("region {region}");
            if merge.pick(before.as_ref(), ours, host.clone(), &place, "host") != host {
                continue;
            }
        }
        set_host(
            &mut old.public,
            region,
            host,
            &rule.public_host(code, region),
        );
        if !old.regions.contains(region) {
            old.regions.push(region.clone());
        }
    }
    if is_sorted {
        old.regions.sort();
    }
    for (region, host) in new.vpc {
        if base.and_then(|base| base.vpc.get(&region)) != Some(&host) {
            set_host(&mut old.vpc, &region, host, &rule.vpc_host(code, &region));
        }
    }
    if base.is_some() {
        let gone = |region: &String| !new.regions.contains(region);
        let listed: Vec<String> = old.regions.iter().filter(|r| gone(r)).cloned().collect();
        for region in listed {
            let (at, what) = (format!("region {region}"), format!("the region {region}"));
            if merge.missing(&at, &what, was_known(&region)) == Fate::Removed {
                old.regions.retain(|known| *known != region);
                old.public.shift_remove(&region);
                old.vpc.shift_remove(&region);
            }
        }
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
        let in_path = parameter.place == ParameterPlace::Path;
        parameter.style = match parameter.style {
            ParameterStyle::Raw if in_path && *kind != Kind::String => ParameterStyle::Plain,
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
    let base = merge.base;
    let known = |name: &str| base.and_then(|base| base.schemas.get(name));
    let mut merged = IndexMap::new();
    for (name, schema) in old {
        let schema = match new.shift_remove(&name) {
            Some(fresh) => {
                let at = format!("#{name}");
                merge.schema(known(&name), schema, fresh, RequiredSource::Either, &at)
            }
            // Kept operations can refer to it; `remove_unreachable` decides.
            None => schema,
        };
        merged.insert(name, schema);
    }
    // Something new may refer to a schema that a person left out; `remove_unreachable` decides.
    merged.extend(new);
    merged
}

/// Decides about shared schemas that nothing uses: those that the metadata no longer has, and those
/// that it had at the last import, too, but that the specification (`before`) left out.
fn remove_unreachable(merge: &mut MergeContext<'_>, service: &mut Service, before: &[String]) {
    let Some(base) = merge.base else { return };
    merge.operation = "components".to_owned();
    let mut known: Vec<String> = base.schemas.keys().cloned().collect();
    known.retain(|name| {
        service.schemas.contains_key(name)
            && (!merge.shared.contains_key(name) || !before.contains(name))
    });
    if known.is_empty() {
        return;
    }
    let reached = reached(service);
    for name in known.into_iter().filter(|name| !reached.contains(name)) {
        let gone = !merge.shared.contains_key(&name);
        let (at, what) = (format!("#{name}"), format!("the shared schema {name}"));
        if gone && merge.missing(&at, &what, true) == Fate::Deprecated {
            if let Some(schema) = service.schemas.get_mut(&name) {
                schema.deprecated = true;
            }
        } else {
            service.schemas.shift_remove(&name);
        }
    }
}

/// Returns the shared schemas that operations use.
fn reached(service: &Service) -> HashSet<String> {
    fn visit(service: &Service, schema: &Schema, seen: &mut HashSet<String>) {
        match &schema.kind {
            Kind::Ref(name) => {
                let is_new = seen.insert(name.clone());
                if let Some(target) = service.schemas.get(name).filter(|_| is_new) {
                    visit(service, target, seen);
                }
            }
            Kind::Array(inner) | Kind::Map(inner) => visit(service, inner, seen),
            Kind::Object(properties) => {
                for property in properties.values() {
                    visit(service, &property.schema, seen);
                }
            }
            _ => {}
        }
    }
    let mut seen = HashSet::new();
    for operation in &service.operations {
        let parameters = operation.parameters.iter().map(|p| &p.schema);
        for schema in parameters.chain(operation.response.schema()) {
            visit(service, schema, &mut seen);
        }
    }
    seen
}

fn merge_operation(
    merge: &mut MergeContext<'_>,
    base: Option<&Operation>,
    old: Operation,
    mut new: Operation,
) -> Operation {
    let at = old.name.clone();
    let at = at.as_str();
    infer::keep_forms(&old, &mut new);
    let base = base.cloned().map(|mut base| {
        infer::keep_forms(&old, &mut base);
        base
    });
    let base = base.as_ref();
    let methods = match base {
        Some(base) if same_set(&base.methods, &new.methods) => old.methods.clone(),
        _ if same_set(&old.methods, &new.methods) => old.methods.clone(),
        Some(base) if !same_set(&base.methods, &old.methods) => {
            merge.decision_kept(at, "methods", &old.methods, &new.methods);
            old.methods.clone()
        }
        _ => new.methods.clone(),
    };
    let method = if methods.contains(&old.method) {
        old.method.clone()
    } else {
        new.method.clone()
    };
    let path = match base {
        Some(base) if base.path == new.path => old.path.clone(),
        _ => new.path.clone(),
    };
    let parameters = parameters::merge(merge, base, &old, &new, &method);
    possible_decisions(merge, base, &old, &new);
    let response = merge_response(
        merge,
        at,
        base.map(|base| &base.response),
        old.response,
        new.response,
    );
    let summary = merge.text(base.map(|base| &base.summary), old.summary, new.summary, at);
    let description = merge.text(
        base.map(|base| &base.description),
        old.description,
        new.description,
        at,
    );
    let errors = merge_errors(
        merge,
        at,
        base.map(|base| base.errors.as_slice()),
        old.errors,
        new.errors,
    );
    let (anonymous, unsupported, asynchronous) = match base {
        Some(base) => (
            merge.pick(
                Some(&base.anonymous),
                old.anonymous,
                new.anonymous,
                at,
                "anonymous",
            ),
            merge.pick(
                Some(&base.unsupported),
                old.unsupported,
                new.unsupported,
                at,
                "unsupported",
            ),
            merge.pick(
                Some(&base.asynchronous),
                old.asynchronous,
                new.asynchronous,
                at,
                "asynchronous",
            ),
        ),
        None => (
            old.anonymous,
            old.unsupported,
            old.asynchronous || new.asynchronous,
        ),
    };
    Operation {
        rust_name: old.rust_name,
        summary,
        description,
        tag: old.tag,
        docs_url: old.docs_url,
        deprecated: merge.pick(
            base.map(|base| &base.deprecated),
            old.deprecated,
            new.deprecated,
            at,
            "deprecated",
        ),
        method,
        methods,
        path,
        class: old.class,
        arguments: old.arguments,
        parameters,
        response,
        pagination: old.pagination,
        idempotency: old.idempotency,
        anonymous,
        success_field: old.success_field,
        success_value: old.success_value,
        unsupported,
        ram: merge_ram(merge, at, base.map(|base| &base.ram), old.ram, new.ram),
        rate_limit: merge_rate_limit(
            merge,
            at,
            base.map(|base| base.rate_limit),
            old.rate_limit,
            new.rate_limit,
        ),
        asynchronous,
        replaced_by: merge.pick(
            base.map(|base| &base.replaced_by),
            old.replaced_by,
            new.replaced_by,
            at,
            "replaced-by",
        ),
        errors,
        changes: release_notes(merge, base, old.changes, &new.changes),
        provenance: old.provenance,
        example: old.example,
        name: old.name,
    }
}

/// Adds the entries of `changeSet` that upstream published since the last import. A day on which
/// the specification has an entry is left to it: a person wrote that one, or removed some of it.
fn release_notes(
    merge: &mut MergeContext<'_>,
    base: Option<&Operation>,
    ours: Vec<ReleaseNote>,
    theirs: &[ReleaseNote],
) -> Vec<ReleaseNote> {
    let mut notes = ours;
    let known = base.map_or(&[][..], |base| &base.changes);
    for note in theirs.iter().filter(|note| !known.contains(note)) {
        if notes.iter().any(|own| own.date == note.date) {
            continue;
        }
        let at = merge.operation.clone();
        let after = format!("{}: {}", note.date, note.description);
        merge.change(&at, ChangeCode::ReleaseNoteAdded, Value::Null, after.into());
        notes.push(note.clone());
    }
    notes.sort_by(|a, b| b.date.cmp(&a.date));
    notes
}

fn same_set(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|item| other.contains(item))
}

/// Reports decisions that the metadata allows now and did not at the last import. A person makes
/// them: a refresh must not change the methods that callers have.
fn possible_decisions(
    merge: &mut MergeContext<'_>,
    base: Option<&Operation>,
    old: &Operation,
    new: &Operation,
) {
    let Some(base) = base else { return };
    let all = [
        (
            "x-acs-pagination",
            [&base.pagination, &old.pagination, &new.pagination]
                .map(|it| it.as_ref().map(pagination_text)),
        ),
        (
            "x-acs-idempotency",
            [&base.idempotency, &old.idempotency, &new.idempotency].map(Clone::clone),
        ),
        (
            "x-acs-success-field",
            [&base.success_field, &old.success_field, &new.success_field].map(Clone::clone),
        ),
    ];
    for (key, [base, old, new]) in all {
        if let (Some(text), true) = (&new, base != new && old != new) {
            let after = format!("{key}: {text}; not written");
            let at = merge.operation.clone();
            merge.change(&at, ChangeCode::DecisionPossible, Value::Null, after.into());
        }
    }
}

fn pagination_text(pagination: &Pagination) -> String {
    match pagination {
        Pagination::Token { input, items, .. } => format!("{input}, {items}"),
        Pagination::PageNumber { page, items, .. } => format!("{page}, {items}"),
    }
}

/// Merges permissions. Without a last import, known ones stay, and unknown ones are replaced by
/// what the metadata documents.
fn merge_ram(
    merge: &mut MergeContext<'_>,
    at: &str,
    base: Option<&Option<Ram>>,
    old: Option<Ram>,
    new: Option<Ram>,
) -> Option<Ram> {
    let Some(base) = base else {
        return match (&old, &new) {
            (None, _) => new,
            (Some(old), Some(new)) if old.status == RamStatus::Unknown => Some(new.clone()),
            _ => old,
        };
    };
    if *base == new {
        old
    } else if *base == old || old == new {
        new
    } else {
        let names = |ram: &Option<Ram>| -> Vec<String> {
            let actions = ram.iter().flat_map(|ram| &ram.actions);
            actions.map(|action| action.action.clone()).collect()
        };
        merge.decision_kept(at, "x-acs-ram", &names(&old), &names(&new));
        old
    }
}

fn merge_rate_limit(
    merge: &mut MergeContext<'_>,
    at: &str,
    base: Option<Option<RateLimit>>,
    old: Option<RateLimit>,
    new: Option<RateLimit>,
) -> Option<RateLimit> {
    let pair = |limit: Option<RateLimit>| limit.map(|limit| (limit.requests, limit.seconds));
    match base {
        None => new.or(old),
        Some(base) => merge
            .pick(
                Some(&pair(base)),
                pair(old),
                pair(new),
                at,
                "x-acs-rate-limit",
            )
            .map(|(requests, seconds)| RateLimit { requests, seconds }),
    }
}

/// Merges error codes. `operation` is empty for those of all operations.
fn merge_errors(
    merge: &mut MergeContext<'_>,
    operation: &str,
    base: Option<&[ErrorCode]>,
    old: Vec<ErrorCode>,
    new: Vec<ErrorCode>,
) -> Vec<ErrorCode> {
    fn find<'a>(errors: &'a [ErrorCode], error: &ErrorCode) -> Option<&'a ErrorCode> {
        let same = |known: &&ErrorCode| known.code == error.code && known.status == error.status;
        errors.iter().find(same)
    }
    let known = |error: &ErrorCode| base.and_then(|base| find(base, error));
    // The exporter left all of them out for a while.
    let all_gone = new.is_empty();
    let mut errors = Vec::new();
    for mut error in old {
        let at = format!("{operation} error {}", error.code);
        let at = at.trim_start();
        let before = known(&error);
        if let Some(fresh) = find(&new, &error) {
            let text = fresh.description.clone();
            let before = before.map(|before| &before.description);
            error.description = merge.text(before, error.description, text, at);
        } else if base.is_some() && !all_gone {
            let what = format!("the error code {}", error.code);
            if merge.missing(at, &what, before.is_some()) == Fate::Removed {
                continue;
            }
        }
        errors.push(error);
    }
    for error in new {
        if find(&errors, &error).is_none() && known(&error).is_none() {
            errors.push(error);
        }
    }
    errors
}

fn merge_response(
    merge: &mut MergeContext<'_>,
    operation: &str,
    base: Option<&Response>,
    old: Response,
    new: Response,
) -> Response {
    use RequiredSource::Specification;
    let at = format!("{operation}!200");
    let before = base.and_then(Response::schema);
    let alike = |one: &Response, other: &Response| {
        std::mem::discriminant(one) == std::mem::discriminant(other)
    };
    match (old, new) {
        (Response::Json(old), Response::Json(new)) => {
            Response::Json(merge.schema(before, old, new, Specification, &at))
        }
        (Response::Events(old), Response::Events(new)) => {
            Response::Events(merge.schema(before, old, new, Specification, &at))
        }
        // Upstream has the response that it had.
        (old, new) if base.is_some_and(|base| alike(base, &new)) => match (old, new) {
            (Response::Events(old), Response::Json(new)) => {
                Response::Events(merge.schema(before, old, new, Specification, &at))
            }
            (old, _) => old,
        },
        // The metadata leaves many responses undescribed.
        (
            old @ (Response::Json(_) | Response::Events(_) | Response::Text | Response::Binary),
            Response::Empty,
        ) => {
            if base.is_some() {
                let before = Value::Null;
                merge.change(&at, ChangeCode::UpstreamRemoved, before, Value::Null);
            }
            merge.note(
                Rule::TypeKept,
                "the metadata has no response; that of the specification stays",
            );
            old
        }
        (Response::Events(old), Response::Json(new)) if base.is_none() => {
            Response::Events(merge.schema(None, old, new, Specification, &at))
        }
        (_, new) => new,
    }
}
