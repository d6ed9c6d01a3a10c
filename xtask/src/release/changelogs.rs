//! The changelogs of the services: the entries below "Unreleased" become those of a version.

use super::plan::{Release, ReleasePlan};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const UNRELEASED: &str = "## Unreleased\n";

/// Returns the changelogs without a section for the version of the plan, by their path.
///
/// # Errors
///
/// Returns a message if a file cannot be read.
pub fn undated(root: &Path, plan: &ReleasePlan) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for (release, path, text) in changelogs(root, plan)? {
        if !has_version(&text, &release.to) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Puts version and date in place of "Unreleased", or adds a section. Returns the paths that
/// changed.
///
/// # Errors
///
/// Returns a message if a file cannot be read or written.
pub fn set(root: &Path, plan: &ReleasePlan, date: &str) -> Result<BTreeSet<String>, String> {
    let mut changed = BTreeSet::new();
    for (release, path, text) in changelogs(root, plan)? {
        if has_version(&text, &release.to) {
            continue;
        }
        let new = dated(&text, release, date);
        fs::write(root.join(&path), new).map_err(|error| format!("{path}: {error}"))?;
        changed.insert(path);
    }
    Ok(changed)
}

/// Returns the day of a time, in UTC: `2026-11-28`.
pub fn date(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    // Years begin in March here, so that the leap day is the last one of a year.
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next) = match month_from_march {
        0..10 => (month_from_march + 3, 0),
        _ => (month_from_march - 9, 1),
    };
    let year = era * 400 + year_of_era + next;
    format!("{year:04}-{month:02}-{day:02}")
}

/// Returns the changelog of each service of a plan. A model crate has none of its own, and private
/// crates need none.
fn changelogs<'a>(
    root: &Path,
    plan: &'a ReleasePlan,
) -> Result<Vec<(&'a Release, String, String)>, String> {
    let mut found = Vec::new();
    for release in &plan.releases {
        if release.spec.is_none() || release.name.ends_with("-model") {
            continue;
        }
        let path = format!("crates/{}/CHANGELOG.md", release.name);
        match fs::read_to_string(root.join(&path)) {
            Ok(text) => found.push((release, path, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{path}: {error}")),
        }
    }
    Ok(found)
}

fn has_version(text: &str, version: &str) -> bool {
    let heading = format!("## {version}");
    text.lines().any(|line| {
        let rest = line.strip_prefix(&heading);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn dated(text: &str, release: &Release, date: &str) -> String {
    let heading = format!("## {} - {date}\n", release.to);
    if text.contains(UNRELEASED) {
        return text.replacen(UNRELEASED, &heading, 1);
    }
    let entry = format!("{heading}\n- {}\n", release.why);
    match text.find("\n## ") {
        Some(at) => format!("{}{entry}{}", &text[..=at], &text[at..]),
        None => format!("{text}\n{entry}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn days_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_767_225_599, "2025-12-31"),
            (1_767_225_600, "2026-01-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }

    fn release(to: &str) -> Release {
        Release {
            name: "alibabacloud-tea".to_owned(),
            spec: Some("api-specs/tea/2020-01-01".to_owned()),
            from: None,
            to: to.to_owned(),
            content: String::new(),
            unset: false,
            why: "op_added".to_owned(),
        }
    }

    #[test]
    fn unreleased_entries_become_those_of_the_version() {
        let root = std::env::temp_dir().join(format!("acs-changelogs-{}", std::process::id()));
        let file = root.join("crates/alibabacloud-tea/CHANGELOG.md");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "# Changelog\n\n## Unreleased\n\nFirst release.\n").unwrap();
        let plan = |to| ReleasePlan {
            releases: vec![release(to)],
            ..ReleasePlan::default()
        };
        let path = "crates/alibabacloud-tea/CHANGELOG.md";
        assert_eq!(undated(&root, &plan("0.1.0")).unwrap(), [path]);
        let changed = set(&root, &plan("0.1.0"), "2026-01-02").unwrap();
        assert_eq!(changed, BTreeSet::from([path.to_owned()]));
        let first = "## 0.1.0 - 2026-01-02\n\nFirst release.\n";
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text, format!("# Changelog\n\n{first}"));
        // Nothing is done twice.
        assert!(undated(&root, &plan("0.1.0")).unwrap().is_empty());
        assert!(set(&root, &plan("0.1.0"), "2026-01-03").unwrap().is_empty());
        // A version without entries, and one whose number begins like another.
        set(&root, &plan("0.1.00"), "2026-02-03").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let second = "## 0.1.00 - 2026-02-03\n\n- op_added\n";
        assert_eq!(text, format!("# Changelog\n\n{second}\n{first}"));
        fs::remove_dir_all(root).unwrap();
    }
}
