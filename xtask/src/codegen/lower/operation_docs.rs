//! Documentation of an operation: on its method of the client, and in full on its request builder.

use crate::codegen::docs::{self, code, inline, item, markdown, paragraph};
use crate::codegen::ir::{CursorKind, Operation, Ram};
use crate::codegen::names;
use alibabacloud_spec as spec;

/// Fills in the documentation, for which the rest of the operation must be there.
pub(super) fn write(service: &spec::Service, spec: &spec::Operation, operation: &mut Operation) {
    operation.method_docs = method_docs(spec, operation);
    operation.builder_docs = builder_docs(service, spec, operation);
}

fn summary(spec: &spec::Operation) -> String {
    let summary = inline(&spec.summary);
    if summary.is_empty() {
        format!(
            "Calls `{}`, which the service does not describe.",
            spec.name
        )
    } else {
        summary
    }
}

fn method_docs(spec: &spec::Operation, operation: &Operation) -> Vec<String> {
    let mut lines = vec![summary(spec)];
    if !operation.arguments.is_empty() {
        lines.push(String::new());
        for &index in &operation.arguments {
            lines.extend(argument(operation, index));
        }
    }
    lines.push(String::new());
    lines.extend(paragraph(&format!(
        "[`{0}`](crate::operation::{0}) tells more, with an example.",
        operation.builder
    )));
    lines
}

/// An item of the list of arguments: the name, and the first paragraph of what it means.
fn argument(operation: &Operation, index: usize) -> Vec<String> {
    let field = &operation.input.fields[index];
    let first = field
        .docs
        .split(String::is_empty)
        .next()
        .unwrap_or_default();
    let meaning: Vec<&str> = first.iter().map(|line| line.trim_start()).collect();
    item(&format!(
        "`{}`: {}",
        names::in_source(&field.name),
        meaning.join(" ")
    ))
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
            "A request builder; made by [`Client::{0}`](crate::Client::{0}).",
            operation.module
        ),
    ];
    let description = markdown(&spec.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    section(&mut lines, "Example", operation.example.clone());
    section(&mut lines, "Pages", pages(operation));
    section(&mut lines, "Repeating", repeating(operation));
    section(&mut lines, "Permissions", permissions(&operation.ram));
    section(&mut lines, "Errors", errors(service, spec));
    section(&mut lines, "Changes", changes(spec));
    section(&mut lines, "See also", see_also(spec));
    lines
}

fn section(lines: &mut Vec<String>, title: &str, content: Vec<String>) {
    if !content.is_empty() {
        lines.extend([String::new(), format!("# {title}"), String::new()]);
        lines.extend(content);
    }
}

fn pages(operation: &Operation) -> Vec<String> {
    let Some(pagination) = &operation.pagination else {
        return Vec::new();
    };
    let field = |index: usize| &operation.input.fields[index];
    let setter = |index: usize| {
        let setter = &field(index).setter;
        format!("[`{setter}`](Self::{setter})")
    };
    let size = pagination.limit.map_or_else(String::new, |limit| {
        format!(" {} sets how much a page holds at most.", setter(limit))
    });
    let cursor = match pagination.cursor {
        CursorKind::Token { .. } => "the token of the page before",
        CursorKind::Number { .. } => "a page number, from 1",
    };
    paragraph(&format!(
        "The answer is one page. [`by_item`](Self::by_item) walks over the items of all pages and [`by_page`](Self::by_page) over \
         the pages; both ask for a page when it is needed. {} takes {cursor}, for who pages by hand.{size}",
        setter(pagination.input)
    ))
}

fn repeating(operation: &Operation) -> Vec<String> {
    match &operation.idempotency {
        Some(token) => paragraph(&format!(
            "{} is filled in with a random value when it is not set, and kept over retries: the service does the work once.",
            code(token)
        )),
        None if operation.class == "Write" => paragraph(
            "There is no idempotency token here. The client repeats a call only when the service surely did not execute it.",
        ),
        None => Vec::new(),
    }
}

fn permissions(ram: &Ram) -> Vec<String> {
    if ram.actions.is_empty() {
        return vec!["None: the operation is called without credentials.".to_owned()];
    }
    let mut lines = Vec::new();
    if ram.derived {
        lines.extend([
            "The service does not document the action; this one follows from its naming rule."
                .to_owned(),
            String::new(),
        ]);
    }
    lines.extend([
        "| Action | Access | Resource | Condition keys | Also needed |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ]);
    for action in &ram.actions {
        lines.push(format!(
            "| {} | {} | {} | {} | {} |",
            cell(&action.action),
            action.access,
            resources(&action.resources),
            cells(&action.conditions),
            cells(&action.dependents),
        ));
    }
    lines
}

fn resources(resources: &[(String, bool, String)]) -> String {
    if resources.is_empty() {
        return "all (`*`)".to_owned();
    }
    let resources: Vec<String> = resources
        .iter()
        .map(|(kind, mandatory, arn)| {
            let mandatory = if *mandatory { " (mandatory)" } else { "" };
            format!("{}{mandatory}: {}", inline(kind), cell(arn))
        })
        .collect();
    resources.join("; ")
}

/// Inline code in a table.
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
    let shared = match (super::shares_error_codes(service), spec.errors.is_empty()) {
        (false, true) => return Vec::new(),
        (true, true) => {
            return vec!["The [codes that all operations share](crate::error_code).".to_owned()];
        }
        (false, false) => "Beside the errors that any call can meet:",
        (true, false) => "Beside the [codes that all operations share](crate::error_code):",
    };
    let mut lines = vec![
        shared.to_owned(),
        String::new(),
        "| Code | Status | Meaning |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for error in &spec.errors {
        let status = error.status.map_or_else(String::new, |s| s.to_string());
        lines.push(format!(
            "| {} | {status} | {} |",
            cell(&error.code),
            inline(&error.description)
        ));
    }
    lines
}

fn changes(spec: &spec::Operation) -> Vec<String> {
    spec.changes
        .iter()
        .flat_map(|change| {
            item(&format!(
                "{}: {}",
                inline(&change.date),
                inline(&change.description)
            ))
        })
        .collect()
}

fn see_also(spec: &spec::Operation) -> Vec<String> {
    let link = |url: &String| docs::markdown(&format!("{} in the API reference: {url}", spec.name));
    spec.docs_url.as_ref().map(link).unwrap_or_default()
}
