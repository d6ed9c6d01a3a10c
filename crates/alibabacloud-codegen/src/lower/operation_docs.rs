//! Documentation of operations: short on the method of the client, complete on the request builder.

use super::error_code;
use crate::docs;
use crate::ir::{CursorKind, Field, Operation};
use crate::markdown::{code, inline, link, markdown};
use crate::names;
use crate::release_notes;
use alibabacloud_spec as spec;
use indexmap::IndexSet;

/// Writes the documentation of an operation that is otherwise complete.
pub(super) fn write(service: &spec::Service, spec: &spec::Operation, operation: &mut Operation) {
    operation.method_docs = method_docs(spec, operation);
    operation.builder_docs = builder_docs(service, spec, operation);
}

fn summary(spec: &spec::Operation) -> String {
    let summary = inline(&spec.summary);
    if !summary.is_empty() {
        return summary;
    }
    let effect = match spec.class {
        spec::OperationClass::Get => "Reads a resource.",
        spec::OperationClass::List => "Lists resources.",
        spec::OperationClass::Create => "Creates a resource.",
        spec::OperationClass::Update => "Changes a resource.",
        spec::OperationClass::Delete => "Deletes a resource.",
        spec::OperationClass::Action => "Performs an action.",
    };
    effect.to_owned()
}

fn method_docs(spec: &spec::Operation, operation: &Operation) -> Vec<String> {
    let mut lines = vec![summary(spec)];
    let arguments: Vec<String> = operation
        .arguments
        .iter()
        .map(|&index| &operation.input.fields[index])
        .filter(|field| !docs::is_empty(&field.docs))
        .map(argument)
        .collect();
    if !arguments.is_empty() {
        lines.push(String::new());
        lines.extend(arguments);
    }
    lines
}

/// Returns an item of the list of arguments: the name, and what the documentation of its setter
/// begins with.
fn argument(field: &Field) -> String {
    let summary = docs::summary(&field.docs, false);
    format!("- `{}`: {summary}", names::in_source(&field.name))
}

