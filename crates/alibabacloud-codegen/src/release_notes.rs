//! The release notes of services in the guide: a page for each specification.

use super::header::HEADER;
use super::markdown::{code, inline};
use super::wrap::{COLUMNS, fill};
use alibabacloud_spec::{Change, Service};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The user guide of the SDK.
const GUIDE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/docs/guide/src");

/// Returns whether the guide has the release notes of a service; `source` is the path of its
/// specification.
pub(crate) fn is_in_guide(source: &str) -> bool {
    source.starts_with("api-specs/")
}

/// Returns the path of the page of a service in the guide. Names of crates differ, so these do.
fn path(service: &Service) -> String {
    let name = service.crate_name.as_str();
    let name = name.strip_prefix("alibabacloud-").unwrap_or(name);
    format!("changes/{name}.md")
}

/// Returns the address of the page of a service.
pub(crate) fn page_url(service: &Service) -> String {
    format!("{GUIDE}/{}", path(service))
}

/// Returns the page of a service: its changes by day, newest first.
fn page(service: &Service, source: &str) -> String {
    let header = HEADER.trim_start_matches("// ");
    let mut lines = vec![
        format!("<!-- {header}. Do not edit. Source: {source} -->"),
        String::new(),
        format!("# {}", title(service)),
        String::new(),
    ];
    let days = days(service);
    if days.is_empty() {
        lines.push("No changes are recorded.".to_owned());
    } else {
        lines.push(format!(
            "Changes of the operations of API version {}, newest first.",
            inline(&service.version)
        ));
    }
    for (day, sentences) in days.iter().rev() {
        lines.extend([String::new(), format!("## {}", inline(day)), String::new()]);
        for (sentence, operations) in sentences {
            let operations: Vec<String> = operations.iter().map(|name| code(name)).collect();
            lines.push(format!("- {}: {}", operations.join(", "), inline(sentence)));
        }
    }
    let mut text = String::new();
    for line in fill(&lines, COLUMNS) {
        let _ = writeln!(text, "{line}");
    }
    text
}

fn title(service: &Service) -> String {
    let title = inline(&service.title);
    if title.is_empty() {
        code(&service.code)
    } else {
        title
    }
}

/// Returns the changes by day and text, each with the operations that it is about, in the order of
/// the specification.
fn days(service: &Service) -> BTreeMap<&str, Vec<(&str, Vec<&str>)>> {
    let mut days: BTreeMap<&str, Vec<(&str, Vec<&str>)>> = BTreeMap::new();
    for operation in &service.operations {
        for Change {
            date, description, ..
        } in &operation.changes
        {
            let sentences = days.entry(date).or_default();
            match sentences.iter_mut().find(|(text, _)| text == description) {
                Some((_, operations)) => operations.push(&operation.name),
                None => sentences.push((description, vec![&operation.name])),
            }
        }
    }
    days
}

/// The page of a specification.
#[derive(Clone, Debug)]
pub struct Page {
    /// The title, as Markdown.
    pub title: String,
    /// The path in the guide.
    pub path: String,
    /// The text.
    pub text: String,
}

impl Page {
    /// Creates the page of a service; `source` is the path of its specification.
    pub fn new(service: &Service, source: &str) -> Self {
        Self {
            title: title(service),
            path: path(service),
            text: page(service, source),
        }
    }
}
