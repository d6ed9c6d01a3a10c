//! The generated pages of the guide on disk: the release notes of the services.

use super::files::{FileChange, FileSet, Obsolete, Plan};
use super::release_notes::{Pages, table_of_contents};
use super::specs::failed;
use crate::cli::Failure;
use std::fs;
use std::path::{Path, PathBuf};

const SUMMARY: &str = "SUMMARY.md";

/// Returns the directory of the guide in the repository at `root`.
pub(super) fn directory(root: &Path) -> PathBuf {
    root.join("docs/guide/src")
}

/// Compares the pages with the guide in a directory. If they are of all
/// specifications, pages of others are obsolete, and the table of contents is compared, too.
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
    let mut plan = files.plan(guide, Obsolete::Keep).map_err(failed)?;
    if !is_all {
        plan.changes.retain(|change| change.after.is_some());
        return Ok(plan);
    }
    let path = guide.join(SUMMARY);
    let before = fs::read_to_string(&path)
        .map_err(|error| failed(format!("cannot read {}: {error}", path.display())))?;
    let Some(after) = table_of_contents(&before, &pages.titles) else {
        return Err(failed(format!(
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