fn builder_docs(
    service: &spec::Service,
    spec: &spec::Operation,
    operation: &Operation,
) -> Vec<String> {
    let mut lines = vec![
        summary(spec),
        String::new(),
        format!(
            "A request builder, returned by [`Client::{0}`](crate::Client::{0}).",
            operation.module
        ),
    ];
    if !spec.replaced_by.is_empty() {
        let others: Vec<String> = spec.replaced_by.iter().map(|name| code(name)).collect();
        lines.push(String::new());
        lines.push(format!(
            "The service has deprecated this operation. Use {} instead.",
            others.join(" or ")
        ));
    }
    let description = markdown(&spec.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    section(&mut lines, "Examples", operation.example.clone());
    section(&mut lines, "Asynchronous work", asynchronous(spec));
    section(&mut lines, "Pagination", pagination(operation));
    section(&mut lines, "Idempotency", idempotency(operation));
    section(&mut lines, "Permissions", permissions(service, spec));
    section(&mut lines, "Rate limit", rate_limit(spec));
    section(&mut lines, "Errors", errors(service, spec));
    section(&mut lines, "Changes", changes(service, spec, operation));
    section(&mut lines, "See also", see_also(spec));
    lines
}

fn section(lines: &mut Vec<String>, title: &str, content: Vec<String>) {
    if !content.is_empty() {
        lines.extend([String::new(), format!("# {title}"), String::new()]);
        lines.extend(content);
    }
}

fn pagination(operation: &Operation) -> Vec<String> {
    let Some(pagination) = &operation.pagination else {
        return Vec::new();
    };
    let setter = |index: usize| {
        let setter = &operation.input.fields[index].setter;
        format!("[`{setter}`](Self::{setter})")
    };
    let input = setter(pagination.input);
    let manually = match pagination.cursor {
        CursorKind::Token { .. } => {
            format!("To page manually, pass the previous page's token to {input}.")
        }
        CursorKind::Number { .. } => {
            format!("To page manually, pass the page number to {input}, starting at 1.")
        }
    };
    let size = pagination.limit.map_or_else(String::new, |limit| {
        format!(" {} sets the maximum page size.", setter(limit))
    });
    let first = pagination.first.iter();
    let first: Vec<String> = first
        .map(|(index, value)| format!("{} for {}", code(value), setter(*index)))
        .collect();
    let first = match first.is_empty() {
        true => String::new(),
        false => {
            let reason = match pagination.cursor {
                CursorKind::Token { .. } => ": only then the service pages by token",
                CursorKind::Number { .. } => "",
            };
            let first = first.join(" and ");
            format!(" `by_item` and `by_page` send {first} unless it is set{reason}.")
        }
    };
    let numbered: Vec<String> = pagination.numbered.iter().map(|&i| setter(i)).collect();
    let numbered = match numbered.is_empty() {
        true => String::new(),
        false => format!(
            " With {}, the service pages by number instead: for requests that you send one by \
             one, since `by_item` and `by_page` return an error then.",
            numbered.join(" and ")
        ),
    };
    vec![
        "A response is one page. [`by_item`](Self::by_item) iterates over the items of all pages, \
         and [`by_page`](Self::by_page) over the pages; both request a page only when it is needed."
            .to_owned(),
        String::new(),
        format!("{manually}{size}{first}{numbered}"),
    ]
}

fn idempotency(operation: &Operation) -> Vec<String> {
    match &operation.idempotency {
        Some(token) => vec![format!(
            "If {} is not set, the client generates a token. It is the same in every retry, so the \
             operation takes effect once.",
            code(token)
        )],
        None if operation.access == "Write" => vec![
            "This operation has no idempotency token, so the client retries only when it knows the \
             request was not executed."
                .to_owned(),
        ],
        None => Vec::new(),
    }
}

fn asynchronous(spec: &spec::Operation) -> Vec<String> {
    if !spec.asynchronous {
        return Vec::new();
    }
    vec![
        "The response arrives when the service has accepted the work, not when it is done."
            .to_owned(),
    ]
}

fn rate_limit(spec: &spec::Operation) -> Vec<String> {
    let Some(limit) = spec.rate_limit else {
        return Vec::new();
    };
    let plural = |count: u32, noun: &str| match count {
        1 => noun.to_owned(),
        _ => format!("{noun}s"),
    };
    let period = match limit.seconds {
        1 => "second".to_owned(),
        60 => "minute".to_owned(),
        3600 => "hour".to_owned(),
        86400 => "day".to_owned(),
        seconds => format!("{seconds} seconds"),
    };
    vec![format!(
        "An account can send {} {} per {period}. The service rejects more with a throttling error, \
         which the client retries.",
        limit.requests,
        plural(limit.requests, "request"),
    )]
}

fn permissions(service: &spec::Service, operation: &spec::Operation) -> Vec<String> {
    let ram = service.permissions(operation);
    let source = ram.page.as_ref().map(|page| {
        let updated = page.updated.as_ref();
        let updated = updated.map_or_else(String::new, |day| format!("; it is of {day}"));
        format!("Source: <{}>, read on {}{updated}.", page.url, page.read)
    });
    let mut lines = match ram.status {
        spec::RamStatus::None if operation.anonymous => {
            vec!["None. This operation is called without credentials.".to_owned()]
        }
        spec::RamStatus::None => vec!["None. Any caller of the account can call it.".to_owned()],
        spec::RamStatus::Unknown => unknown_permission(&ram),
        spec::RamStatus::Documented => permission_table(&ram),
    };
    if let Some(source) = source {
        lines.extend([String::new(), source]);
    }
    lines
}

fn unknown_permission(ram: &spec::Ram) -> Vec<String> {
    let usual: Vec<String> = ram.actions.iter().map(|a| code(&a.action)).collect();
    let mut text = format!(
        "The permission is not documented. By the naming rule it would be {}.",
        usual.join(", ")
    );
    if let Some(note) = &ram.note {
        text.push(' ');
        text.push_str(&inline(note));
    }
    vec![text]
}

fn permission_table(ram: &spec::Ram) -> Vec<String> {
    let mut lines = vec![
        "| Action | Access | Resource | Condition keys | Dependent actions |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    for action in &ram.actions {
        lines.push(format!(
            "| {} | {} | {} | {} | {} |",
            cell(&action.action),
            if action.access.is_empty() {
                "unknown"
            } else {
                &action.access
            },
            resources(&action.resources),
            cells(&action.conditions),
            cells(&action.dependents),
        ));
    }
    lines
}

fn resources(resources: &[spec::RamResource]) -> String {
    if resources.is_empty() {
        return "all (`*`)".to_owned();
    }
    let resources: Vec<String> = resources
        .iter()
        .map(|resource| {
            let mandatory = if resource.required {
                " (mandatory)"
            } else {
                ""
            };
            let (kind, arn) = (inline(&resource.kind), cell(&resource.arn));
            format!("{kind}{mandatory}: {arn}")
        })
        .collect();
    resources.join("; ")
}

/// Formats inline code for a table cell.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn cells(texts: &[String]) -> String {
    if texts.is_empty() {
        return "none".to_owned();
    }
    let cells: Vec<String> = texts.iter().map(|text| cell(text)).collect();
    cells.join(", ")
}

