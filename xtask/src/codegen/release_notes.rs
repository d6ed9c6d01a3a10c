//! The release notes of services in the guide: a page for each specification, and its line in the
//! table of contents.

use super::markdown::{code, inline};
use super::render::HEADER;
use super::wrap::{COLUMNS, fill};
use alibabacloud_spec::{Change, Service};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The user guide of the SDK.
const GUIDE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/docs/guide/src");

/// The line of the table of contents that the pages follow.
const CHAPTER: &str = "- [Changes of the services](changes.md)";

/// Returns whether the guide has the release notes of a service; `source` is the path of its
/// specification.
pub(super) fn is_in_guide(source: &str) -> bool {
    source.starts_with("api-specs/")
}

/// Returns the path of the page of a service in the guide. Names of crates differ, so these do.
pub(super) fn path(service: &Service) -> String {
    let name = service.crate_name.as_str();
    let name = name.strip_prefix("alibabacloud-").unwrap_or(name);
    format!("changes/{name}.md")
}

/// Returns the address of the page of a service.
pub(super) fn page_url(service: &Service) -> String {
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

/// Returns the table of contents with a line for each page: its title and its path. `None` if it
/// has no chapter for them.
pub(super) fn table_of_contents(text: &str, pages: &[(String, String)]) -> Option<String> {
    let at = text.lines().position(|line| line == CHAPTER)?;
    let is_page = |line: &&str| line.starts_with("  - [") && line.contains("](changes/");
    let mut out = String::new();
    let mut lines = text.lines();
    for line in lines.by_ref().take(at + 1) {
        let _ = writeln!(out, "{line}");
    }
    for (title, path) in pages {
        let _ = writeln!(out, "  - [{title}]({path})");
    }
    for line in lines.skip_while(is_page) {
        let _ = writeln!(out, "{line}");
    }
    Some(out)
}

/// The page of a specification.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// The title, as Markdown.
    pub(super) title: String,
    /// The path in the guide.
    pub(super) path: String,
    /// The text.
    pub(super) text: String,
}

impl Page {
    /// Creates the page of a service; `source` is the path of its specification.
    pub(super) fn new(service: &Service, source: &str) -> Self {
        Self {
            title: title(service),
            path: path(service),
            text: page(service, source),
        }
    }
}

/// The pages of all specifications.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    /// Path and text of each page; no text for one that is known to be the same on disk.
    pub(super) texts: BTreeMap<String, Option<String>>,
    /// Title and path of each page.
    pub(super) titles: Vec<(String, String)>,
}

impl Pages {
    /// Adds the page of a service.
    pub(super) fn add(&mut self, page: Page) {
        self.titles.push((page.title, page.path.clone()));
        self.texts.insert(page.path, Some(page.text));
    }

    /// Adds a page that is known to be the same on disk.
    pub(super) fn add_unchanged(&mut self, title: String, path: String) {
        self.titles.push((title, path.clone()));
        self.texts.insert(path, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_contents_has_the_pages_below_their_chapter() {
        let text = "# Summary\n\n- [First](first.md)\n- [Changes of the services](changes.md)\n  - \
                    [Old](changes/old.md)\n- [Last](last.md)\n";
        let pages = [
            ("A".to_owned(), "changes/a.md".to_owned()),
            ("B".to_owned(), "changes/b.md".to_owned()),
        ];
        let new = table_of_contents(text, &pages).unwrap();
        let old = "  - [Old](changes/old.md)\n";
        let expected = text.replace(old, "  - [A](changes/a.md)\n  - [B](changes/b.md)\n");
        assert_eq!(new, expected);
        assert_eq!(table_of_contents(&new, &pages).unwrap(), new);
        assert_eq!(table_of_contents("# Summary\n", &pages), None);
    }
}
