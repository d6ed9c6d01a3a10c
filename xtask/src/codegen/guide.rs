//! The generated pages of the guide on disk: the release notes of the services.

use crate::cli::Failure;
use alibabacloud_codegen::files::{FileChange, FileSet, Obsolete, Plan};
use alibabacloud_codegen::release_notes::Page;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const SUMMARY: &str = "SUMMARY.md";

/// The line of the table of contents that the pages follow.
const CHAPTER: &str = "- [Changes of the services](changes.md)";

/// Returns the directory of the guide in the repository at `root`.
pub(super) fn directory(root: &Path) -> PathBuf {
    root.join("docs/guide/src")
}

/// Compares the pages with the guide in a directory. If they are of all specifications, pages of
/// others are obsolete, and the table of contents is compared, too.
///
/// # Errors
///
/// Returns an error if a file cannot be read, a page would replace a file that is not generated, or
/// the table of contents has no chapter for the pages.
pub(super) fn plan(guide: &Path, pages: Pages, is_all: bool) -> Result<Plan, Failure> {
    let mut files = FileSet::default();
    for (path, text) in pages.texts {
        match text {
            Some(text) => files.add(path, text),
            None => files.add_unchanged(path),
        }
    }
    let mut plan = files.plan(guide, Obsolete::Keep).map_err(Failure::error)?;
    if !is_all {
        plan.changes.retain(|change| change.after.is_some());
        return Ok(plan);
    }
    let path = guide.join(SUMMARY);
    let before = fs::read_to_string(&path)
        .map_err(|error| Failure::error(format!("cannot read {}: {error}", path.display())))?;
    let Some(after) = table_of_contents(&before, &pages.titles) else {
        return Err(Failure::error(format!(
            "{} has no chapter `[Changes of the services](changes.md)`; add it",
            path.display()
        )));
    };
    if before != after {
        plan.changes.push(FileChange {
            path: SUMMARY.to_owned(),
            before: Some(before),
            after: Some(after),
        });
    }
    Ok(plan)
}

/// Returns whether a plan changes more than the texts of pages: the table of contents, or which
/// pages there are.
pub(super) fn changes_more_than_pages(plan: &Plan) -> bool {
    let mut changes = plan.changes.iter();
    changes.any(|change| change.path == SUMMARY || change.after.is_none())
}

/// Returns the table of contents with a line for each page: its title and its path. `None` if it
/// has no chapter for them.
fn table_of_contents(text: &str, pages: &[(String, String)]) -> Option<String> {
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

/// The pages of all specifications.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    /// Path and text of each page; no text for one that is known to be the same on disk.
    texts: BTreeMap<String, Option<String>>,
    /// Title and path of each page.
    titles: Vec<(String, String)>,
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