fn errors(service: &spec::Service, spec: &spec::Operation) -> Vec<String> {
    let introduction = match (error_code::has_shared(service), spec.errors.is_empty()) {
        (_, true) => return Vec::new(),
        (false, false) => "The service documents these error codes:",
        (true, false) => {
            "In addition to the [common error codes](crate::error_code), the service documents:"
        }
    };
    if spec.errors.iter().all(|error| error.description.is_empty()) {
        // A code can be there once for each status.
        let codes: IndexSet<String> = spec.errors.iter().map(|error| code(&error.code)).collect();
        let count = codes.len();
        let codes = Vec::from_iter(codes).join(", ");
        if count <= SHOWN_ERRORS {
            return vec![format!("{introduction} {codes}.")];
        }
        let summary = format!("{count} error codes");
        return folded(introduction, &summary, [format!("{codes}.")]);
    }
    let rows = spec.errors.iter().map(|error| {
        let status = error.status.map_or_else(String::new, |s| s.to_string());
        let description = inline(&error.description);
        format!("| {} | {status} | {description} |", cell(&error.code))
    });
    let head = ["| Code | Status | Description |", "|---|---|---|"].map(str::to_owned);
    let table = head.into_iter().chain(rows);
    if spec.errors.len() > SHOWN_ERRORS {
        let summary = format!("{} error codes", spec.errors.len());
        return folded(introduction, &summary, table);
    }
    let introduction = [introduction.to_owned(), String::new()];
    introduction.into_iter().chain(table).collect()
}

/// Error codes that a page shows at once. More would hide what follows them.
const SHOWN_ERRORS: usize = 30;

/// Returns lines that a reader opens by a click. The empty lines make what is inside Markdown.
fn folded(
    introduction: &str,
    summary: &str,
    lines: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let before = [
        introduction.to_owned(),
        String::new(),
        format!("<details><summary>{summary}</summary>"),
        String::new(),
    ];
    let after = [String::new(), "</details>".to_owned()];
    before.into_iter().chain(lines).chain(after).collect()
}

/// Changes that the page of an operation shows; the guide has all.
const SHOWN_CHANGES: usize = 10;

/// Returns the newest changes, and where the older ones are.
fn changes(service: &spec::Service, spec: &spec::Operation, operation: &Operation) -> Vec<String> {
    let shown = spec.changes.iter().take(SHOWN_CHANGES);
    let mut lines: Vec<String> = shown
        .map(|change| {
            format!(
                "- {}: {}",
                inline(&change.date),
                inline(&change.description)
            )
        })
        .collect();
    if spec.changes.len() > SHOWN_CHANGES {
        let older = match spec.changes.len() - SHOWN_CHANGES {
            1 => "1 older change is in".to_owned(),
            count => format!("{count} older changes are in"),
        };
        lines.push(String::new());
        lines.push(if release_notes::is_in_guide(&operation.source) {
            let page = release_notes::page_url(service);
            format!("{older} the [release notes]({page}).")
        } else {
            format!("{older} the specification.")
        });
    }
    lines
}

fn see_also(spec: &spec::Operation) -> Vec<String> {
    let line = |url: &String| format!("`{}` in the API reference: {}", spec.name, link(url));
    spec.docs_url.iter().map(line).collect()
}
